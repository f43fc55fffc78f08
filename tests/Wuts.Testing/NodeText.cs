using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.Testing;

/// <summary>
/// A whole node as indented text, to compare trees and to show where they differ. JIDs are marked, since they are not the same
/// as text on the wire. Leaf content is shown as its bytes: peers are free to write it as text or as bytes.
/// </summary>
public static class NodeText
{
    /// <summary>The text of a node and everything below it.</summary>
    public static string Of(Node node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Node node, int indent)
    {
        text.Append(' ', indent).Append(node.Tag);
        foreach (var (name, value) in node.Attributes)
        {
            text.Append(' ').Append(name).Append('=').Append(value.IsJid ? "jid" : "").Append('"').Append(value).Append('"');
        }

        if (node.HasChildList)
        {
            text.Append(" [").Append(node.Children.Length).Append("]\n");
            foreach (var child in node.Children)
            {
                Append(text, child, indent + 1);
            }
        }
        else if (node.HasContent)
        {
            text.Append(" (").Append(Hex.Text(node.ContentBytes.Span)).Append(")\n");
        }
        else
        {
            text.Append('\n');
        }
    }
}
