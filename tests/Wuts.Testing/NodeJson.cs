using System.Text.Json;
using Wuts.WhatsApp.Binary;

namespace Wuts.Testing;

/// <summary>
/// Nodes in the notation of the vector files: <c>tag</c>, <c>attrs</c> as ordered pairs whose value is a string or
/// <c>{"jid"}</c>, and <c>content</c> as one of <c>{"string"}</c>, <c>{"bytes"}</c> in hex, <c>{"repeat": {byte, count}}</c> or
/// <c>{"nodes"}</c>.
/// </summary>
public static class NodeJson
{
    /// <summary>The node that an element describes.</summary>
    public static Node Read(JsonElement element)
    {
        var tag = element.TextOf("tag");
        var attributes = element.TryGetProperty("attrs", out var pairs)
            ? pairs.EnumerateArray().Select(pair => (pair[0].GetString()!, ReadValue(pair[1]))).ToArray()
            : [];
        if (!element.TryGetProperty("content", out var content))
        {
            return new Node(tag, attributes);
        }

        var kind = content.EnumerateObject().Single();
        return kind.Name switch
        {
            "string" => new Node(tag, attributes, kind.Value.GetString()!),
            "bytes" => new Node(tag, attributes, Hex.Bytes(kind.Value.GetString()!)),
            "repeat" => new Node(tag, attributes, Repeat(kind.Value)),
            "nodes" => new Node(tag, attributes, [.. kind.Value.EnumerateArray().Select(Read)]),
            _ => throw new FormatException($"Unknown kind of content: {kind.Name}"),
        };
    }

    private static AttributeValue ReadValue(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : Jid.Parse(value.TextOf("jid"));

    private static byte[] Repeat(JsonElement value)
    {
        var bytes = new byte[value.GetProperty("count").GetInt32()];
        Array.Fill(bytes, Hex.Bytes(value.TextOf("byte"))[0]);
        return bytes;
    }
}
