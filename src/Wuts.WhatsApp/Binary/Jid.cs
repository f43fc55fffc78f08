using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// An address on the WhatsApp network: <c>user[:device]@server</c>, or a bare server. Outside the codec it is opaque:
/// compare it, look at its kind, take its base; never cut it apart as a string. Protocol section 5.6.
/// </summary>
/// <remarks>
/// Every value of well-formed text can be written to the wire and as text, and reading either gives an equal value again.
/// To that end creation normalises: <c>c.us</c> becomes <c>s.whatsapp.net</c> and a legacy agent part of a phone-number
/// user is dropped. A bare server may be written with a leading <c>@</c>. Device 0 is the phone itself and is not written.
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

    /// <summary>The account that WhatsApp itself writes from, <c>0@s.whatsapp.net</c>. It is no person.</summary>
    public static readonly Jid Announcements = new("0", JidServers.User);

    /// <summary>Creates an address from its parts.</summary>
    /// <param name="user">The part before the <c>@</c> without device; empty for a server address.</param>
    /// <param name="server">One of <see cref="JidServers"/>, or a name this library does not know.</param>
    /// <param name="device">
    /// Device number; 0 is the phone. Up to 255 for people, 16 bits for Messenger and interop, none for all else.
    /// </param>
    /// <param name="integrator">The other network's number; only for <see cref="JidServers.Interop"/>.</param>
    /// <exception cref="ArgumentException">The parts do not make an address; see <see cref="TryCreate"/>.</exception>
    public Jid(string user, string server, ushort device = 0, ushort integrator = 0)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentException.ThrowIfNullOrEmpty(server);
        if (!TryCreate(user, server, device, integrator, out this))
        {
            throw new ArgumentException("The parts do not make a JID.", nameof(user));
        }
    }

    private Jid(ushort device, ushort integrator, string user, string server)
    {
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

    /// <summary>
    /// Whether this is a person (or a person's device) known by phone number; hosted devices included,
    /// <see cref="Announcements"/> excluded.
    /// </summary>
    public bool IsPhone => User is not ("" or "0") && Server is JidServers.User or JidServers.Hosted;

    /// <summary>Whether this is a person (or a person's device) known by LID; hosted devices included.</summary>
    public bool IsLid => User.Length > 0 && Server is JidServers.Lid or JidServers.HostedLid;

    /// <summary>Whether this is a person, by phone number or by LID.</summary>
    public bool IsPerson => IsPhone || IsLid;

    /// <summary>Whether this is a group or a community.</summary>
    public bool IsGroup => User.Length > 0 && Server == JidServers.Group;

    /// <summary>Whether this is a bot: server <c>bot</c>, or one of the phone numbers reserved for bots.</summary>
    public bool IsBot => User.Length > 0
        && (Server == JidServers.Bot || (Server == JidServers.User && Device == 0 && IsBotNumber(User)));

    /// <summary>The person or group without device; hosted servers become the server of the person.</summary>
    public Jid ToBase() => Server switch
    {
        JidServers.Hosted => new Jid(0, 0, User, JidServers.User),
        JidServers.HostedLid => new Jid(0, 0, User, JidServers.Lid),
        _ => Device == 0 ? this : new Jid(0, Integrator, User, Server),
    };

    /// <summary>The same person's device with the given number.</summary>
    /// <exception cref="ArgumentException">The server has no device with that number.</exception>
    public Jid WithDevice(ushort device) => new(User, Server, device, Integrator);

    /// <summary>
    /// Creates an address from its parts without throwing. Refused are an empty server, the characters that separate the
    /// parts inside of one, a device or integrator where the server has none, and either of them without a user.
    /// </summary>
    public static bool TryCreate(string user, string server, ushort device, ushort integrator, out Jid jid)
    {
        jid = default;
        if (server == JidServers.LegacyUser)
        {
            server = JidServers.User;
        }

        // The agent part (".0") is legacy and only occurs for phone numbers; the users of other servers may contain dots.
        if (server == JidServers.User && user.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
        {
            if (dot == 0)
            {
                return false;
            }

            user = user[..dot];
        }

        if (server.Length == 0
            || server.AsSpan().IndexOfAny('@', ':', ' ') >= 0
            || user.AsSpan().IndexOfAny('@', ':') >= 0
            || (device != 0 && (user.Length == 0 || device > JidServers.MaxDevice(server)))
            || (integrator != 0 && (user.Length == 0 || server != JidServers.Interop)))
        {
            return false;
        }

        jid = new Jid(device, integrator, user, server);
        return true;
    }

    /// <summary>An address from the parts of another one, which are not checked again.</summary>
    internal static Jid FromValidParts(string user, string server, ushort device, ushort integrator) =>
        new(device, integrator, user, server);

    /// <summary>Parses the written form. See the remarks on the type for what is normalised.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static Jid Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var jid) ? jid : throw new FormatException("The text is not a JID.");

    /// <summary>Parses the written form without throwing; <see langword="null"/> is not an address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Jid jid) => TryParse(text.AsSpan(), out jid);

    /// <summary>Parses the written form without throwing. Empty user parts give the server's address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Jid jid)
    {
        jid = default;
        var at = text.IndexOf('@');
        if (at < 0)
        {
            // A bare server is only accepted for servers that exist, so that "hello" is not an address.
            return JidServers.TryGetKnown(text, out var known) && TryCreate("", known, 0, 0, out jid);
        }

        var user = text[..at];
        var server = JidServers.Intern(text[(at + 1)..]);
        ushort device = 0;
        ushort integrator = 0;
        var colon = user.IndexOf(':');
        if (colon >= 0)
        {
            if (colon == 0 || !TryParseNumber(user[(colon + 1)..], out device))
            {
                return false;
            }

            user = user[..colon];
        }

        if (server == JidServers.Interop && user.IndexOf('-') is > 0 and var dash && TryParseNumber(user[..dash], out integrator))
        {
            user = user[(dash + 1)..];
            if (user.IsEmpty)
            {
                return false;
            }
        }

        return TryCreate(user.ToString(), server, device, integrator, out jid);
    }

    /// <summary>
    /// The written form: <c>user[:device]@server</c>, <c>integrator-user[:device]@interop</c>, or the bare server.
    /// </summary>
    public override string ToString()
    {
        if (User.Length == 0)
        {
            return _server is null || JidServers.TryGetKnown(_server.AsSpan(), out _) ? Server : $"@{_server}";
        }

        var culture = CultureInfo.InvariantCulture;
        return (_server, Device) switch
        {
            (JidServers.Interop, 0) => string.Create(culture, $"{Integrator}-{User}@{_server}"),
            (JidServers.Interop, _) => string.Create(culture, $"{Integrator}-{User}:{Device}@{_server}"),
            (_, 0) => $"{User}@{_server}",
            _ => string.Create(culture, $"{User}:{Device}@{_server}"),
        };
    }

    // ASCII digits and nothing else: the parsers of the runtime also take trailing zero characters.
    private static bool TryParseNumber(ReadOnlySpan<char> text, out ushort number)
    {
        number = 0;
        return !text.ContainsAnyExceptInRange('0', '9')
            && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsBotNumber(string user) =>
        user.Length == 11
        && !user.AsSpan().ContainsAnyExceptInRange('0', '9')
        && (user.StartsWith("1313555", StringComparison.Ordinal) || user.StartsWith("131655500", StringComparison.Ordinal));
}
