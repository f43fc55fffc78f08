namespace Wuts.Testing;

/// <summary>
/// A clock that moves only when a test moves it. Timers fire on the thread that calls <see cref="Advance"/>, in order of
/// their due time, and a periodic timer fires once per period passed.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _timerWaiters = [];
    private readonly List<(TimeSpan DueIn, TaskCompletionSource Reached)> _dueWaiters = [];
    private DateTimeOffset _now;

    /// <summary>Starts the clock at the given time, by default 2026-01-01 00:00 UTC.</summary>
    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Number of timers that are armed.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when at least <paramref name="count"/> timers are armed: the code under test is waiting.</summary>
    public Task WhenTimersArmedAsync(int count = 1)
    {
        lock (_gate)
        {
            if (_timers.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _timerWaiters.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>
    /// Completes when a timer is armed that is due in exactly <paramref name="dueIn"/>: the code under test is waiting for that,
    /// and not for something else.
    /// </summary>
    public Task WhenTimerDueAsync(TimeSpan dueIn)
    {
        lock (_gate)
        {
            if (_timers.Exists(t => t.DueAt == _now + dueIn))
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _dueWaiters.Add((dueIn, reached));
            return reached.Task;
        }
    }

    /// <summary>Moves the clock and fires every timer that becomes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (_gate)
        {
            target = _now + by;
        }

        while (true)
        {
            ManualTimer? due;
            lock (_gate)
            {
                due = _timers.Where(t => t.DueAt <= target).MinBy(t => t.DueAt);
                if (due is null)
                {
                    _now = target;
                    return;
                }

                _now = due.DueAt > _now ? due.DueAt : _now;
                due.Rearm();
            }

            due.Fire();
        }
    }

    private void Arm(ManualTimer timer, DateTimeOffset? dueAt)
    {
        // The caller holds the gate.
        _timers.Remove(timer);
        if (dueAt is { } at)
        {
            timer.DueAt = at;
            _timers.Add(timer);
            for (var i = _dueWaiters.Count - 1; i >= 0; i--)
            {
                if (_now + _dueWaiters[i].DueIn == at)
                {
                    _dueWaiters[i].Reached.TrySetResult();
                    _dueWaiters.RemoveAt(i);
                }
            }

            for (var i = _timerWaiters.Count - 1; i >= 0; i--)
            {
                if (_timers.Count >= _timerWaiters[i].Count)
                {
                    _timerWaiters[i].Reached.TrySetResult();
                    _timerWaiters.RemoveAt(i);
                }
            }
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public DateTimeOffset DueAt { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                _period = period;
                clock.Arm(this, dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime);
                return true;
            }
        }

        public void Rearm() =>
            clock.Arm(this, _period > TimeSpan.Zero ? DueAt + _period : null);

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock.Arm(this, null);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
