using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Media;

/// <summary>Which hosts serve media at the moment. Sync section 13.1.</summary>
/// <param name="Hosts">Host names in the order in which they are to be tried, fallbacks behind all others.</param>
/// <param name="TimeToLive">How long the answer may be used.</param>
/// <param name="Auth">The token that uploads carry; empty when the server sent none.</param>
/// <param name="AuthTimeToLive">How long the token is good; absent when the server does not say.</param>
public sealed record MediaConnection(IReadOnlyList<string> Hosts, TimeSpan TimeToLive, string Auth, TimeSpan? AuthTimeToLive)
{
    /// <summary>The number of hosts; the token is a secret.</summary>
    public override string ToString() => $"media connection with {Hosts.Count} hosts";
}

/// <summary>Asks for media hosts and reads the answer. Sync section 13.1.</summary>
public static class MediaConnectionQuery
{
    /// <summary>XML namespace of the query.</summary>
    public const string Xmlns = "w:m";

    private const int MaxHosts = 32;
    private const int DefaultSeconds = 60;
    private const int LongestSeconds = 24 * 3600;

    // <iq xmlns="w:m" type="set" to="s.whatsapp.net"><media_conn/></iq>

    /// <summary>Builds the query.</summary>
    public static Node Build(string id) => Iq.Set(id, Xmlns, Jid.WhatsApp, new Node("media_conn"));

    // <media_conn auth ttl auth_ttl max_buckets><host hostname type="primary|fallback" fallback_hostname? …/>…</media_conn>

    /// <summary>Reads the answer. Host names that are none are left out.</summary>
    /// <exception cref="QueryRefusedException">The server refused the query.</exception>
    /// <exception cref="UnexpectedAnswerException">The answer has no media connection.</exception>
    public static MediaConnection Parse(Node answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Iq.ThrowIfError(answer, Xmlns);
        if (answer.Child("media_conn") is not { } connection)
        {
            throw new UnexpectedAnswerException(Xmlns, "no media_conn");
        }

        var hosts = new List<string>();
        AddHosts(connection, "hostname", hosts);
        AddHosts(connection, "fallback_hostname", hosts);
        return new MediaConnection(
            hosts,
            TimeSpan.FromSeconds(Math.Min(Iq.Number(connection, "ttl") ?? DefaultSeconds, LongestSeconds)),
            connection["auth"] ?? "",
            Iq.Number(connection, "auth_ttl") is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    private static void AddHosts(Node connection, string attribute, List<string> hosts)
    {
        foreach (var host in connection.Children)
        {
            // Only names: the text is put in front of a path to make a URL.
            if (host.Tag == "host" && host[attribute] is { } name && hosts.Count < MaxHosts
                && Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4
                && !hosts.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                hosts.Add(name);
            }
        }
    }
}
