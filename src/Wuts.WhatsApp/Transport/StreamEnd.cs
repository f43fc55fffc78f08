using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

/// <summary>Reads the stanzas with which the server ends a stream or refuses a login. Protocol sections 6.8 and 6.9.</summary>
internal static class StreamEnd
{
    // A ban of more than this is a number that means something else.
    private const long LongestBanSeconds = 10L * 365 * 24 * 3600;

    /// <summary>Whether a stanza ends the stream, and why.</summary>
    /// <param name="stanza">Any stanza.</param>
    /// <param name="now">The server's present time, for bans that are given as a duration.</param>
    /// <param name="reason">The reason, when the stanza is such an end.</param>
    public static bool TryRead(Node stanza, DateTimeOffset now, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DisconnectReason? reason)
    {
        reason = stanza.Tag switch
        {
            "xmlstreamend" => new DisconnectReason.Network(NetworkFault.Closed),
            "stream:error" => FromStreamError(stanza),
            "failure" => FromFailure(stanza, now),
            _ => null,
        };
        return reason is not null;
    }

    // <stream:error code?><conflict type?/>? <ack id class?/>? <xml-not-well-formed/>?</stream:error>
    private static DisconnectReason FromStreamError(Node error)
    {
        var code = Number(error, "code");
        if (error.TryGetChild("conflict", out var conflict))
        {
            return (conflict["type"], code) switch
            {
                ("replaced", _) => new DisconnectReason.Replaced(),
                ("device_removed", 401) => new DisconnectReason.LoggedOut(401, IsConfirmed: true),
                _ => new DisconnectReason.LoggedOut(code == 0 ? 401 : code, IsConfirmed: false),
            };
        }

        return code switch
        {
            515 => new DisconnectReason.RestartRequired(),
            516 => new DisconnectReason.LoggedOut(516, IsConfirmed: true),
            401 => new DisconnectReason.LoggedOut(401, IsConfirmed: false),
            409 => new DisconnectReason.Replaced(),
            429 => new DisconnectReason.RateLimited(),
            500 or 503 => new DisconnectReason.ServiceUnavailable(code),
            _ when error.TryGetChild("ack", out _) => new DisconnectReason.ProtocolViolation(ProtocolFault.AckMissing, code),
            _ when error.TryGetChild("xml-not-well-formed", out _) => new DisconnectReason.ProtocolViolation(ProtocolFault.NotWellFormed, code),
            _ => new DisconnectReason.ProtocolViolation(ProtocolFault.UnknownStreamError, code),
        };
    }

    // <failure reason location? code? expire? logout_message_header? logout_message_subtext? …/>
    private static DisconnectReason FromFailure(Node failure, DateTimeOffset now)
    {
        var reason = Number(failure, "reason");
        return reason switch
        {
            401 or 406 => new DisconnectReason.LoggedOut(reason, IsConfirmed: true),
            402 => Ban(failure, now),
            403 => new DisconnectReason.AccountLocked(failure["logout_message_header"], failure["logout_message_subtext"]),
            405 => new DisconnectReason.ClientOutdated(),
            429 => new DisconnectReason.RateLimited(),
            500 or 503 => new DisconnectReason.ServiceUnavailable(reason),
            _ => new DisconnectReason.Refused(reason),
        };
    }

    private static DisconnectReason.Banned Ban(Node failure, DateTimeOffset now)
    {
        var code = Number(failure, "code");
        var cause = Enum.IsDefined((BanCause)code) ? (BanCause)code : BanCause.Unknown;
        DateTimeOffset? until = long.TryParse(failure["expire"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= LongestBanSeconds
            ? now + TimeSpan.FromSeconds(seconds)
            : null;
        return new DisconnectReason.Banned(until, cause, code);
    }

    private static int Number(Node node, string attribute) =>
        int.TryParse(node[attribute], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
