using System.Globalization;

namespace Wuts.WhatsApp.Transport;

/// <summary>The server's time, as far as it is known from its stanzas. Protocol sections 6.2 and 6.6.</summary>
internal sealed class ServerClock(TimeProvider timeProvider)
{
    private long _offsetTicks;

    /// <summary>How far the server's clock is ahead of the local one.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <summary>The server's present time.</summary>
    public DateTimeOffset Now => timeProvider.GetUtcNow() + Offset;

    /// <summary>Learns from the time on a stanza, in Unix seconds. What is not a time is ignored.</summary>
    /// <param name="serverSeconds">The attribute <c>t</c>.</param>
    /// <param name="roundTrip">How long the stanza's request took; zero for stanzas that nobody asked for.</param>
    public void Observe(string? serverSeconds, TimeSpan roundTrip)
    {
        if (long.TryParse(serverSeconds, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 253402300799)
        {
            var offset = DateTimeOffset.FromUnixTimeSeconds(seconds) - (timeProvider.GetUtcNow() - (roundTrip / 2));
            Interlocked.Exchange(ref _offsetTicks, offset.Ticks);
        }
    }
}
