using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class NodeReaderTests
{
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
            new Node("iq", [("type", "get"), ("a", Jid.WhatsApp), ("b", Jid.Parse("1@newsletter")), ("c", Jid.Parse("1:1@hosted"))])));

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
