using System.Buffers.Binary;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using static Wuts.WhatsApp.Tests.Binary.Refusal;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Each limit at its value and one past it, and frames that try to make the reader take memory or stack.</summary>
public class NodeLimitsTests
{
    private static readonly Node Item = new("item");

    [Fact]
    public void Frame_length_is_limited()
    {
        var frame = NodeWriter.Encode(new Node("a", [], new byte[100]));

        Assert.Equal(100, NodeReader.Read(frame, new NodeLimits { MaxFrameLength = frame.Length }).ContentBytes.Length);
        AssertRefused("longer", 0, frame, new NodeLimits { MaxFrameLength = frame.Length - 1 });
    }

    [Fact]
    public void The_longest_frame_a_header_can_announce_is_read_by_default()
    {
        var frame = new byte[(1 << 24) - 1];
        Hex.Bytes("00f802fc0161fe").CopyTo(frame, 0);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(7), frame.Length - 11);

        Assert.Equal(frame.Length - 11, NodeReader.Read(frame).ContentBytes.Length);
        AssertRefused("longer", 0, new byte[1 << 24]);
    }

    [Fact]
    public void Depth_is_limited()
    {
        var limit = NodeLimits.DefaultMaxDepth;

        Assert.Equal("iq", NodeReader.Read(NodeDecodeVectorTests.Nested(lists: limit - 1)).Tag);
        AssertRefused("deeper", 1 + (5 * limit) - 2, NodeDecodeVectorTests.Nested(lists: limit));

        var three = new NodeLimits { MaxDepth = 3 };
        Assert.Equal("iq", NodeReader.Read(NodeDecodeVectorTests.Nested(lists: 2), three).Tag);
        AssertRefused("deeper", 14, NodeDecodeVectorTests.Nested(lists: 3), three);
    }

    [Fact]
    public void A_frame_of_nothing_but_nesting_is_refused_early()
    {
        var frame = NodeDecodeVectorTests.Nested(lists: 300_000);

        var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame));
        Assert.InRange(error.Offset, 1, 1000);
    }

    /// <summary>The recursion at the largest depth that can be configured, on a stack far smaller than usual.</summary>
    [Theory]
    [InlineData(NodeLimits.DefaultMaxDepth, 128)]
    [InlineData(512, 512)]
    public void The_largest_depth_fits_a_small_stack(int depth, int stackKilobytes)
    {
        var frame = NodeDecodeVectorTests.Nested(lists: depth - 1);
        var levels = 0;
        var thread = new Thread(
            () =>
            {
                for (var node = NodeReader.Read(frame, new NodeLimits { MaxDepth = depth }); node is not null; node = node.Child("iq"))
                {
                    levels++;
                }
            },
            stackKilobytes << 10);
        thread.Start();
        thread.Join();

        Assert.Equal(depth, levels);
    }

    [Fact]
    public void Number_of_children_is_limited()
    {
        var limits = new NodeLimits { MaxChildren = 300 };

        Assert.Equal(300, NodeReader.Read(WithChildren(300), limits).Children.Length);
        AssertRefused("children", 4, WithChildren(301), limits);
        Assert.Equal(65_535, NodeReader.Read(WithChildren(65_535)).Children.Length);
    }

    [Fact]
    public void Number_of_attributes_is_limited()
    {
        Assert.Equal(1024, NodeReader.Read(WithAttributes(1024)).Attributes.Length);
        AssertRefused("attributes", 1, WithAttributes(1025));

        var all = new NodeLimits { MaxAttributes = 32_767 };
        Assert.Equal(32_767, NodeReader.Read(WithAttributes(32_767), all).Attributes.Length);
    }

    [Fact]
    public void Number_of_items_is_limited()
    {
        // One node with two attributes and three children, of which one has an attribute.
        var frame = NodeWriter.Encode(new Node("a", [("b", "c"), ("d", "e")], [Item, new Node("item", [("b", "c")]), Item]));

        Assert.Equal(3, NodeReader.Read(frame, new NodeLimits { MaxItems = 7 }).Children.Length);
        for (var items = 1; items < 7; items++)
        {
            AssertRefused("nodes and attributes", null, frame, new NodeLimits { MaxItems = items });
        }
    }

    [Fact]
    public void A_list_that_announces_more_than_the_frame_holds_is_refused_before_memory_is_taken()
    {
        AssertRefused("list is longer", 4, Hex.Bytes("00f80219f9ffff"), maxAllocation: 4096);
        AssertRefused("list is longer", 4, [.. Hex.Bytes("00f80219f9ffff"), .. new byte[(3 * 65_535) - 1]], maxAllocation: 4096);

        // One byte more and the announcement is possible, so the first child is looked at.
        AssertRefused("begins with tag 0", 7, [.. Hex.Bytes("00f80219f9ffff"), .. new byte[3 * 65_535]]);
    }

    [Fact]
    public void A_node_that_announces_more_than_the_frame_holds_is_refused_before_memory_is_taken()
    {
        var limits = new NodeLimits { MaxAttributes = 32_767 };

        AssertRefused("larger than the bytes", 1, Hex.Bytes("00f9ffff"), limits, maxAllocation: 4096);
        AssertRefused("larger than the bytes", 1, [.. Hex.Bytes("00f9ffff"), .. new byte[65_534]], limits, maxAllocation: 4096);
        AssertRefused("tag 0", 4, [.. Hex.Bytes("00f9ffff"), .. new byte[65_535]], limits, maxAllocation: 4096);
    }

    /// <summary>Each level claims all bytes that are left; believed one by one, that would be 64 MiB for 200 KiB.</summary>
    [Fact]
    public void Nested_lists_cannot_claim_the_same_bytes()
    {
        byte[] frame = [0, .. Enumerable.Repeat(Hex.Bytes("f80219f9fffa"), 127).SelectMany(b => b), .. new byte[200_000]];

        AssertRefused("list is longer", 1 + 6 + 3, frame, maxAllocation: 1 << 20);
    }

    [Theory]
    [InlineData("fe80000000")]
    [InlineData("feffffffff")]
    [InlineData("fe7fffffff")]
    [InlineData("fd0fffff")]
    [InlineData("fcff")]
    public void A_byte_string_that_announces_gigabytes_is_refused_before_memory_is_taken(string header) =>
        AssertRefused("byte string is longer", 4, [.. Hex.Bytes("00f80219" + header), 1, 2, 3], maxAllocation: 4096);

    [Fact]
    public void A_byte_string_may_end_with_the_frame_and_not_later()
    {
        Assert.Equal(3, NodeReader.Read(Hex.Bytes("00f80219fe00000003010203")).ContentBytes.Length);
        AssertRefused("byte string is longer", 4, Hex.Bytes("00f80219fe00000004010203"));
    }

    [Fact]
    public void Limits_have_ranges()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxFrameLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxInflatedLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxInflatedLength = (1 << 30) + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxDepth = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxDepth = 513 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxChildren = 65_536 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeLimits { MaxAttributes = 32_768 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxItems", () => new NodeLimits { MaxItems = 0 });
    }

    private static byte[] WithChildren(int count) =>
        NodeWriter.Encode(new Node("list", [], Enumerable.Repeat(Item, count).ToArray()));

    private static byte[] WithAttributes(int count) =>
        NodeWriter.Encode(new Node("list", Enumerable.Repeat<(string, AttributeValue)>(("id", "1"), count).ToArray()));
}
