using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Proto = Wuts.WhatsApp.Protos.Signal;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// A group message (<c>enc type=skmsg</c>): <c>33 || protobuf || 64-byte signature</c>, the signature over everything before it.
/// Sync sections 1.6 and 1.8.
/// </summary>
internal sealed class SenderKeyMessage
{
    private readonly byte[] _serialized;

    private SenderKeyMessage(byte[] serialized, uint keyId, uint iteration, ReadOnlyMemory<byte> ciphertext)
    {
        _serialized = serialized;
        KeyId = keyId;
        Iteration = iteration;
        Ciphertext = ciphertext;
    }

    /// <summary>Which sender key was used.</summary>
    public uint KeyId { get; }

    /// <summary>Place in the sender's chain.</summary>
    public uint Iteration { get; }

    /// <summary>The encrypted payload.</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; }

    /// <summary>The whole message. Not a copy.</summary>
    public byte[] Serialized => _serialized;

    /// <summary>Reads a message; the signature is checked separately, once the key is known.</summary>
    /// <exception cref="SignalException">Malformed, or of another version.</exception>
    public static SenderKeyMessage Parse(ReadOnlySpan<byte> serialized)
    {
        MessageVersion.Check(serialized);
        if (serialized.Length < 1 + XEdDsa.SignatureSize)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        var wire = WireParser.Parse(Proto.SenderKeyMessage.Parser, serialized[1..^XEdDsa.SignatureSize]);
        if (!wire.HasId || !wire.HasIteration || !wire.HasCiphertext)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        return new SenderKeyMessage(serialized.ToArray(), wire.Id, wire.Iteration, wire.Ciphertext.Memory);
    }

    /// <summary>Builds and signs a message.</summary>
    public static SenderKeyMessage Create(
        uint keyId, uint iteration, byte[] ciphertext, ReadOnlySpan<byte> signingPrivate, IEntropySource entropy)
    {
        var wire = new Proto.SenderKeyMessage
        {
            Id = keyId,
            Iteration = iteration,
            Ciphertext = UnsafeByteOperations.UnsafeWrap(ciphertext),
        };
        var size = 1 + wire.CalculateSize();
        var serialized = new byte[size + XEdDsa.SignatureSize];
        serialized[0] = MessageVersion.Current;
        wire.WriteTo(serialized.AsSpan(1, size - 1));

        Span<byte> nonce = stackalloc byte[64];
        entropy.Fill(nonce);
        XEdDsa.Sign(signingPrivate, serialized.AsSpan(0, size), nonce, serialized.AsSpan(size));
        return new SenderKeyMessage(serialized, keyId, iteration, ciphertext);
    }

    /// <summary>Whether the signature is right.</summary>
    public bool IsSignedBy(ReadOnlySpan<byte> signingPublic) => XEdDsa.Verify(
        signingPublic, _serialized.AsSpan(..^XEdDsa.SignatureSize), _serialized.AsSpan(^XEdDsa.SignatureSize..));
}
