using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Writes the items a node consists of. It fills the span it got from the buffer writer and reports what it used only when
/// the span is full or on <see cref="Flush"/>. Protocol sections 5.2, 5.5 and 5.6.
/// </summary>
internal ref struct NodeSink(IBufferWriter<byte> output)
{
    // A UTF-16 unit takes three bytes of UTF-8 at most, so strings up to here have a one-byte length for certain.
    private const int ShortText = byte.MaxValue / 3;

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _buffer;
    private int _used;

    /// <summary>Hands everything written so far to the buffer writer.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            _output.Advance(_used);
        }

        _used = 0;
        _buffer = default;
    }

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value)
    {
        if (_used == _buffer.Length)
        {
            Renew(1);
        }

        _buffer[_used++] = value;
    }

    /// <summary>Writes the header of a list or a node.</summary>
    public void WriteListHeader(int count)
    {
        switch (count)
        {
            case 0:
                WriteByte(WireTag.ListEmpty);
                break;
            case <= byte.MaxValue:
                WriteUInt16((ushort)((WireTag.List8 << 8) | count));
                break;
            case <= ushort.MaxValue:
                WriteByte(WireTag.List16);
                WriteUInt16((ushort)count);
                break;
            default:
                throw new ArgumentException("The node has more children or attributes than a list can hold.", nameof(count));
        }
    }

    /// <summary>Writes bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteBinaryHeader(bytes.Length);
        if (bytes.Length <= _buffer.Length - _used)
        {
            bytes.CopyTo(_buffer[_used..]);
            _used += bytes.Length;
        }
        else
        {
            Flush();
            _output.Write(bytes);
        }
    }

    /// <summary>Writes a string as a token, packed, or as UTF-8: the first that fits.</summary>
    public void WriteString(string text)
    {
        if (TokenDictionary.TryGetCode(text, out var code))
        {
            if (code <= byte.MaxValue)
            {
                WriteByte((byte)code);
            }
            else
            {
                WriteUInt16(code);
            }

            return;
        }

        if (text.Length > PackedText.MaxLength || !TryWritePacked(text))
        {
            WriteUtf8(text);
        }
    }

    /// <summary>Writes an address with the tag that its server and device ask for.</summary>
    public void WriteJid(in Jid jid)
    {
        switch (jid.Server)
        {
            case JidServers.Messenger:
                WriteByte(WireTag.MessengerJid);
                WriteString(jid.User);
                WriteUInt16(jid.Device);
                WriteString(jid.Server);
                break;
            case JidServers.Interop:
                WriteByte(WireTag.InteropJid);
                WriteString(jid.User);
                WriteUInt16(jid.Device);
                WriteUInt16(jid.Integrator);
                WriteString(jid.Server);
                break;
            default:
                if (jid.Device != 0)
                {
                    WriteByte(WireTag.DeviceJid);
                    WriteByte(JidServers.DomainOf(jid.Server));
                    WriteByte((byte)jid.Device);
                    WriteString(jid.User);
                    break;
                }

                WriteByte(WireTag.JidPair);
                if (jid.User.Length == 0)
                {
                    WriteByte(WireTag.ListEmpty);
                }
                else
                {
                    WriteString(jid.User);
                }

                WriteString(jid.Server);
                break;
        }
    }

    private bool TryWritePacked(string text)
    {
        var length = (text.Length + 1) / 2;
        var room = Room(2 + length);
        if (!PackedText.TryPack(text, room[2..], out var tag))
        {
            return false;
        }

        room[0] = tag;
        room[1] = (byte)(length | (text.Length % 2 == 0 ? 0 : PackedText.OddFlag));
        _used += 2 + length;
        return true;
    }

    private void WriteUtf8(string text)
    {
        if (text.Length <= ShortText)
        {
            var room = Room(2 + (3 * text.Length));
            var written = Encoding.UTF8.GetBytes(text, room[2..]);
            room[0] = WireTag.Binary8;
            room[1] = (byte)written;
            _used += 2 + written;
        }
        else
        {
            var length = Encoding.UTF8.GetByteCount(text);
            WriteBinaryHeader(length);
            Encoding.UTF8.GetBytes(text, Room(length));
            _used += length;
        }
    }

    private void WriteBinaryHeader(int length)
    {
        switch (length)
        {
            case <= byte.MaxValue:
                WriteUInt16((ushort)((WireTag.Binary8 << 8) | length));
                break;
            case < 1 << 20:
                WriteUInt32(((uint)WireTag.Binary20 << 24) | (uint)length);
                break;
            default:
                WriteByte(WireTag.Binary32);
                WriteUInt32((uint)length);
                break;
        }
    }

    private void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Room(sizeof(ushort)), value);
        _used += sizeof(ushort);
    }

    private void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Room(sizeof(uint)), value);
        _used += sizeof(uint);
    }

    private Span<byte> Room(int count)
    {
        if (count > _buffer.Length - _used)
        {
            Renew(count);
        }

        return _buffer[_used..];
    }

    private void Renew(int count)
    {
        Flush();
        _buffer = _output.GetSpan(count);
    }
}
