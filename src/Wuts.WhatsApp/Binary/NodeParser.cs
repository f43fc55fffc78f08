using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Reads one node from inflated bytes: lists, attributes and content here, strings and JIDs in the other part. It builds the
/// tree directly, since every count precedes what it counts. Protocol sections 5.4 and 5.8.
/// </summary>
internal ref partial struct NodeParser
{
    // A list header of two bytes and a tag of one.
    private const int SmallestNode = 3;

    private readonly ReadOnlySpan<byte> _data;
    private readonly NodeLimits _limits;
    private int _position;

    // What the siblings that are still to come will take at least. No list may announce bytes that are owed to them;
    // without this, nested lists could each claim the same remaining bytes and multiply the memory taken for arrays.
    private int _owed;
    private int _items;

    /// <summary>Starts behind the format byte of <paramref name="frame"/>.</summary>
    public NodeParser(ReadOnlySpan<byte> frame, NodeLimits limits)
    {
        _data = frame;
        _limits = limits;
        _position = 1;
    }

    private readonly int Available => _data.Length - _position - _owed;

    /// <summary>Reads the node that must fill the frame to its end.</summary>
    public Node ReadRoot()
    {
        CountItems(1, _position);
        var node = ReadNode(depth: 1);
        if (_position != _data.Length)
        {
            Fail("Bytes follow the node", _position);
        }

        return node;
    }

    private Node ReadNode(int depth)
    {
        var start = _position;
        var header = ReadByte();
        if (header is not (WireTag.List8 or WireTag.List16))
        {
            FailTag("A node", header, start);
        }

        // The size counts strings and content, each of which takes a byte at least.
        var size = ReadListLength(header);
        if (size == 0)
        {
            Fail("A node has size 0", start);
        }

        if (size > Available)
        {
            Fail("A node is larger than the bytes that are left", start);
        }

        var tag = ReadName();
        var attributes = ReadAttributes((size - 1) / 2, start);
        var content = size % 2 == 0 ? ReadContent(depth) : null;
        return new Node(content, tag, attributes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (string Name, AttributeValue Value)[] ReadAttributes(int count, int start)
    {
        if (count == 0)
        {
            return [];
        }

        if (count > _limits.MaxAttributes)
        {
            Fail("A node has more attributes than allowed", start);
        }

        CountItems(count, start);
        var attributes = new (string Name, AttributeValue Value)[count];
        var present = 0;
        for (var i = 0; i < count; i++)
        {
            var name = ReadName();
            var value = ReadAttributeValue();

            // Null is how some peers write an attribute that is not there.
            if (!value.IsAbsent)
            {
                attributes[present++] = (name, value);
            }
        }

        return present == count ? attributes : present == 0 ? [] : attributes[..present];
    }

    private object ReadContent(int depth)
    {
        var start = _position;
        var tag = ReadByte();
        switch (tag)
        {
            case WireTag.ListEmpty:
                return Array.Empty<Node>();
            case WireTag.List8:
            case WireTag.List16:
                return ReadChildren(ReadListLength(tag), depth + 1, start);
            case WireTag.Binary8:
            case WireTag.Binary20:
            case WireTag.Binary32:
                return ReadBinary(tag).ToArray();
            case WireTag.JidPair:
            case WireTag.DeviceJid:
            case WireTag.MessengerJid:
            case WireTag.InteropJid:
                return ReadJid(tag).ToString();
            default:
                return ReadText(tag, isIdentifier: false);
        }
    }

    private Node[] ReadChildren(int count, int depth, int start)
    {
        if (count == 0)
        {
            return [];
        }

        if (depth > _limits.MaxDepth)
        {
            Fail("Nodes are nested deeper than allowed", start);
        }

        if (count > _limits.MaxChildren)
        {
            Fail("A node has more children than allowed", start);
        }

        if (count > Available / SmallestNode)
        {
            Fail("A list is longer than the bytes that are left", start);
        }

        CountItems(count, start);
        var children = new Node[count];
        _owed += count * SmallestNode;
        for (var i = 0; i < children.Length; i++)
        {
            _owed -= SmallestNode;
            children[i] = ReadNode(depth);
        }

        return children;
    }

    private void CountItems(int count, int start)
    {
        _items += count;
        if (_items > _limits.MaxItems)
        {
            Fail("The frame has more nodes and attributes than allowed", start);
        }
    }

    private int ReadListLength(byte tag) => tag == WireTag.List8 ? ReadByte() : ReadUInt16();

    private byte ReadByte()
    {
        if (_position >= _data.Length)
        {
            FailTruncated();
        }

        return _data[_position++];
    }

    private ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length - _position)
        {
            FailTruncated();
        }

        var bytes = _data.Slice(_position, count);
        _position += count;
        return bytes;
    }

    [DoesNotReturn]
    private readonly void FailTruncated() => Fail("The frame ends too early", _position);

    // The text is made here, because making it where it is needed costs the caller stack space that every call clears.
    [DoesNotReturn]
    private static void FailTag(string what, byte tag, int offset) => Fail($"{what} begins with tag {tag}", offset);

    [DoesNotReturn]
    private static void Fail(string problem, int offset) => throw new NodeFormatException(problem, offset);
}
