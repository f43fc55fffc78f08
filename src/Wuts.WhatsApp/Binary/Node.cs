using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// One element of the binary XML that every stanza consists of: a tag, attributes in order, and nothing, children, bytes
/// or text as content. Immutable. Protocol section 5.4.
/// </summary>
/// <remarks>
/// Leaf content arrives as bytes or as text depending on who wrote it, so read it with <see cref="ContentBytes"/> or
/// <see cref="ContentText"/>, which treat both alike. Write leaf content as bytes: every peer accepts that.
/// </remarks>
public sealed class Node
{
    private readonly (string Name, AttributeValue Value)[] _attributes;
    private readonly object? _content;

    /// <summary>Creates a node without content. Absent attribute values are dropped.</summary>
    public Node(string tag, ReadOnlySpan<(string Name, AttributeValue Value)> attributes = default)
        : this(null, tag, Present(attributes))
    {
    }

    /// <summary>Creates a node with children. Absent attribute values are dropped.</summary>
    public Node(string tag, ReadOnlySpan<(string Name, AttributeValue Value)> attributes, ReadOnlySpan<Node> children)
        : this(children.ToArray(), tag, Present(attributes))
    {
        foreach (var child in children)
        {
            ArgumentNullException.ThrowIfNull(child, nameof(children));
        }
    }

    /// <summary>Creates a node with byte content, which is not copied. Absent attribute values are dropped.</summary>
    public Node(string tag, ReadOnlySpan<(string Name, AttributeValue Value)> attributes, byte[] content)
        : this((object)content, tag, Present(attributes))
    {
        ArgumentNullException.ThrowIfNull(content);
    }

    /// <summary>Creates a node with text content, written by the string rules of section 5.5. Prefer bytes.</summary>
    public Node(string tag, ReadOnlySpan<(string Name, AttributeValue Value)> attributes, string content)
        : this((object)content, tag, Present(attributes))
    {
        ArgumentNullException.ThrowIfNull(content);
    }

    /// <summary>
    /// Creates a node around arrays that nobody else holds: <paramref name="content"/> is Node[], byte[], string or null.
    /// </summary>
    internal Node(object? content, string tag, (string Name, AttributeValue Value)[] attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Tag = tag;
        _attributes = attributes;
        _content = content;
    }

    /// <summary>The element's name; never empty.</summary>
    public string Tag { get; }

    /// <summary>The attributes in the order in which they are written; the order has no meaning.</summary>
    public ReadOnlySpan<(string Name, AttributeValue Value)> Attributes => _attributes;

    /// <summary>The children, or none when the content is absent, bytes or text.</summary>
    public ReadOnlySpan<Node> Children => _content as Node[];

    /// <summary>Whether there is content of any kind, an empty list of children included.</summary>
    public bool HasContent => _content is not null;

    /// <summary>Whether the content is a list of children, which may be empty.</summary>
    public bool HasChildList => _content is Node[];

    /// <summary>The raw content: <c>Node[]</c>, <c>byte[]</c>, <c>string</c> or <see langword="null"/>.</summary>
    internal object? Content => _content;

    /// <summary>The value of an attribute as text, or <see langword="null"/> when it is not there.</summary>
    public string? this[string name] => TryGetAttribute(name, out var value) ? value.ToString() : null;

    /// <summary>Finds an attribute. If a peer wrote one twice, the last one counts.</summary>
    public bool TryGetAttribute(string name, out AttributeValue value)
    {
        for (var i = _attributes.Length - 1; i >= 0; i--)
        {
            if (_attributes[i].Name == name)
            {
                value = _attributes[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Finds an attribute that holds a JID, whether it was written as a JID or as text.</summary>
    public bool TryGetJid(string name, out Jid jid)
    {
        if (TryGetAttribute(name, out var value))
        {
            return value.TryGetJid(out jid);
        }

        jid = default;
        return false;
    }

    /// <summary>Finds the first child with the given tag.</summary>
    public bool TryGetChild(string tag, [NotNullWhen(true)] out Node? child)
    {
        foreach (var candidate in Children)
        {
            if (candidate.Tag == tag)
            {
                child = candidate;
                return true;
            }
        }

        child = null;
        return false;
    }

    /// <summary>The first child with the given tag, or <see langword="null"/>.</summary>
    public Node? Child(string tag) => TryGetChild(tag, out var child) ? child : null;

    /// <summary>Leaf content as bytes: text as UTF-8; empty when there is none.</summary>
    public ReadOnlyMemory<byte> ContentBytes => _content switch
    {
        byte[] bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        _ => default,
    };

    /// <summary>Leaf content as text: bytes as UTF-8; <see langword="null"/> when there is no leaf content.</summary>
    public string? ContentText => _content switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => null,
    };

    /// <summary>Tag and attribute names, for diagnostics. Values and content are left out: they may be personal.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("<").Append(Tag);
        foreach (var (name, _) in _attributes)
        {
            text.Append(' ').Append(name);
        }

        return text.Append('>').ToString();
    }

    private static (string Name, AttributeValue Value)[] Present(ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var count = 0;
        foreach (var (name, value) in attributes)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            count += value.IsAbsent ? 0 : 1;
        }

        if (count == attributes.Length)
        {
            return attributes.ToArray();
        }

        var present = new (string, AttributeValue)[count];
        var next = 0;
        foreach (var attribute in attributes)
        {
            if (!attribute.Value.IsAbsent)
            {
                present[next++] = attribute;
            }
        }

        return present;
    }
}
