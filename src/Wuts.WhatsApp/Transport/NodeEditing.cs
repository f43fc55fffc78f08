using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

internal static class NodeEditing
{
    /// <summary>The same node with one more attribute; content and other attributes are shared.</summary>
    public static Node WithAttribute(this Node node, string name, AttributeValue value) =>
        new(node.Content, node.Tag, [.. node.Attributes, (name, value)]);
}
