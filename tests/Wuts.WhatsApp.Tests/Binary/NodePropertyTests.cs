using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>What must hold for every node and every address, tried on many random ones.</summary>
public class NodePropertyTests
{
    private const int Seed = 20_260_821;

    [Fact]
    public void Every_node_survives_the_wire()
    {
        var nodes = new RandomNodes(new Random(Seed));
        for (var i = 0; i < 3000; i++)
        {
            var node = nodes.Next();
            var frame = NodeWriter.Encode(node);

            var back = NodeReader.Read(frame);

            Assert.Equal(NodeText.Of(node), NodeText.Of(back));
            Assert.True(frame.AsSpan().SequenceEqual(NodeWriter.Encode(back)));
        }
    }

    [Fact]
    public void Every_node_survives_compression()
    {
        var nodes = new RandomNodes(new Random(Seed + 1));
        for (var i = 0; i < 300; i++)
        {
            var node = nodes.Next();

            Assert.Equal(NodeText.Of(node), NodeText.Of(NodeReader.Read(Compressed.Wrap(NodeWriter.Encode(node)))));
        }
    }

    [Fact]
    public void Every_address_survives_the_wire_and_the_written_form()
    {
        var nodes = new RandomNodes(new Random(Seed + 2));
        for (var i = 0; i < 50_000; i++)
        {
            var jid = nodes.Address();

            Assert.Equal(jid, Jid.Parse(jid.ToString()));
            Assert.True(NodeReader.Read(NodeWriter.Encode(new Node("a", [("jid", jid)]))).TryGetJid("jid", out var back));
            Assert.Equal(jid, back);
            Assert.Equal(0, jid.ToBase().Device);
            Assert.Equal(jid.ToBase(), jid.ToBase().ToBase());
        }
    }

    [Fact]
    public void Every_text_survives_as_an_attribute()
    {
        var nodes = new RandomNodes(new Random(Seed + 3));
        for (var i = 0; i < 50_000; i++)
        {
            var text = nodes.Text();

            Assert.Equal(text, NodeReader.Read(NodeWriter.Encode(new Node("a", [("n", text)])))["n"]);
        }
    }
}
