using System.Runtime.CompilerServices;

namespace Wuts.WhatsApp.Wire;

/// <summary>
/// Walks the fields of one protobuf message in memory without allocating: read a tag, then read or skip its value.
/// For large lists of small messages, where generated classes would cost more than the data.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Offset of the next unread byte.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the next field's number and type.</summary>
    /// <returns>Whether there is another field.</returns>
    /// <exception cref="WireFormatException">The number is 0 or too large, or the type does not exist.</exception>
    public bool TryReadTag(out int field, out WireType type)
    {
        if (Position == _message.Length)
        {
            field = 0;
            type = default;
            return false;
        }

        WireTag.Split(ReadVarint(), Position, out field, out type);
        return true;
    }

    /// <summary>Reads a number; of a signed field, the two's complement.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint()
    {
        if (Position < _message.Length && _message[Position] < 0x80)
        {
            return _message[Position++];
        }

        return ReadLongVarint();
    }

    /// <summary>Reads the number of a field, which must have been announced as one.</summary>
    public ulong ReadVarint(WireType type)
    {
        Expect(type, WireType.Varint);
        return ReadVarint();
    }

    /// <summary>Reads bytes, text or an embedded message as a slice of the input.</summary>
    public ReadOnlySpan<byte> ReadBytes(WireType type)
    {
        Expect(type, WireType.Bytes);
        return Take(ReadVarint());
    }

    /// <summary>Steps over the value of a field.</summary>
    public void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Bytes:
                Take(ReadVarint());
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            default:
                WireFormatException.ThrowType(Position);
                break;
        }
    }

    private readonly void Expect(WireType type, WireType expected)
    {
        if (type != expected)
        {
            WireFormatException.ThrowType(Position);
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - Position))
        {
            WireFormatException.ThrowTruncated(Position);
        }

        var taken = _message.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    private ulong ReadLongVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Position == _message.Length)
            {
                WireFormatException.ThrowTruncated(Position);
            }

            var next = _message[Position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        WireFormatException.ThrowVarint(Position);
        return 0;
    }
}
