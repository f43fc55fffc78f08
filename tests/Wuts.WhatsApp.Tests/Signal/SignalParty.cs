using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>One side of a conversation, with its keys and the record of its only peer.</summary>
internal sealed class SignalParty : IPreKeySource
{
    public required LocalIdentity Identity { get; init; }

    public required SignedPreKey SignedPreKey { get; init; }

    public Dictionary<uint, KeyPair> PreKeys { get; } = [];

    public required IEntropySource Entropy { get; init; }

    public SessionRecord Record { get; set; } = SessionRecord.Empty;

    public static SignalParty Create(IEntropySource entropy, int preKeys = 1)
    {
        var identity = Draw(entropy);
        var signed = Draw(entropy);
        var party = new SignalParty
        {
            Identity = new LocalIdentity(identity, 4711),
            SignedPreKey = new SignedPreKey(1, signed, XEdDsa.Sign(identity.PrivateKey, PublicKeys.ToWire(signed.PublicKey))),
            Entropy = entropy,
        };
        for (var id = 1u; id <= preKeys; id++)
        {
            party.PreKeys.Add(id, Draw(entropy));
        }

        return party;
    }

    public PreKeyBundle Bundle(uint? preKeyId = null) => new()
    {
        RegistrationId = Identity.RegistrationId,
        IdentityKey = Identity.KeyPair.PublicKey.ToArray(),
        SignedPreKeyId = SignedPreKey.Id,
        SignedPreKey = SignedPreKey.KeyPair.PublicKey.ToArray(),
        SignedPreKeySignature = SignedPreKey.Signature.ToArray(),
        OneTimePreKey = preKeyId is { } id ? new RemotePreKey(id, PreKeys[id].PublicKey.ToArray()) : null,
    };

    /// <summary>The bundle as it stands in stanzas, without the registration id.</summary>
    public Node[] BundleNodes(uint? preKeyId = null, byte[]? deviceIdentity = null) => WhatsApp.Signal.Messages.BundleNodes.Write(
        Identity.KeyPair.PublicKey, SignedPreKey, preKeyId is { } id ? new PreKey(id, PreKeys[id]) : null, deviceIdentity);

    public void Initiate(PreKeyBundle bundle) => Record = SessionCipher.Initiate(Record, bundle, Identity, Entropy);

    public SessionEncryption Send(ReadOnlySpan<byte> plaintext)
    {
        var encrypted = SessionCipher.Encrypt(Record, plaintext, Identity);
        Record = Stored(encrypted.After);
        return encrypted;
    }

    /// <summary>Decrypts and commits: the record through its stored form, and the one-time pre-key.</summary>
    public byte[] Receive(SessionEncryption message)
    {
        var decrypted = Decrypt(message);
        Record = Stored(decrypted.After);
        if (decrypted.ConsumedPreKeyId is { } id)
        {
            Assert.True(PreKeys.Remove(id));
        }

        return decrypted.Plaintext;
    }

    /// <summary>Decrypts without committing anything.</summary>
    public SessionDecryption Decrypt(SessionEncryption message) => message.IsPreKeyMessage
        ? SessionCipher.Decrypt(Record, PreKeySignalMessage.Parse(message.Payload), Identity, this, Entropy)
        : SessionCipher.Decrypt(Record, SignalMessage.Parse(message.Payload), Entropy);

    public SignalFailure Refusal(SessionEncryption message) => Assert.Throws<SignalException>(() => Decrypt(message)).Failure;

    public bool TryGetPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair) => PreKeys.TryGetValue(id, out pair);

    public bool TryGetSignedPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = id == SignedPreKey.Id ? SignedPreKey.KeyPair : null;
        return pair is not null;
    }

    private static SessionRecord Stored(SessionRecord record) => SessionRecord.Decode(record.Encode());

    private static KeyPair Draw(IEntropySource entropy)
    {
        Span<byte> key = stackalloc byte[X25519.KeySize];
        entropy.Fill(key);
        return KeyPair.FromPrivateKey(key);
    }
}
