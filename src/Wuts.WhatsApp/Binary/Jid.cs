using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// An address on the WhatsApp network: <c>user[:device]@server</c>, or a bare server. Outside the codec it is opaque:
/// compare it, look at its kind, take its base; never cut it apart as a string. Protocol section 5.6.
/// </summary>
/// <remarks>
/// Parsing normalises: <c>c.us</c> becomes <c>s.whatsapp.net</c>, a legacy agent part of a phone-number user is dropped,
/// and a server may be written with or without a leading <c>@</c>. Device 0 is the phone itself and is not written.
/// </remarks>
public readonly record struct Jid
{
    private readonly string? _user;
    private readonly string? _server;

    /// <summary>The network itself: an empty user at <c>s.whatsapp.net</c>.</summary>
    public static readonly Jid WhatsApp = new("", JidServers.User);

    /// <summary>The group service: an empty user at <c>g.us</c>.</summary>
    public static readonly Jid Groups = new("", JidServers.Group);

    /// <summary>The status feed, <c>status@broadcast</c>.</summary>
    public static readonly Jid StatusBroadcast = new("status", JidServers.Broadcast);

    /// <summary>Creates an address from parts that are already in normal form.</summary>
    /// <param name="user">The part before the <c>@</c> without device; empty for a server address.</param>
    /// <param name="server">One of <see cref="JidServers"/>, or a name this library does not know.</param>
    /// <param name="device">Device number; 0 is the phone. 0–255 for people, 16 bits for Messenger and interop.</param>
    /// <param name="integrator">The other network's number; only for <see cref="JidServers.Interop"/>.</param>
    public Jid(string user, string server, ushort device = 0, ushort integrator = 0)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentException.ThrowIfNullOrEmpty(server);
        _user = user;
        _server = server;
        Device = device;
        Integrator = integrator;
    }

    /// <summary>The part before the <c>@</c>, without the device; empty for a server address.</summary>
    public string User => _user ?? "";

    /// <summary>The part after the <c>@</c>; empty only for <c>default</c>.</summary>
    public string Server => _server ?? "";

    /// <summary>Device number; 0 is the phone.</summary>
    public ushort Device { get; }

    /// <summary>Number of the other network; 0 unless the server is <see cref="JidServers.Interop"/>.</summary>
    public ushort Integrator { get; }

    /// <summary>Whether this is <c>default</c>, that is, no address at all.</summary>
    public bool IsEmpty => _server is null;

    /// <summary>Whether this names a server and no user.</summary>
    public bool IsServer => _server is not null && User.Length == 0;

    /// <summary>Whether this is a person (or a person's device) known by phone number; hosted devices included.</summary>
    public bool IsPhone => User.Length > 0 && Server is JidServers.User or JidServers.Hosted && User.Length > 0;

    /// <summary>Whether this is a person (or a person's device) known by LID; hosted devices included.</summary>
    public bool IsLid => User.Length > 0 && Server is JidServers.Lid or JidServers.HostedLid && User.Length > 0;

    /// <summary>Whether this is a person, by phone number or by LID.</summary>
    public bool IsPerson => IsPhone || IsLid;

    /// <summary>Whether this is a group or a community.</summary>
    public bool IsGroup => User.Length > 0 && Server == JidServers.Group;

    /// <summary>Whether this is a bot: server <c>bot</c>, or one of the phone numbers reserved for bots.</summary>
    public bool IsBot => Server == JidServers.Bot || (Server == JidServers.User && Device == 0 && IsBotNumber(User));

    /// <summary>The person or group without device; hosted servers become the server of the person.</summary>
    public Jid ToBase() => Server switch
    {
        JidServers.Hosted => new Jid(User, JidServers.User),
        JidServers.HostedLid => new Jid(User, JidServers.Lid),
        "" => this,
        _ => Device == 0 ? this : new Jid(User, Server, 0, Integrator),
    };

    /// <summary>The same person's device with the given number.</summary>
    public Jid WithDevice(ushort device) => new(User, Server, device, Integrator);

    /// <summary>Parses the written form. See the remarks on the type for what is normalised.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static Jid Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var jid) ? jid : throw new FormatException("The text is not a JID.");

    /// <summary>Parses the written form without throwing. Empty user parts give the server's address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Jid jid)
    {
        jid = default;
        var at = text.IndexOf('@');
        if (at < 0)
        {
            // A bare server is only accepted for servers that exist, so that "hello" is not an address.
            if (text is not (JidServers.User or JidServers.Group or JidServers.Lid or JidServers.LegacyUser or JidServers.Broadcast
                or JidServers.Newsletter or JidServers.Call or JidServers.Bot))
            {
                return false;
            }

            jid = new Jid("", NormaliseServer(text));
            return true;
        }

        var user = text[..at];
        var serverText = text[(at + 1)..];
        if (serverText.IsEmpty || serverText.IndexOfAny('@', ' ', ':') >= 0)
        {
            return false;
        }

        var server = NormaliseServer(serverText);
        if (user.IsEmpty)
        {
            jid = new Jid("", server);
            return true;
        }

        ushort device = 0;
        var colon = user.IndexOf(':');
        if (colon >= 0)
        {
            if (!ushort.TryParse(user[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out device))
            {
                return false;
            }

            user = user[..colon];
        }

        // The agent part (".0") is legacy and only occurs for phone numbers; the users of other servers may contain dots.
        if (server == JidServers.User)
        {
            var dot = user.IndexOf('.');
            if (dot >= 0)
            {
                user = user[..dot];
            }
        }

        if (user.IsEmpty)
        {
            return false;
        }

        jid = new Jid(user.ToString(), server, device);
        return true;
    }

    /// <summary>The written form, <c>user[:device]@server</c>, or the bare server.</summary>
    public override string ToString()
    {
        if (_server is null)
        {
            return "";
        }

        if (User.Length == 0)
        {
            return _server;
        }

        return Device == 0
            ? $"{User}@{_server}"
            : string.Create(CultureInfo.InvariantCulture, $"{User}:{Device}@{_server}");
    }

    private static string NormaliseServer(ReadOnlySpan<char> server) =>
        server is JidServers.LegacyUser ? JidServers.User : JidServers.Intern(server);

    private static bool IsBotNumber(string user) =>
        (user.Length == 11 && user.StartsWith("1313555", StringComparison.Ordinal))
        || (user.Length == 11 && user.StartsWith("131655500", StringComparison.Ordinal));

    /// <summary>Parses the written form without throwing; <see langword="null"/> is not an address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Jid jid)
    {
        if (text is null)
        {
            jid = default;
            return false;
        }

        return TryParse(text.AsSpan(), out jid);
    }
}
