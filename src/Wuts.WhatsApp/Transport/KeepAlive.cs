using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

/// <summary>Finds out whether the server is still there. Protocol section 6.2.</summary>
internal sealed partial class KeepAlive(IStanzaConnection connection, ConnectionSettings settings, Action<DateTimeOffset> answered)
{
    // <iq id="…" type="get" xmlns="w:p" to="s.whatsapp.net"/>

    /// <summary>Builds a ping; the connection gives it its id.</summary>
    public static Node BuildPing() => new("iq", [("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "w:p")]);

    /// <summary>Whether a stanza is the server's own ping, which it sends without id.</summary>
    public static bool IsServerPing(Node stanza) => stanza.Tag == "iq" && stanza["type"] == "get" && stanza["xmlns"] == "urn:xmpp:ping";

    // <iq to="s.whatsapp.net" type="result" [id]/>

    /// <summary>Builds the answer to the server's ping.</summary>
    public static Node BuildPong(Node ping) => new("iq", [("to", Jid.WhatsApp), ("type", "result"), ("id", ping["id"])]);

    /// <summary>Pings until the connection ends, and ends it when two pings in a row stay unanswered.</summary>
    public async Task RunAsync()
    {
        var options = settings.KeepAlive;
        while (!connection.Ended.IsCancellationRequested)
        {
            var pause = options.MinInterval + ((options.MaxInterval - options.MinInterval) * settings.Random.NextDouble());
            await Task.Delay(pause, settings.TimeProvider, connection.Ended).ConfigureAwait(false);
            if (!await PingAsync().ConfigureAwait(false) && !await PingAsync().ConfigureAwait(false))
            {
                connection.End(new DisconnectReason.Network(NetworkFault.KeepAliveTimeout));
                return;
            }
        }
    }

    private async Task<bool> PingAsync()
    {
        var started = settings.TimeProvider.GetTimestamp();
        try
        {
            // An error is an answer, too: whoever refuses a ping is alive.
            var answer = await connection.QueryAsync(BuildPing(), connection.Ended, settings.KeepAlive.Timeout).ConfigureAwait(false);
            settings.Clock.Observe(answer["t"], settings.TimeProvider.GetElapsedTime(started));
            answered(settings.TimeProvider.GetUtcNow());
            return true;
        }
        catch (WhatsAppTimeoutException)
        {
            LogUnanswered(settings.Logger, settings.Label, settings.KeepAlive.Timeout);
            return false;
        }
    }

    [LoggerMessage(1002, LogLevel.Information, "{Device}: a ping was not answered within {Timeout}")]
    private static partial void LogUnanswered(ILogger logger, string device, TimeSpan timeout);
}
