using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Frames assembled by hand or captured, with what they mean, and frames that mean nothing.</summary>
public class NodeDecodeVectorTests
{
    private const string ByHand = "binary-decode.json";
    private const string External = "binary-nodes-external.json";

    public static TheoryData<string, string> Accepted => Names((ByHand, "vectors"), (External, "decode"));

    public static TheoryData<string, string> Refused => Names((ByHand, "errors"), (External, "reject"));

    public static TheoryData<string, string> Written => Names((External, "encode"));

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Frame_is_read_as_the_vector_says(string file, string name)
    {
        var vector = Find(file, file == ByHand ? "vectors" : "decode", name);

        var node = NodeReader.Read(vector.HexOf("hex"));

        AssertDecoded(vector.GetProperty("decoded"), node);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Frame_is_refused(string file, string name)
    {
        var vector = Find(file, file == ByHand ? "errors" : "reject", name);

        // One vector gives a recipe in place of bytes: 128 lists of one child around an innermost node.
        var frame = vector.TryGetProperty("hex", out var hex) ? Hex.Bytes(hex.GetString()!) : Nested(lists: 128);

        var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame));
        Assert.InRange(error.Offset, 0, frame.Length);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Node_is_written_as_the_vector_says(string file, string name)
    {
        var vector = Find(file, "encode", name);

        Assert.Equal(vector.TextOf("hex"), Hex.Text(NodeWriter.Encode(NodeJson.Read(vector.GetProperty("node")))));
    }

    /// <summary>A frame with the given number of nodes that each hold the next one, around a last one without content.</summary>
    internal static byte[] Nested(int lists) =>
        [0, .. Enumerable.Repeat(Hex.Bytes("f80219f801"), lists).SelectMany(b => b), .. Hex.Bytes("f80119")];

    /// <summary>
    /// Compares with the rendering of the peer that produced the vectors. It shows JIDs as text, the server JID with a leading @,
    /// interop JIDs with a device 0, and null as an empty string; we drop an attribute that is null.
    /// </summary>
    private static void AssertDecoded(JsonElement expected, Node actual)
    {
        Assert.Equal(expected.TextOf("tag"), actual.Tag);

        var attributes = expected.TryGetProperty("attrs", out var pairs) ? pairs.EnumerateArray().ToArray() : [];
        attributes = [.. attributes.Where(pair => pair[1].GetString()!.Length != 0 || actual.TryGetAttribute(pair[0].GetString()!, out _))];
        Assert.Equal(attributes.Length, actual.Attributes.Length);
        foreach (var ((name, value), pair) in actual.Attributes.ToArray().Zip(attributes))
        {
            var text = pair[1].GetString()!;
            Assert.Equal(pair[0].GetString(), name);
            Assert.Equal(text.Contains('@', StringComparison.Ordinal), value.IsJid);
            if (value.IsJid)
            {
                Assert.True(value.TryGetJid(out var jid));
                Assert.Equal(Jid.Parse(text), jid);
            }
            else
            {
                Assert.Equal(text, value.ToString());
            }
        }

        if (!expected.TryGetProperty("content", out var content))
        {
            Assert.False(actual.HasContent);
            return;
        }

        var kind = content.EnumerateObject().Single();
        switch (kind.Name)
        {
            case "string":
                Assert.Equal(kind.Value.GetString(), Assert.IsType<string>(actual.Content));
                break;
            case "bytes":
                Assert.Equal(kind.Value.GetString(), Hex.Text(Assert.IsType<byte[]>(actual.Content)));
                break;
            default:
                var children = kind.Value.EnumerateArray().ToArray();
                Assert.Equal(children.Length, Assert.IsType<Node[]>(actual.Content).Length);
                foreach (var (expectedChild, child) in children.Zip(actual.Children.ToArray()))
                {
                    AssertDecoded(expectedChild, child);
                }

                break;
        }
    }

    private static TheoryData<string, string> Names(params (string File, string List)[] sources)
    {
        var data = new TheoryData<string, string>();
        foreach (var (file, list) in sources)
        {
            foreach (var vector in VectorFile.Open(file).GetProperty(list).EnumerateArray())
            {
                data.Add(file, vector.TextOf("name"));
            }
        }

        return data;
    }

    private static JsonElement Find(string file, string list, string name) =>
        VectorFile.Open(file).GetProperty(list).EnumerateArray().Single(vector => vector.TextOf("name") == name);
}
