using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>The message stanzas among the vectors, and comparison of trees where the order of attributes has no meaning.</summary>
internal static class StanzaVectors
{
    /// <summary>The own account of the vectors.</summary>
    public static readonly OwnAccount Own = new(
        Jid.Parse(Conventions.TextOf("own_pn")).WithDevice(12), Jid.Parse(Conventions.TextOf("own_lid")).WithDevice(12));

    private static JsonElement Conventions => VectorFile.Open("stanzas.json").GetProperty("conventions");

    public static IEnumerable<JsonElement> Group(string group) =>
        VectorFile.Open("stanzas.json").GetProperty("stanzas").EnumerateArray().Where(vector => vector.TextOf("group") == group);

    public static JsonElement Named(string name) =>
        VectorFile.Open("stanzas.json").GetProperty("stanzas").EnumerateArray().Single(vector => vector.TextOf("name") == name);

    /// <summary>The stanza, read from its binary form.</summary>
    public static Node NodeOf(this JsonElement vector) => NodeReader.Read(vector.HexOf("hex"));

    public static MessageSource Source(string name)
    {
        Assert.True(MessageSource.TryParse(Named(name).NodeOf(), Own, out var source));
        return source;
    }

    /// <summary>Asserts that a built stanza is the one of the vector.</summary>
    public static void AssertIs(JsonElement vector, Node built) =>
        Assert.Equal(NodeText.Of(Sorted(vector.NodeOf())), NodeText.Of(Sorted(built)));

    private static Node Sorted(Node node)
    {
        var attributes = node.Attributes.ToArray().OrderBy(attribute => attribute.Name, StringComparer.Ordinal).ToArray();
        return node.HasChildList ? new Node(node.Tag, attributes, [.. node.Children.ToArray().Select(Sorted)])
            : node.HasContent ? new Node(node.Tag, attributes, node.ContentBytes.ToArray())
            : new Node(node.Tag, attributes);
    }
}
