using System.Globalization;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// The value of a node attribute: text, or a JID that is written with a JID tag. The two are different on the wire even
/// when they read the same, so the kind is kept. Protocol section 5.6, "Rules that matter for interoperability".
/// </summary>
public readonly record struct AttributeValue
{
    // At most one of the two is present.
    private readonly string? _text;
    private readonly Jid _jid;

    /// <summary>Creates a text value; <see langword="null"/> gives the absent value, which is not written.</summary>
    public AttributeValue(string? text) => _text = text;

    /// <summary>Creates a JID value; <c>default(Jid)</c> gives the absent value, which is not written.</summary>
    public AttributeValue(Jid jid) => _jid = jid;

    /// <summary>Whether there is no value.</summary>
    public bool IsAbsent => _text is null && _jid.IsEmpty;

    /// <summary>Whether the value is a JID with its own wire form.</summary>
    public bool IsJid => !_jid.IsEmpty;

    /// <summary>The text when this is a text value, otherwise <see langword="null"/>.</summary>
    internal string? RawText => _text;

    /// <summary>The address when this is a JID value, otherwise <c>default</c>.</summary>
    internal Jid RawJid => _jid;

    /// <summary>The value as a JID; text is parsed, because some clients write JIDs as plain strings.</summary>
    public bool TryGetJid(out Jid jid)
    {
        jid = _jid;
        return IsJid || Jid.TryParse(_text, out jid);
    }

    /// <summary>The value as text; a JID in its written form, the absent value as the empty string.</summary>
    public override string ToString() => _text ?? _jid.ToString();

    /// <summary>A text value.</summary>
    public static implicit operator AttributeValue(string? text) => new(text);

    /// <summary>A JID value.</summary>
    public static implicit operator AttributeValue(Jid jid) => new(jid);

    /// <summary>A text value with the decimal digits of a number.</summary>
    public static implicit operator AttributeValue(long number) => new(number.ToString(CultureInfo.InvariantCulture));
}
