using System.Diagnostics.CodeAnalysis;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator.EndToEnd;

/// <summary>A message as it stands in an <c>enc</c> element.</summary>
/// <param name="Type"><c>pkmsg</c> until the device has answered, then <c>msg</c>.</param>
/// <param name="Payload">The encrypted bytes.</param>
internal readonly record struct SealedContent(string Type, byte[] Payload);

/// <summary>
/// The Signal side of a phone: its identity, its pre-keys and its sessions with linked devices. Sync sections 1.5 to 1.7.
/// Not safe for concurrent use.
/// </summary>
internal sealed class SignalEnd(KeyPair identity, PhoneKeys keys, SimulatorRandom random) : IPreKeySource
{
    private readonly LocalIdentity _own = new(identity, keys.RegistrationId);
    private readonly RandomEntropy _entropy = new(random);
    private readonly Dictionary<LinkedDevice, SessionRecord> _sessions = [];

    /// <summary>The public keys that others start sessions with.</summary>
    public PhoneKeys Keys => keys;

    /// <summary>The identity key.</summary>
    public KeyPair Identity => identity;

    /// <summary>Pads and encrypts for a device. Without a session the bundle starts one.</summary>
    public SealedContent Seal(LinkedDevice device, ReadOnlySpan<byte> plaintext, Func<PreKeyBundle> bundle)
    {
        if (!_sessions.TryGetValue(device, out var session) || session.Current is null)
        {
            session = SessionCipher.Initiate(SessionRecord.Empty, bundle(), _own, _entropy);
        }

        var encrypted = SessionCipher.Encrypt(session, MessagePadding.Pad(plaintext, _entropy), _own);
        _sessions[device] = encrypted.After;
        return new SealedContent(encrypted.IsPreKeyMessage ? "pkmsg" : "msg", encrypted.Payload);
    }

    /// <summary>Decrypts what a device sent and takes the padding off.</summary>
    /// <exception cref="SignalException">It cannot be read, or is not from the device.</exception>
    public byte[] Open(LinkedDevice device, string type, ReadOnlySpan<byte> payload)
    {
        var before = _sessions.GetValueOrDefault(device, SessionRecord.Empty);
        var decrypted = type == "pkmsg"
            ? OpenFirst(device, before, PreKeySignalMessage.Parse(payload))
            : SessionCipher.Decrypt(before, SignalMessage.Parse(payload), _entropy);
        if (!MessagePadding.TryUnpad(decrypted.Plaintext, out var plaintext))
        {
            throw new SignalException(SignalFailure.Malformed);
        }

        _sessions[device] = decrypted.After;
        if (decrypted.ConsumedPreKeyId is { } used)
        {
            keys.UseOneTime((int)used);
        }

        return plaintext.ToArray();
    }

    /// <summary>Starts a new session with keys that the device sent along; the one before is only kept for reading.</summary>
    /// <exception cref="SignalException">The signed pre-key is not signed by the device.</exception>
    public void Restart(LinkedDevice device, PreKeyBundle bundle) => _sessions[device] =
        SessionCipher.Initiate(_sessions.GetValueOrDefault(device, SessionRecord.Empty), bundle, _own, _entropy);

    /// <summary>Drops the sessions with a device; the next message starts one from its bundle.</summary>
    public void Forget(LinkedDevice device) => _sessions.Remove(device);

    public bool TryGetPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = keys.OneTime((int)id);
        return pair is not null;
    }

    public bool TryGetSignedPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = id == PhoneKeys.SignedPreKeyId ? keys.SignedPreKey : null;
        return pair is not null;
    }

    private SessionDecryption OpenFirst(LinkedDevice device, SessionRecord before, PreKeySignalMessage message) =>
        message.IdentityKey.AsSpan().SequenceEqual(device.Registration.Identity)
            ? SessionCipher.Decrypt(before, message, _own, this, _entropy)
            : throw new SignalException(SignalFailure.UntrustedIdentity);
}
