using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;

namespace Wuts.Benchmarks;

/// <summary>
/// What one received message costs: from the bytes of the stanza and the stored state to the plaintext and the state to store.
/// The database is not in it.
/// </summary>
[MemoryDiagnoser]
public class SignalBenchmarks
{
    private const int PlaintextSize = 160;

    private readonly SystemEntropySource _entropy = SystemEntropySource.Instance;
    private LocalIdentity _receiver = null!;
    private PreKeys _preKeys = null!;
    private byte[] _empty = null!;
    private byte[] _first = null!;
    private byte[] _answered = null!;
    private byte[] _turn = null!;
    private byte[] _established = null!;
    private byte[] _next = null!;
    private byte[] _senderKey = null!;
    private byte[] _groupMessage = null!;

    /// <summary>Lets two parties exchange messages up to the ones that are measured.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var sender = new LocalIdentity(KeyPair.Generate(), 1);
        _receiver = new LocalIdentity(KeyPair.Generate(), 2);
        var signed = SignedPreKey.Generate(_receiver.KeyPair);
        var oneTime = new PreKey(1, KeyPair.Generate());
        _preKeys = new PreKeys(signed, oneTime);

        var sending = SessionCipher.Initiate(SessionRecord.Empty, BundleOf(_receiver, signed, oneTime), sender, _entropy);
        var first = Encrypt(ref sending, sender);
        _empty = SessionRecord.Empty.Encode();
        _first = first;
        var receiving = SessionCipher.Decrypt(
            SessionRecord.Empty, PreKeySignalMessage.Parse(first), _receiver, _preKeys, _entropy).After;

        // One message each way, so that both sides have left the first messages behind them.
        var reply = Encrypt(ref receiving, _receiver);
        sending = SessionCipher.Decrypt(sending, SignalMessage.Parse(reply), _entropy).After;
        _turn = Encrypt(ref sending, sender);
        _answered = receiving.Encode();
        receiving = SessionCipher.Decrypt(receiving, SignalMessage.Parse(_turn), _entropy).After;
        _next = Encrypt(ref sending, sender);
        _established = receiving.Encode();

        var own = GroupCipher.Create(SenderKeyRecord.Empty, 1, _entropy);
        _senderKey = GroupCipher.Process(SenderKeyRecord.Empty, GroupCipher.Distribute(own)).Encode();
        _groupMessage = GroupCipher.Encrypt(own, new byte[PlaintextSize], _entropy).Message.Serialized;
    }

    /// <summary>The next message of a chain: the most frequent case.</summary>
    [Benchmark(Baseline = true)]
    public byte[] NextMessage()
    {
        var decrypted = SessionCipher.Decrypt(SessionRecord.Decode(_established), SignalMessage.Parse(_next), _entropy);
        return decrypted.After.Encode();
    }

    /// <summary>The first message after an own one: a step of the DH ratchet, with three curve operations.</summary>
    [Benchmark]
    public byte[] MessageWithNewRatchetKey()
    {
        var decrypted = SessionCipher.Decrypt(SessionRecord.Decode(_answered), SignalMessage.Parse(_turn), _entropy);
        return decrypted.After.Encode();
    }

    /// <summary>The message that starts a session: four agreements more.</summary>
    [Benchmark]
    public byte[] PreKeyMessage()
    {
        var decrypted = SessionCipher.Decrypt(
            SessionRecord.Decode(_empty), PreKeySignalMessage.Parse(_first), _receiver, _preKeys, _entropy);
        return decrypted.After.Encode();
    }

    /// <summary>A group message: one signature is verified.</summary>
    [Benchmark]
    public byte[] SenderKeyMessage()
    {
        var decrypted = GroupCipher.Decrypt(
            SenderKeyRecord.Decode(_senderKey), WhatsApp.Signal.SenderKeyMessage.Parse(_groupMessage));
        return decrypted.After.Encode();
    }

    private static byte[] Encrypt(ref SessionRecord record, LocalIdentity own)
    {
        var encrypted = SessionCipher.Encrypt(record, new byte[PlaintextSize], own);
        record = encrypted.After;
        return encrypted.Payload;
    }

    private static PreKeyBundle BundleOf(LocalIdentity identity, SignedPreKey signed, PreKey oneTime) => new()
    {
        RegistrationId = identity.RegistrationId,
        IdentityKey = identity.KeyPair.PublicKey.ToArray(),
        SignedPreKeyId = signed.Id,
        SignedPreKey = signed.KeyPair.PublicKey.ToArray(),
        SignedPreKeySignature = signed.Signature.ToArray(),
        OneTimePreKey = new RemotePreKey(oneTime.Id, oneTime.KeyPair.PublicKey.ToArray()),
    };

    private sealed class PreKeys(SignedPreKey signed, PreKey oneTime) : IPreKeySource
    {
        public bool TryGetPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair)
        {
            pair = oneTime.KeyPair;
            return id == oneTime.Id;
        }

        public bool TryGetSignedPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair)
        {
            pair = signed.KeyPair;
            return id == signed.Id;
        }
    }
}
