using System.Buffers;
using System.Text;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class NodeWriterTests
{
    [Fact]
    public void Writing_into_a_buffer_that_is_large_enough_allocates_nothing()
    {
        var stanzas = VectorFile.Open("stanzas.json").GetProperty("stanzas").EnumerateArray()
            .Select(stanza => NodeJson.Read(stanza.GetProperty("node"))).ToArray();
        var output = new ArrayBufferWriter<byte>(1 << 16);
        WriteAll();

        var before = GC.GetAllocatedBytesForCurrentThread();
        WriteAll();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void WriteAll()
        {
            foreach (var stanza in stanzas)
            {
                output.ResetWrittenCount();
                NodeWriter.Write(stanza, output);
            }
        }
    }

    [Fact]
    public void The_sizes_of_the_spans_a_buffer_hands_out_do_not_matter()
    {
        foreach (var vector in VectorFile.Open("binary-nodes.json").GetProperty("vectors").EnumerateArray())
        {
            var node = NodeJson.Read(vector.GetProperty("node"));
            var expected = NodeWriter.Encode(node);
            foreach (var extra in new[] { 0, 1, 2, 3, 17, 255, 4096 })
            {
                var output = new ScatteredBuffer(extra);
                NodeWriter.Write(node, output);
                Assert.True(expected.AsSpan().SequenceEqual(output.Written), $"{vector.TextOf("name")} with {extra} spare bytes");
            }
        }
    }

    [Fact]
    public void Frames_are_appended_to_what_the_buffer_holds()
    {
        var output = new ArrayBufferWriter<byte>();
        NodeWriter.Write(new Node("iq"), output);
        NodeWriter.Write(new Node("ack"), output);

        Assert.Equal("00f8011900f8011b", Hex.Text(output.WrittenSpan));
    }

    /// <summary>Lengths around every place where the form of a string changes, in one to three bytes per character.</summary>
    [Theory]
    [InlineData('x', 1)]
    [InlineData('é', 2)]
    [InlineData('€', 3)]
    public void Text_is_written_with_the_shortest_length(char character, int width)
    {
        int[] lengths = [1, 2, 42, 43, 84, 85, 86, 127, 128, 254, 255, 256, 257, 349_525, 349_526, 524_287, 524_288, 1_048_575, 1_048_576];
        foreach (var length in lengths)
        {
            var text = new string(character, length);
            var bytes = length * width;
            var header = bytes switch
            {
                < 256 => $"fc{bytes:x2}",
                < 1 << 20 => $"fd{bytes:x6}",
                _ => $"fe{bytes:x8}",
            };

            var frame = NodeWriter.Encode(new Node("a", [], text));

            Assert.Equal("00f802fc0161" + header, Hex.Text(frame.AsSpan(0, 6 + (header.Length / 2))));
            Assert.Equal(text, Encoding.UTF8.GetString(frame.AsSpan(6 + (header.Length / 2))));
        }
    }

    [Theory]
    [InlineData("-.-", "ff82abaf")]
    [InlineData(".-.-", "ff02baba")]
    [InlineData("A", "fb81af")]
    [InlineData("0-A", "fc03302d41")]
    [InlineData("A-0", "fc03412d30")]
    [InlineData("12a", "fc03313261")]
    [InlineData("12?", "fc0331323f")]
    [InlineData("?", "fc013f")]
    [InlineData("12/", "fc0331322f")]
    [InlineData("12:", "fc0331323a")]
    [InlineData("AG", "fc024147")]
    [InlineData("A@", "fc024140")]
    [InlineData("12\u0131", "fc043132c4b1")]
    [InlineData("12\uff11", "fc053132efbc91")]
    [InlineData("12\u1231", "fc053132e188b1")]
    [InlineData("9F", "fb019f")]
    [InlineData("\0", "fc0100")]
    public void Text_is_packed_only_when_every_character_allows_it(string text, string written) =>
        Assert.Equal("00f802fc0161" + written, Hex.Text(NodeWriter.Encode(new Node("a", [], text))));

    [Fact]
    public void Every_pair_of_characters_survives_packing()
    {
        const string Alphabet = "0123456789-.";
        const string HexAlphabet = "0123456789ABCDEF";
        foreach (var alphabet in new[] { Alphabet, HexAlphabet })
        {
            foreach (var text in from a in alphabet from b in alphabet from c in alphabet select $"{a}{b}{c}{b}{a}")
            {
                var frame = NodeWriter.Encode(new Node("a", [("id", text)]));

                Assert.Equal(text, NodeReader.Read(frame)["id"]);
                Assert.Equal(6 + 1 + 2 + 3, frame.Length);
            }
        }
    }

    [Fact]
    public void Unpaired_surrogates_become_replacement_characters()
    {
        foreach (var text in new[] { "\ud83d", "a\ude80b", new string('\ud83d', 300) })
        {
            var node = NodeReader.Read(NodeWriter.Encode(new Node("a", [("n", text)])));

            Assert.Equal(text.Replace('\ud83d', '\ufffd').Replace('\ude80', '\ufffd'), node["n"]);
        }
    }

    [Theory]
    [InlineData("15550001234@s.whatsapp.net", "faff8615550001234f03")]
    [InlineData("15550001234:7@s.whatsapp.net", "f70007ff8615550001234f")]
    [InlineData("15550001234:255@s.whatsapp.net", "f700ffff8615550001234f")]
    [InlineData("236395184570386:39@lid", "f70127ff88236395184570386f")]
    [InlineData("120363025246125486@g.us", "faff091203630252461254861c")]
    [InlineData("s.whatsapp.net", "fa0003")]
    [InlineData("g.us", "fa001c")]
    [InlineData("abc:5@msgr", "f6fc036162630005cc")]
    [InlineData("abc@msgr", "f6fc036162630000cc")]
    [InlineData("msgr", "f6fc000000cc")]
    [InlineData("7-abc:3@interop", "f5fc0361626300030007fc07696e7465726f70")]
    [InlineData("status@broadcast", "fa0b0d")]
    [InlineData("1@unknown.example", "fa55fc0f756e6b6e6f776e2e6578616d706c65")]
    public void Address_is_written_with_the_tag_of_its_server(string text, string written)
    {
        var jid = Jid.Parse(text);
        var frame = NodeWriter.Encode(new Node("user", [("jid", jid)]));

        Assert.Equal("00f8030e0c" + written, Hex.Text(frame));
        Assert.True(NodeReader.Read(frame).TryGetJid("jid", out var back));
        Assert.Equal(jid, back);
    }

    [Fact]
    public void Depth_is_limited()
    {
        var deepest = Chain(NodeLimits.DefaultMaxDepth);
        Assert.Equal(NodeText.Of(deepest), NodeText.Of(NodeReader.Read(NodeWriter.Encode(deepest))));
        Assert.Throws<ArgumentException>(() => NodeWriter.Encode(Chain(NodeLimits.DefaultMaxDepth + 1)));
        Assert.Throws<ArgumentException>(() => NodeWriter.Encode(Chain(100_000)));

        static Node Chain(int levels)
        {
            var node = new Node("a");
            for (var i = 1; i < levels; i++)
            {
                node = new Node("a", [], [node]);
            }

            return node;
        }
    }

    [Fact]
    public void Lists_are_limited_to_what_a_header_can_say()
    {
        var children = Enumerable.Repeat(new Node("item"), 65_536).ToArray();
        var attributes = Enumerable.Repeat<(string, AttributeValue)>(("id", "1"), 32_768).ToArray();

        Assert.Equal(6 + 1 + (3 * 65_535), NodeWriter.Encode(new Node("list", [], children.AsSpan(1))).Length);
        Assert.Throws<ArgumentException>(() => NodeWriter.Encode(new Node("list", [], children)));
        Assert.Equal(1 + 3 + 1 + (2 * 32_767), NodeWriter.Encode(new Node("list", attributes.AsSpan(1))).Length);
        Assert.Throws<ArgumentException>(() => NodeWriter.Encode(new Node("list", attributes)));
    }

    [Fact]
    public void Null_is_misuse()
    {
        Assert.Throws<ArgumentNullException>(() => NodeWriter.Encode(null!));
        Assert.Throws<ArgumentNullException>(() => NodeWriter.Write(new Node("a"), null!));
    }

    /// <summary>Hands out spans of the size that was asked for and some spare bytes, each in an array of its own.</summary>
    private sealed class ScatteredBuffer(int spare) : IBufferWriter<byte>
    {
        private readonly List<byte> _written = [];
        private byte[] _current = [];

        public byte[] Written => [.. _written];

        public void Advance(int count) => _written.AddRange(_current.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _current = new byte[Math.Max(1, sizeHint) + spare];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
