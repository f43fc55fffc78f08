using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>
/// The session id that WhatsApp Web reports after a login and when it comes to the foreground. Telemetry: nobody answers, and
/// a client that never sends it works. Protocol section 6.4.
/// </summary>
internal static class UnifiedSession
{
    private static readonly TimeSpan Shift = TimeSpan.FromDays(3);
    private static readonly TimeSpan Period = TimeSpan.FromDays(7);

    // <ib><unified_session id="…"/></ib>

    /// <summary>Builds the report.</summary>
    /// <param name="serverTime">The server's time, that is, the local time with the known offset.</param>
    public static Node Build(DateTimeOffset serverTime)
    {
        var id = (serverTime + Shift).ToUnixTimeMilliseconds() % (long)Period.TotalMilliseconds;
        return new Node("ib", [], [new Node("unified_session", [("id", id.ToString(CultureInfo.InvariantCulture))])]);
    }
}
