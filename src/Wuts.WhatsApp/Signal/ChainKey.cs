using System.Security.Cryptography;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// One position of a symmetric ratchet, of a session or of a sender key: every step gives the seed of one message's keys and
/// the next position. Immutable. Sync section 1.7, "Chain step".
/// </summary>
internal sealed class ChainKey
{
    /// <summary>Size of a chain key and of a message key seed.</summary>
    public const int Size = 32;

    private readonly byte[] _key;

    /// <summary>A position with its key, which is not copied.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.Malformed"/>: not 32 bytes.</exception>
    public ChainKey(byte[] key, uint index)
    {
        if (key.Length != Size)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        _key = key;
        Index = index;
    }

    /// <summary>Number of the message whose key the next step gives.</summary>
    public uint Index { get; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Writes the seed for message <see cref="Index"/> and returns the position behind it.</summary>
    public ChainKey Step(Span<byte> seed)
    {
        var next = new byte[Size];
        Step(_key, seed, next);
        return new ChainKey(next, Index + 1);
    }

    /// <summary>Writes the seed of one position and the key of the next one.</summary>
    public static void Step(ReadOnlySpan<byte> key, Span<byte> seed, Span<byte> next)
    {
        HMACSHA256.HashData(key, [0x01], seed);
        HMACSHA256.HashData(key, [0x02], next);
    }
}
