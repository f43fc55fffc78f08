using Google.Protobuf;
using Proto = Wuts.WhatsApp.Protos.Signal;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// The first messages of a session (<c>enc type=pkmsg</c>): a <see cref="SignalMessage"/> with everything the receiver needs to
/// create the session. Sent until a reply arrives. <c>33 || protobuf</c>, without a MAC of its own. Sync section 1.6.
/// </summary>
internal sealed class PreKeySignalMessage
{
    private PreKeySignalMessage(Proto.PreKeySignalMessage wire)
    {
        PreKeyId = wire.HasPreKeyId ? wire.PreKeyId : null;
        SignedPreKeyId = wire.SignedPreKeyId;
        RegistrationId = wire.RegistrationId;
        BaseKey = PublicKeys.FromWire(wire.BaseKey);
        IdentityKey = PublicKeys.FromWire(wire.IdentityKey);
        Message = SignalMessage.Parse(wire.Message.Span);
    }

    /// <summary>The receiver's one-time pre-key, or <see langword="null"/> when the sender got none.</summary>
    public uint? PreKeyId { get; }

    /// <summary>The receiver's signed pre-key.</summary>
    public uint SignedPreKeyId { get; }

    /// <summary>Registration id of the sender.</summary>
    public uint RegistrationId { get; }

    /// <summary>The sender's base key, bare; with the identity key it names the session.</summary>
    public byte[] BaseKey { get; }

    /// <summary>The sender's identity key, bare. It is only a claim until the inner message's MAC has been checked.</summary>
    public byte[] IdentityKey { get; }

    /// <summary>The message inside.</summary>
    public SignalMessage Message { get; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="SignalException">Malformed, another version, or a key of another type.</exception>
    public static PreKeySignalMessage Parse(ReadOnlySpan<byte> serialized)
    {
        MessageVersion.Check(serialized);
        var wire = WireParser.Parse(Proto.PreKeySignalMessage.Parser, serialized[1..]);
        if (!wire.HasBaseKey || !wire.HasIdentityKey || !wire.HasMessage || !wire.HasSignedPreKeyId)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        return new PreKeySignalMessage(wire);
    }

    /// <summary>Wraps a message of a session that has not been answered yet.</summary>
    public static byte[] Encode(
        PendingPreKey pending, ReadOnlySpan<byte> baseKey, LocalIdentity sender, SignalMessage message)
    {
        var wire = new Proto.PreKeySignalMessage
        {
            BaseKey = UnsafeByteOperations.UnsafeWrap(PublicKeys.ToWire(baseKey)),
            IdentityKey = UnsafeByteOperations.UnsafeWrap(PublicKeys.ToWire(sender.KeyPair.PublicKey)),
            Message = UnsafeByteOperations.UnsafeWrap(message.Serialized),
            RegistrationId = sender.RegistrationId,
            SignedPreKeyId = pending.SignedPreKeyId,
        };
        if (pending.PreKeyId is { } id)
        {
            wire.PreKeyId = id;
        }

        var serialized = new byte[1 + wire.CalculateSize()];
        serialized[0] = MessageVersion.Current;
        wire.WriteTo(serialized.AsSpan(1));
        return serialized;
    }
}
