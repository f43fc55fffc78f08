namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>
/// A clock that runs faster than the real one, so that pauses which only gather what belongs together cost a test little.
/// </summary>
internal sealed class HastyTime(int factor) : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _begin = System.GetTimestamp();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HastyTimer(System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    /// <summary>
    /// Options with this clock and with limits that are as long as they were in real time: a limit that haste makes too short ends
    /// healthy connections on a busy machine, and the work that every new one brings makes the next answer late as well.
    /// </summary>
    public WhatsAppOptions Hasten(WhatsAppOptions options) => options with
    {
        TimeProvider = this,
        ConnectTimeout = options.ConnectTimeout * factor,
        QueryTimeout = options.QueryTimeout * factor,
        KeepAlive = options.KeepAlive with { Timeout = options.KeepAlive.Timeout * factor },
    };

    private TimeSpan Elapsed => System.GetElapsedTime(_begin) * factor;

    private TimeSpan Shorten(TimeSpan time) => time <= TimeSpan.Zero ? time : time / factor;

    private sealed class HastyTimer(ITimer inner, HastyTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Shorten(dueTime), time.Shorten(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
