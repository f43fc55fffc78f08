using System.Text;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Stanzas;

/// <summary>The documented stanzas of <c>stanzas.json</c>, by name, and comparison of nodes as trees.</summary>
internal static class StanzaVectors
{
    private static readonly Dictionary<string, JsonElement> ByName =
        VectorFile.Open("stanzas.json").GetProperty("stanzas").EnumerateArray().ToDictionary(s => s.TextOf("name"));

    public static IEnumerable<string> AllNames => ByName.Keys;

    public static Node Node(string name) => Read(ByName[name].GetProperty("node"));

    public static JsonElement Expect(string name) => ByName[name].GetProperty("expect");

    public static IEnumerable<string> Names(string group) =>
        ByName.Where(s => s.Value.TextOf("group") == group).Select(s => s.Key);

    /// <summary>Asserts that two nodes say the same; the order of attributes and of children has no meaning.</summary>
    public static void AssertSame(Node expected, Node actual) => Assert.Equal(Canonical(expected), Canonical(actual));

    private static Node Read(JsonElement node)
    {
        var attributes = node.GetProperty("attrs").EnumerateArray()
            .Select(a => (Name: a[0].GetString()!, Value: Value(a[1])))
            .ToArray();
        var tag = node.TextOf("tag");
        if (!node.TryGetProperty("content", out var content))
        {
            return new Node(tag, attributes);
        }

        if (content.TryGetProperty("nodes", out var nodes))
        {
            return new Node(tag, attributes, nodes.EnumerateArray().Select(Read).ToArray());
        }

        return content.TryGetProperty("string", out var text)
            ? new Node(tag, attributes, text.GetString()!)
            : new Node(tag, attributes, content.HexOf("bytes"));
    }

    private static AttributeValue Value(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? new AttributeValue(Jid.Parse(value.TextOf("jid")))
        : new AttributeValue(value.GetString());

    private static string Canonical(Node node)
    {
        var text = new StringBuilder("<").Append(node.Tag);
        foreach (var (name, value) in node.Attributes.ToArray().OrderBy(a => a.Name, StringComparer.Ordinal))
        {
            text.Append(' ').Append(name).Append(value.IsJid ? "=@" : "=").Append(value);
        }

        text.Append('>');
        if (node.HasChildList)
        {
            foreach (var child in node.Children.ToArray().Select(Canonical).Order(StringComparer.Ordinal))
            {
                text.Append(child);
            }
        }
        else
        {
            text.Append(Hex.Text(node.ContentBytes.Span));
        }

        return text.Append("</>").ToString();
    }
}
