using Google.Protobuf;
using Proto = Wuts.WhatsApp.Protos.Signal;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// What a sender tells each member of a group once, inside a session: where its chain stands and which key signs its messages.
/// <c>33 || protobuf</c>. Sync section 1.8.
/// </summary>
internal sealed class SenderKeyDistribution
{
    /// <summary>Creates the message.</summary>
    public SenderKeyDistribution(uint keyId, ChainKey chain, byte[] signingPublic)
    {
        KeyId = keyId;
        Chain = chain;
        SigningPublic = signingPublic;
    }

    /// <summary>The sender key's id.</summary>
    public uint KeyId { get; }

    /// <summary>Position of the first message that can be read.</summary>
    public ChainKey Chain { get; }

    /// <summary>The key that signs, bare.</summary>
    public byte[] SigningPublic { get; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="SignalException">Malformed, another version, or a key of another type.</exception>
    public static SenderKeyDistribution Parse(ReadOnlySpan<byte> serialized)
    {
        MessageVersion.Check(serialized);
        var wire = WireParser.Parse(Proto.SenderKeyDistributionMessage.Parser, serialized[1..]);
        if (!wire.HasId || !wire.HasIteration || !wire.HasChainKey || !wire.HasSigningKey)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        return new SenderKeyDistribution(
            wire.Id, new ChainKey(wire.ChainKey.ToByteArray(), wire.Iteration), PublicKeys.FromWire(wire.SigningKey));
    }

    /// <summary>The message as it is sent.</summary>
    public byte[] Encode()
    {
        var wire = new Proto.SenderKeyDistributionMessage
        {
            Id = KeyId,
            Iteration = Chain.Index,
            ChainKey = ByteString.CopyFrom(Chain.Key),
            SigningKey = UnsafeByteOperations.UnsafeWrap(PublicKeys.ToWire(SigningPublic)),
        };
        var serialized = new byte[1 + wire.CalculateSize()];
        serialized[0] = MessageVersion.Current;
        wire.WriteTo(serialized.AsSpan(1));
        return serialized;
    }
}
