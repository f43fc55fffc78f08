using System.Buffers;

namespace Wuts.WhatsApp.Binary;

/// <summary>Turns a node into the plaintext of a transport frame: format byte 00 and the node. Protocol section 5.</summary>
/// <remarks>
/// Writing allocates nothing but what <see cref="IBufferWriter{T}"/> needs for its buffer. Strings take the shortest of
/// the forms the format has for them, as all known peers write them; unpaired surrogates become U+FFFD.
/// </remarks>
public static class NodeWriter
{
    /// <summary>Writes a frame.</summary>
    /// <exception cref="ArgumentException">
    /// The node has more children or attributes than a list header can say, or is nested deeper than 128 levels.
    /// What is in <paramref name="output"/> then is no frame.
    /// </exception>
    public static void Write(Node node, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(output);
        var sink = new NodeSink(output);
        sink.WriteByte(0);
        WriteNode(ref sink, node, depth: 1);
        sink.Flush();
    }

    /// <summary>Writes a frame into a new array.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>.</exception>
    public static byte[] Encode(Node node)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(node, output);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteNode(ref NodeSink sink, Node node, int depth)
    {
        if (depth > NodeLimits.DefaultMaxDepth)
        {
            throw new ArgumentException("The node is nested deeper than 128 levels.", nameof(node));
        }

        var content = node.Content;
        sink.WriteListHeader(1 + (2 * node.Attributes.Length) + (content is null ? 0 : 1));
        sink.WriteString(node.Tag);
        foreach (ref readonly var attribute in node.Attributes)
        {
            sink.WriteString(attribute.Name);
            if (attribute.Value.RawText is { } text)
            {
                sink.WriteString(text);
            }
            else
            {
                sink.WriteJid(attribute.Value.RawJid);
            }
        }

        switch (content)
        {
            case Node[] children:
                sink.WriteListHeader(children.Length);
                foreach (var child in children)
                {
                    WriteNode(ref sink, child, depth + 1);
                }

                break;
            case byte[] bytes:
                sink.WriteBytes(bytes);
                break;
            case string text:
                sink.WriteString(text);
                break;
        }
    }
}
