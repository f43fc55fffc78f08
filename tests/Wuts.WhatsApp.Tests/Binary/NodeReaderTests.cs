using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class NodeReaderTests
{
    [Theory]
    [InlineData("", 0)] // no format byte
    [InlineData("00", 1)] // no node
    [InlineData("00f8", 2)] // header without its size
    [InlineData("00f900", 2)] // header without half of its size
    [InlineData("0000", 1)] // null is no node
    [InlineData("0019", 1)] // a token is no node
    [InlineData("00fc0119", 1)] // bytes are no node
    [InlineData("00f800", 1)] // size 0
    [InlineData("00f90000", 1)] // size 0, long form
    [InlineData("00f801", 1)] // no room for the tag
    [InlineData("00f8020e", 1)] // no room for the content
    [InlineData("00f8050e0c0f", 1)] // no room for both attributes
    [InlineData("00f80100", 3)] // null as tag
    [InlineData("00f801fc00", 3)] // empty tag
    [InlineData("00f801fb00", 3)] // empty packed tag
    [InlineData("00f801f801190000", 3)] // list as tag
    [InlineData("00f801fa0003", 3)] // JID as tag
    [InlineData("00f8030e0008", 4)] // null as attribute name
    [InlineData("00f8030efc0008", 4)] // empty attribute name
    [InlineData("00f8030efa000308", 4)] // JID as attribute name
    [InlineData("00f8030e08f80119", 5)] // list as attribute value
    [InlineData("00f801f0", 3)] // tags that are not assigned
    [InlineData("00f801f1", 3)]
    [InlineData("00f801f2", 3)]
    [InlineData("00f801f3", 3)]
    [InlineData("00f8020ef4", 4)]
    [InlineData("00f801ec", 4)] // double-byte token cut off
    [InlineData("00f801fc", 4)] // length cut off
    [InlineData("00f801fd00", 5)]
    [InlineData("00f801fd0000", 5)]
    [InlineData("00f801fe000000", 4)]
    [InlineData("00f801fc026f", 3)] // byte string longer than the frame
    [InlineData("00f801fd0000026f", 3)]
    [InlineData("00f801fe000000026f", 3)]
    [InlineData("00f801ff", 4)] // packed string without a length
    [InlineData("00f801ff02ab", 5)] // packed string cut off
    [InlineData("00f801ff80", 4)] // odd packed string without data
    [InlineData("00f801fb80", 4)]
    [InlineData("00f801ff02120c", 6)] // nibbles that stand for nothing
    [InlineData("00f801ff02d012", 5)]
    [InlineData("00f801ff01e0", 5)]
    [InlineData("00f801ff0112f0", 6)] // and a byte too many
    [InlineData("00f801ff01f0", 5)] // padding in front
    [InlineData("00f801ff011f", 5)] // padding of an even string
    [InlineData("00f801ff82f11f", 5)] // padding in the middle
    [InlineData("00f8030e0cfa0b00", 7)] // JID without server
    [InlineData("00f8030e0cfa0bfc00", 5)] // JID with empty server
    [InlineData("00f8030e0cfafa000303", 6)] // JID as user
    [InlineData("00f8030e0cfaf8011903", 6)] // list as user
    [InlineData("00f8030e0cfafc03314032" + "03", 5)] // @ in a user
    [InlineData("00f8030e0cfafc03313a32" + "03", 5)] // colon in a user
    [InlineData("00f8030e0cfafc022e30" + "03", 5)] // nothing in front of the agent
    [InlineData("00f8030e0cfa0bfc03614062", 5)] // @ in a server
    [InlineData("00f8030e0cf7", 6)] // device JID without domain
    [InlineData("00f8030e0cf702070b", 5)] // domains that are none
    [InlineData("00f8030e0cf77f070b", 5)]
    [InlineData("00f8030e0cf782070b", 5)]
    [InlineData("00f8030e0cf7ff070b", 5)]
    [InlineData("00f8030e0cf7000700", 5)] // device of nobody
    [InlineData("00f8030e0cf60b0005" + "03", 9)] // Messenger JID elsewhere
    [InlineData("00f8030e0cf60b00", 7)] // cut off in the device
    [InlineData("00f8030e0cf50b00050007cc", 11)] // interop JID elsewhere
    [InlineData("00f8030e0cf5000005" + "0007fc07696e7465726f70", 5)] // interop device of nobody
    [InlineData("00f80119" + "00", 4)] // bytes behind the node
    [InlineData("00f80219fc0100" + "19", 7)]
    [InlineData("00f80219f80119", 4)] // a child that is no node
    [InlineData("00f80219f802f80119", 4)] // fewer children than announced
    [InlineData("00f80219f802f80119f801", 4)]
    [InlineData("00f80219f802f80119f80200", 9)] // a child with the bytes of the next one
    [InlineData("00f80219f801f80319", 6)] // a child larger than the frame
    public void Malformed_frame_is_refused_with_its_offset(string frame, int offset)
    {
        var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(Hex.Bytes(frame)));

        Assert.Equal(offset, error.Offset);
        Assert.EndsWith($"(at byte {offset})", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public void Every_truncation_of_a_frame_is_refused()
    {
        foreach (var vector in VectorFile.Open("binary-nodes.json").GetProperty("vectors").EnumerateArray())
        {
            if (vector.TryGetProperty("hex", out var hex) && hex.GetString()!.Length < 1000)
            {
                var frame = Hex.Bytes(hex.GetString()!);
                for (var length = 0; length < frame.Length; length++)
                {
                    var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame.AsSpan(0, length)));
                    Assert.InRange(error.Offset, 0, length);
                }
            }
        }
    }

    [Fact]
    public void Messages_of_errors_contain_nothing_of_the_frame()
    {
        var frame = NodeWriter.Encode(new Node("iq", [("notify", "Bob secret"), ("jid", Jid.Parse("15550001234@lid"))]));
        for (var length = 0; length < frame.Length; length++)
        {
            var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame.AsSpan(0, length)));
            Assert.DoesNotContain("Bob", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("1555", error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_empty_user_of_a_jid_may_be_an_empty_string() =>
        Assert.Equal("s.whatsapp.net", NodeReader.Read(Hex.Bytes("00f8030e0cfafc0003"))["jid"]);

    [Fact]
    public void A_legacy_agent_in_a_user_is_dropped() =>
        Assert.Equal("12:7@s.whatsapp.net", NodeReader.Read(Hex.Bytes("00f8030e0cf70007ff0212b0"))["jid"]);

    [Fact]
    public void A_packed_string_longer_than_peers_write_is_read()
    {
        var frame = Hex.Bytes("00f8030e08ff7f" + string.Concat(Enumerable.Repeat("12", 127)));

        Assert.Equal(string.Concat(Enumerable.Repeat("12", 127)), NodeReader.Read(frame)["id"]);
    }

    [Fact]
    public void An_attribute_that_is_null_is_dropped()
    {
        Assert.Equal(0, NodeReader.Read(Hex.Bytes("00f8030e0c00")).Attributes.Length);

        var node = NodeReader.Read(Hex.Bytes("00f8070e0c0008e30600"));
        Assert.Equal(1, node.Attributes.Length);
        Assert.Equal("7", node["id"]);
    }

    [Fact]
    public void An_empty_list_of_children_has_two_forms()
    {
        foreach (var frame in new[] { "00f8020e00", "00f8020ef800", "00f8020ef90000" })
        {
            var node = NodeReader.Read(Hex.Bytes(frame));
            Assert.True(node.HasChildList);
            Assert.Equal(0, node.Children.Length);
        }
    }

    /// <summary>A push name cut inside a character must not cost the message that carries it.</summary>
    [Fact]
    public void Broken_UTF8_in_a_value_is_replaced()
    {
        var node = NodeReader.Read([0, 0xF8, 3, 0x0E, 0xFC, 1, (byte)'n', 0xFC, 4, (byte)'Z', 0xC3, (byte)'!', 0xF0]);

        Assert.Equal("Z\uFFFD!\uFFFD", node["n"]);
        Assert.Equal("Z\uFFFD!\uFFFD", NodeReader.Read(NodeWriter.Encode(node))["n"]);
    }

    /// <summary>Two users that differ must not become one by repair.</summary>
    [Theory]
    [InlineData("00f801fc02c341", 3)] // tag
    [InlineData("00f8030efc01c308", 4)] // attribute name
    [InlineData("00f8030e0cfafc02c34103", 6)] // user
    [InlineData("00f8030e0cfa0bfc02c341", 7)] // server
    [InlineData("00f8030e0cf70007fc03eda080", 8)] // a surrogate, which UTF-8 does not have
    public void Broken_UTF8_in_an_identifier_is_refused(string frame, int offset) =>
        Assert.Equal(offset, Assert.Throws<NodeFormatException>(() => NodeReader.Read(Hex.Bytes(frame))).Offset);

    [Fact]
    public void Byte_content_is_kept_whatever_it_is()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();

        Assert.Equal(bytes, NodeReader.Read(NodeWriter.Encode(new Node("a", [], bytes))).ContentBytes.ToArray());
    }

    [Fact]
    public void The_tree_does_not_refer_to_the_frame()
    {
        var frame = NodeWriter.Encode(new Node("a", [], "abc"u8.ToArray()));
        var node = NodeReader.Read(frame);

        Array.Clear(frame);

        Assert.Equal("abc", node.ContentText);
    }

    [Fact]
    public void Tokens_and_known_servers_are_shared_strings()
    {
        var node = NodeReader.Read(NodeWriter.Encode(
            new Node("iq", [("type", "get"), ("a", Jid.Parse("1@s.whatsapp.net")), ("b", Jid.Parse("1@newsletter")), ("c", Jid.Parse("1:1@hosted"))])));

        Assert.Same("iq", node.Tag);
        Assert.Same("type", node.Attributes[0].Name);
        Assert.Same("get", node["type"]);
        Assert.Same(JidServers.User, Server("a"));
        Assert.Same(JidServers.Newsletter, Server("b"));
        Assert.Same(JidServers.Hosted, Server("c"));

        string Server(string name) => node.TryGetJid(name, out var jid) ? jid.Server : "";
    }

    [Fact]
    public void Reading_allocates_the_tree_and_nothing_else()
    {
        // <iq id="46891.3350-3" to type xmlns><ping/></iq>
        var frame = Hex.Bytes("00f80a1908ff0646891b3350a311fa000304291657f801f80156");
        const int Node = 40;
        const int Array = 24;
        const int Attribute = 32;
        const int Reference = 8;
        const int Id = 48;

        Assert.Equal((2 * Node) + Array + (4 * Attribute) + Array + Reference + Id, AllocatedBy(() => NodeReader.Read(frame)));
    }

    [Fact]
    public void Inflating_does_not_allocate_the_inflated_bytes()
    {
        var frame = Compressed.Wrap(NodeWriter.Encode(new Node("a", [], new byte[1 << 18])));

        // The content and what the decompressor consists of.
        Assert.InRange(AllocatedBy(() => NodeReader.Read(frame)), 1 << 18, (1 << 18) + 4096);
    }

    [Fact]
    public void Other_bits_of_the_format_byte_are_ignored()
    {
        for (var format = 0; format < 256; format++)
        {
            var isCompressed = (format & 2) != 0;
            var frame = isCompressed ? Compressed.Wrap([0, 0xF8, 1, 0x19]) : [0, 0xF8, 1, 0x19];
            frame[0] = (byte)format;

            Assert.Equal("iq", NodeReader.Read(frame).Tag);
        }
    }

    [Fact]
    public void Offsets_in_a_compressed_frame_count_in_the_inflated_form()
    {
        var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(Compressed.Wrap(Hex.Bytes("00f8011900"))));

        Assert.Equal(4, error.Offset);
    }

    private static long AllocatedBy(Func<Node> read)
    {
        // Warm up: the first calls fill pools and compile.
        for (var i = 0; i < 50; i++)
        {
            read();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var node = read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(node);
        return allocated;
    }
}
