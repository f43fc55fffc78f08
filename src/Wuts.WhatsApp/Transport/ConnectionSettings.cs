using Microsoft.Extensions.Logging;

namespace Wuts.WhatsApp.Transport;

/// <summary>What a connection needs to know; the same for all connections of a client.</summary>
/// <param name="Label">Names the device in logs.</param>
/// <param name="QueryTimeout">How long an answer is awaited.</param>
/// <param name="KeepAlive">When pings are sent and when they have failed.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Random">Where jitter and id prefixes come from.</param>
/// <param name="Clock">The server's time.</param>
/// <param name="Logger">The transport's log.</param>
internal sealed record ConnectionSettings(
    string Label,
    TimeSpan QueryTimeout,
    KeepAliveOptions KeepAlive,
    TimeProvider TimeProvider,
    IRandomSource Random,
    ServerClock Clock,
    ILogger Logger)
{
    /// <summary>For how long storing the same thing is tried before the connection is given up.</summary>
    public TimeSpan StoragePatience { get; init; }
}
