using System.Globalization;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// The value of a node attribute: text, or a JID that is written with a JID tag. The two are different on the wire even
/// when they read the same, so the kind is kept. Protocol section 5.6, "Rules that matter for interoperability".
/// </summary>
public readonly record struct AttributeValue
{
    // Text alone, or the parts of a JID when _server is there: attributes are most of a tree, so the two share their space.
    private readonly string? _textOrUser;
    private readonly string? _server;
    private readonly ushort _device;
    private readonly ushort _integrator;

    /// <summary>Creates a text value; <see langword="null"/> gives the absent value, which is not written.</summary>
    public AttributeValue(string? text) => _textOrUser = text;

    /// <summary>Creates a JID value; <c>default(Jid)</c> gives the absent value, which is not written.</summary>
    public AttributeValue(Jid jid)
    {
        if (!jid.IsEmpty)
        {
            _textOrUser = jid.User;
            _server = jid.Server;
            _device = jid.Device;
            _integrator = jid.Integrator;
        }
    }

    /// <summary>Whether there is no value.</summary>
    public bool IsAbsent => _textOrUser is null;

    /// <summary>Whether the value is a JID with its own wire form.</summary>
    public bool IsJid => _server is not null;

    /// <summary>The text when this is a text value, otherwise <see langword="null"/>.</summary>
    internal string? RawText => _server is null ? _textOrUser : null;

    /// <summary>The address when this is a JID value, otherwise <c>default</c>.</summary>
    internal Jid RawJid => _server is null ? default : Jid.FromValidParts(_textOrUser!, _server, _device, _integrator);

    /// <summary>The value as a JID; text is parsed, because some clients write JIDs as plain strings.</summary>
    public bool TryGetJid(out Jid jid)
    {
        if (IsJid)
        {
            jid = RawJid;
            return true;
        }

        return Jid.TryParse(_textOrUser, out jid);
    }

    /// <summary>The value as text; a JID in its written form, the absent value as the empty string.</summary>
    public override string ToString() => IsJid ? RawJid.ToString() : _textOrUser ?? "";

    /// <summary>A text value.</summary>
    public static implicit operator AttributeValue(string? text) => new(text);

    /// <summary>A JID value.</summary>
    public static implicit operator AttributeValue(Jid jid) => new(jid);

    /// <summary>A text value with the decimal digits of a number.</summary>
    public static implicit operator AttributeValue(long number) => new(number.ToString(CultureInfo.InvariantCulture));
}
