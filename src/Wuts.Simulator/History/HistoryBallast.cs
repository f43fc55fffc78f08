using System.Globalization;
using Google.Protobuf;

namespace Wuts.Simulator.History;

/// <summary>
/// Message bodies that nobody reads: text that compresses about as badly as real text does after it was compressed once, at
/// next to no cost per message. Not safe for concurrent use.
/// </summary>
internal sealed class HistoryBallast(SimulatorRandom random)
{
    private const int PoolSize = 1 << 18;
    private const int TextField = 1;

    private byte[]? _pool;
    private long _position;
    private long _lastId;

    /// <summary>An id such as web clients give to messages.</summary>
    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"3EB0{++_lastId:X18}");

    /// <summary>An encoded message whose text has a length.</summary>
    public ByteString NextBody(int length)
    {
        var pool = _pool ??= MakePool();
        var body = new byte[CodedOutputStream.ComputeLengthSize(length) + 1 + length];
        using (var output = new CodedOutputStream(body))
        {
            output.WriteTag(TextField, WireFormat.WireType.LengthDelimited);
            output.WriteLength(length);
        }

        // A step that shares no factor with the size of the pool visits every offset before one comes again.
        var text = body.AsSpan(body.Length - length);
        while (!text.IsEmpty)
        {
            _position = (_position + 104_729) % pool.Length;
            var taken = Math.Min(text.Length, pool.Length - (int)_position);
            pool.AsSpan((int)_position, taken).CopyTo(text);
            text = text[taken..];
        }

        return UnsafeByteOperations.UnsafeWrap(body);
    }

    private byte[] MakePool()
    {
        var pool = random.Bytes(PoolSize);
        foreach (ref var value in pool.AsSpan())
        {
            value = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ."u8[value & 63];
        }

        return pool;
    }
}
