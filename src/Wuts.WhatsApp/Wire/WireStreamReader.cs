using System.Buffers;

namespace Wuts.WhatsApp.Wire;

/// <summary>
/// Walks the fields of a protobuf message that comes from a stream and may be far larger than memory: only values that
/// are asked for are held, one at a time, in one pooled buffer. Embedded messages are entered in place.
/// </summary>
/// <remarks>Spans that it returns are valid until the next call. Not thread-safe.</remarks>
internal sealed class WireStreamReader : IDisposable
{
    private const int InitialBuffer = 64 * 1024;

    private readonly Stream _source;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
    private int _start;
    private int _end;
    private long _bufferOffset;
    private long _messageEnd = long.MaxValue;
    private bool _exhausted;

    /// <summary>Reads from <paramref name="source"/>, which stays open when the reader is disposed.</summary>
    public WireStreamReader(Stream source) => _source = source;

    /// <summary>Offset of the next unread byte.</summary>
    public long Position => _bufferOffset + _start;

    /// <summary>Reads the next field of the current message.</summary>
    /// <returns>Whether there is another field before the message ends.</returns>
    public bool TryReadTag(out int field, out WireType type)
    {
        if (Position == _messageEnd || (_start == _end && !Fill(1) && _messageEnd == long.MaxValue))
        {
            field = 0;
            type = default;
            return false;
        }

        WireTag.Split(ReadVarint(), Position, out field, out type);
        return true;
    }

    /// <summary>Reads the number of a field.</summary>
    public ulong ReadVarint(WireType type)
    {
        Expect(type, WireType.Varint);
        return ReadVarint();
    }

    /// <summary>Reads bytes, text or a small embedded message of at most <paramref name="limit"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(WireType type, int limit)
    {
        if (!TryReadBytes(type, limit, out var bytes))
        {
            WireFormatException.ThrowTooLong(Position, limit);
        }

        return bytes;
    }

    /// <summary>Reads bytes or text, or steps over them when they are longer than <paramref name="limit"/>.</summary>
    /// <returns>Whether they were read.</returns>
    public bool TryReadBytes(WireType type, int limit, out ReadOnlySpan<byte> bytes)
    {
        Expect(type, WireType.Bytes);
        var length = ReadLength();
        if (length > limit)
        {
            SkipBytes(length);
            bytes = default;
            return false;
        }

        var count = (int)length;
        if (_end - _start < count && !Fill(count))
        {
            WireFormatException.ThrowTruncated(Position);
        }

        bytes = _buffer.AsSpan(_start, count);
        _start += count;
        return true;
    }

    /// <summary>Starts reading the fields of an embedded message. Pass the result to <see cref="Leave"/>.</summary>
    public long Enter(WireType type)
    {
        Expect(type, WireType.Bytes);
        var length = ReadLength();
        var outer = _messageEnd;
        _messageEnd = Position + length;
        return outer;
    }

    /// <summary>Steps over what is left of the embedded message and goes on with the one around it.</summary>
    public void Leave(long outer)
    {
        SkipBytes(_messageEnd - Position);
        _messageEnd = outer;
    }

    /// <summary>Steps over the value of a field without holding it.</summary>
    public void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                SkipFixed(8);
                break;
            case WireType.Bytes:
                SkipBytes(ReadLength());
                break;
            case WireType.Fixed32:
                SkipFixed(4);
                break;
            default:
                WireFormatException.ThrowType(Position);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            // The buffer held names and tokens; the next renter is somebody else.
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = [];
        }
    }

    private void Expect(WireType type, WireType expected)
    {
        if (type != expected)
        {
            WireFormatException.ThrowType(Position);
        }
    }

    private long ReadLength()
    {
        var length = ReadVarint();
        if (length > (ulong)(_messageEnd - Position))
        {
            WireFormatException.ThrowTruncated(Position);
        }

        return (long)length;
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Position == _messageEnd || (_start == _end && !Fill(1)))
            {
                WireFormatException.ThrowTruncated(Position);
            }

            var next = _buffer[_start++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        WireFormatException.ThrowVarint(Position);
        return 0;
    }

    private void SkipFixed(int count)
    {
        if (count > _messageEnd - Position)
        {
            WireFormatException.ThrowTruncated(Position);
        }

        SkipBytes(count);
    }

    private void SkipBytes(long count)
    {
        while (count > _end - _start)
        {
            count -= _end - _start;
            _start = _end;
            if (!Fill(1))
            {
                WireFormatException.ThrowTruncated(Position);
            }
        }

        _start += (int)count;
    }

    /// <summary>Makes at least <paramref name="count"/> unread bytes available; false when the stream ends before.</summary>
    private bool Fill(int count)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _bufferOffset += _start;
            _end -= _start;
            _start = 0;
        }

        while (_end < count && !_exhausted)
        {
            // Grow with what really arrives, so that a length that lies costs nothing.
            if (_end == _buffer.Length)
            {
                Grow(Math.Min(count, _buffer.Length * 2));
            }

            var read = _source.Read(_buffer, _end, _buffer.Length - _end);
            _exhausted = read == 0;
            _end += read;
        }

        return _end >= count;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
