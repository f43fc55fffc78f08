using System.Security.Cryptography;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Frames as a widely used client writes them: ours must be the same bytes, and theirs must read as the same tree.</summary>
public class NodeVectorTests
{
    /// <summary>
    /// Where we write something else than the peer that produced the vectors, and what we write. Section 5.6 says so: c.us
    /// is normalised, device 0 is a plain pair, and an underscore is an ordinary character of a user.
    /// </summary>
    private static readonly Dictionary<string, string> OurForm = new(StringComparer.Ordinal)
    {
        ["jid-legacy-c.us"] = "00f8030e0cfaff8616505361212f03",
        ["jid-pn-device-0-explicit"] = "00f8030e0cfaff8615550001234f03",
        ["jid-user-raw"] = "00f8030e0cfafc086a6f686e5f646f6503",
    };

    public static TheoryData<string> Names =>
        [.. VectorFile.Open("binary-nodes.json").GetProperty("vectors").EnumerateArray().Select(vector => vector.TextOf("name"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Node_is_written_as_the_vector_says(string name)
    {
        var vector = Find(name);

        var frame = NodeWriter.Encode(NodeJson.Read(vector.GetProperty("node")));

        if (OurForm.TryGetValue(name, out var ours))
        {
            Assert.NotEqual(vector.TextOf("hex"), Hex.Text(frame));
            Assert.Equal(ours, Hex.Text(frame));
        }
        else if (vector.TryGetProperty("hex", out var hex))
        {
            Assert.Equal(vector.GetProperty("length").GetInt32(), frame.Length);
            Assert.Equal(hex.GetString(), Hex.Text(frame));
        }
        else
        {
            Assert.Equal(vector.GetProperty("length").GetInt32(), frame.Length);
            Assert.Equal(vector.TextOf("sha256"), Hex.Text(SHA256.HashData(frame)));
            Assert.StartsWith(vector.TextOf("head"), Hex.Text(frame), StringComparison.Ordinal);
            Assert.EndsWith(vector.TextOf("tail"), Hex.Text(frame), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Frame_of_the_vector_is_read_as_its_node(string name)
    {
        var vector = Find(name);
        var written = NodeJson.Read(vector.GetProperty("node"));
        var frame = vector.TryGetProperty("hex", out var hex) ? Hex.Bytes(hex.GetString()!) : NodeWriter.Encode(written);

        var node = NodeReader.Read(frame);

        // The peer cuts this user at the underscore when it writes, so its bytes name someone else.
        var expected = name == "jid-user-raw" ? new Node("user", [("jid", Jid.Parse("john@s.whatsapp.net"))]) : written;
        Assert.Equal(NodeText.Of(expected), NodeText.Of(node));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_we_write_is_read_as_the_same_node(string name)
    {
        var node = NodeJson.Read(Find(name).GetProperty("node"));

        Assert.Equal(NodeText.Of(node), NodeText.Of(NodeReader.Read(NodeWriter.Encode(node))));
    }

    [Fact]
    public void List_headers_are_written_as_the_vector_says()
    {
        var lists = VectorFile.Open("binary-nodes-external.json").GetProperty("lists");

        Assert.Equal(lists.TextOf("LIST_EMPTY for 0"), HeaderOfChildren(0));
        Assert.Equal(lists.TextOf("LIST_8 for 255"), HeaderOfChildren(255));
        Assert.Equal(lists.TextOf("LIST_16 for 256"), HeaderOfChildren(256));

        // A frame of <list> begins with 00 F8 02 71; the header of its children follows.
        static string HeaderOfChildren(int count)
        {
            var children = Enumerable.Repeat(new Node("item"), count).ToArray();
            var frame = NodeWriter.Encode(new Node("list", [], children));
            return Hex.Text(frame.AsSpan(4, frame.Length - 4 - (3 * count)));
        }
    }

    private static JsonElement Find(string name) => VectorFile.Open("binary-nodes.json").GetProperty("vectors")
        .EnumerateArray().Single(vector => vector.TextOf("name") == name);
}
