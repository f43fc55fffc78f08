using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Wuts.WhatsApp.Binary;

/// <content>Strings, lengths and JIDs. Protocol sections 5.5 and 5.6.</content>
internal ref partial struct NodeParser
{
    /// <summary>Reads an element or attribute name, which may not be empty. Nearly all are tokens of one byte.</summary>
    private string ReadName()
    {
        var tag = ReadByte();
        return tag is >= WireTag.FirstToken and <= WireTag.LastToken ? TokenDictionary.Single(tag) : ReadRareName(tag);
    }

    private string ReadRareName(byte tag)
    {
        var start = _position - 1;
        if (tag == WireTag.Binary8)
        {
            if (CommonNames.Find(ReadBinary(tag)) is { } common)
            {
                return common;
            }

            _position = start + 1;
        }

        var name = ReadText(tag, isIdentifier: true);
        if (name.Length == 0)
        {
            Fail("A name is empty", start);
        }

        return name;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private AttributeValue ReadAttributeValue()
    {
        var tag = ReadByte();
        return tag switch
        {
            WireTag.ListEmpty => default,
            WireTag.JidPair or WireTag.DeviceJid or WireTag.MessengerJid or WireTag.InteropJid => new AttributeValue(ReadJid(tag)),
            _ => new AttributeValue(ReadText(tag, isIdentifier: false)),
        };
    }

    /// <summary>
    /// Reads a string. Names and parts of JIDs are identifiers and must be UTF-8, so that two of them cannot become equal by
    /// repair. Other text is written by people and may have been cut inside a character: what is broken becomes U+FFFD.
    /// </summary>
    private string ReadText(byte tag, bool isIdentifier)
    {
        switch (tag)
        {
            case >= WireTag.FirstToken and <= WireTag.LastToken:
                return TokenDictionary.Single(tag);
            case >= WireTag.Dictionary0 and <= WireTag.Dictionary3:
                return TokenDictionary.Double(tag, ReadByte());
            case WireTag.Nibble8:
            case WireTag.Hex8:
                return ReadPacked(tag);
            case WireTag.Binary8:
            case WireTag.Binary20:
            case WireTag.Binary32:
                var start = _position - 1;
                var bytes = ReadBinary(tag);
                if (isIdentifier && !Utf8.IsValid(bytes))
                {
                    Fail("An identifier is not UTF-8", start);
                }

                return Encoding.UTF8.GetString(bytes);
            default:
                FailTag("A string", tag, _position - 1);
                return "";
        }
    }

    private string ReadPacked(byte tag)
    {
        var packed = TakePacked(tag, out var isOdd);
        return packed.IsEmpty ? "" : PackedText.Unpack(tag, packed, isOdd);
    }

    private ReadOnlySpan<byte> TakePacked(byte tag, out bool isOdd)
    {
        var start = _position;
        var length = ReadByte();
        isOdd = (length & PackedText.OddFlag) != 0;
        var packed = Take(length & ~PackedText.OddFlag);
        if (packed.IsEmpty && isOdd)
        {
            Fail("A packed string has a negative length", start);
        }

        if (!PackedText.IsValid(tag, packed, isOdd))
        {
            Fail("A packed string has an invalid character", start + 1 + PackedText.FirstInvalid(packed));
        }

        return packed;
    }

    private ReadOnlySpan<byte> ReadBinary(byte tag)
    {
        var start = _position - 1;
        uint length = tag switch
        {
            WireTag.Binary8 => ReadByte(),
            WireTag.Binary20 => ((uint)(ReadByte() & 0xF) << 16) | ReadUInt16(),
            _ => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
        };

        if (length > (uint)(_data.Length - _position))
        {
            Fail("A byte string is longer than the bytes that are left", start);
        }

        return Take((int)length);
    }

    private Jid ReadJid(byte tag)
    {
        var start = _position - 1;
        string user;
        string server;
        bool isNumber;
        ushort device = 0;
        ushort integrator = 0;
        switch (tag)
        {
            case WireTag.JidPair:
                user = ReadUser(out isNumber);
                server = ReadServer();
                break;
            case WireTag.DeviceJid:
                if (!JidServers.TryGetByDomain(ReadByte(), out server))
                {
                    Fail("A device JID has an unknown domain", start);
                }

                device = ReadByte();
                user = ReadUser(out isNumber);
                break;
            case WireTag.MessengerJid:
                user = ReadUser(out isNumber);
                device = ReadUInt16();
                server = ReadServer(JidServers.Messenger);
                break;
            default:
                user = ReadUser(out isNumber);
                device = ReadUInt16();
                integrator = ReadUInt16();
                server = ReadServer(JidServers.Interop);
                break;
        }

        // Nearly all users are numbers, and with these servers nothing about such an address can be wrong.
        if (isNumber
            && (tag == WireTag.DeviceJid || (tag == WireTag.JidPair && server is JidServers.User or JidServers.Lid or JidServers.Group)))
        {
            return Jid.FromValidParts(user, server, device, integrator);
        }

        if (!Jid.TryCreate(user, server, device, integrator, out var jid))
        {
            Fail("The parts of a JID do not make one", start);
        }

        return jid;
    }

    private string ReadUser(out bool isNumber)
    {
        isNumber = false;
        var tag = ReadByte();
        switch (tag)
        {
            case WireTag.ListEmpty:
                return "";
            case WireTag.Nibble8:
                var packed = TakePacked(tag, out var isOdd);
                isNumber = !packed.IsEmpty && PackedText.IsNumber(packed, isOdd);
                return packed.IsEmpty ? "" : PackedText.Unpack(tag, packed, isOdd);
            default:
                return ReadText(tag, isIdentifier: true);
        }
    }

    private string ReadServer()
    {
        var start = _position;
        var tag = ReadByte();
        if (tag == WireTag.Binary8)
        {
            var bytes = ReadBinary(tag);
            if (JidServers.TryGetKnown(bytes, out var known))
            {
                return known;
            }

            _position = start + 1;
        }

        return ReadText(tag, isIdentifier: true);
    }

    private string ReadServer(string expected)
    {
        var start = _position;
        var server = ReadServer();
        if (server != expected)
        {
            Fail("A JID has a server that its tag does not allow", start);
        }

        return expected;
    }
}
