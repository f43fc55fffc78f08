namespace Wuts.Simulator;

/// <summary>
/// The latest events of the server, numbered, with waiting: a script remembers the last number it saw and awaits what
/// comes after it, so nothing is missed between two calls. Safe for concurrent use.
/// </summary>
public sealed class EventLog
{
    private readonly Lock _gate = new();
    private readonly SimulatorEvent?[] _ring;
    private readonly TimeProvider _time;
    private long _sequence;
    private TaskCompletionSource? _changed;

    internal EventLog(int capacity, TimeProvider time)
    {
        _ring = new SimulatorEvent?[capacity];
        _time = time;
    }

    /// <summary>How many events are kept; older ones are forgotten.</summary>
    public int Capacity => _ring.Length;

    /// <summary>Number of the latest event; 0 when there was none.</summary>
    public long Latest
    {
        get
        {
            lock (_gate)
            {
                return _sequence;
            }
        }
    }

    /// <summary>The kept events with a number above <paramref name="since"/>, oldest first.</summary>
    public IReadOnlyList<SimulatorEvent> Since(long since)
    {
        lock (_gate)
        {
            return Collect(since);
        }
    }

    /// <summary>The events after <paramref name="since"/>; waits until there is at least one.</summary>
    public async Task<IReadOnlyList<SimulatorEvent>> WaitSinceAsync(long since, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_sequence > since)
                {
                    return Collect(since);
                }

                changed = (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The first event after <paramref name="since"/> that fits, waiting for it when necessary.</summary>
    /// <param name="match">Which event is awaited.</param>
    /// <param name="since">Events up to this number are not looked at; 0 looks at everything that is kept.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<SimulatorEvent> WaitForAsync(
        Func<SimulatorEvent, bool> match,
        long since = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        while (true)
        {
            foreach (var entry in await WaitSinceAsync(since, cancellationToken))
            {
                if (match(entry))
                {
                    return entry;
                }

                since = entry.Sequence;
            }
        }
    }

    internal SimulatorEvent Add(SimulatorEventKind kind, SessionIdentity who, string? detail = null)
    {
        TaskCompletionSource? changed;
        SimulatorEvent entry;
        lock (_gate)
        {
            entry = new(++_sequence, _time.GetUtcNow(), kind, who.Connection, who.Account, who.Device, detail);
            _ring[entry.Sequence % _ring.Length] = entry;
            changed = _changed;
            _changed = null;
        }

        changed?.SetResult();
        return entry;
    }

    private List<SimulatorEvent> Collect(long since)
    {
        var first = Math.Max(Math.Max(since, 0) + 1, _sequence - _ring.Length + 1);
        var events = new List<SimulatorEvent>((int)Math.Max(0, _sequence - first + 1));
        for (var number = first; number <= _sequence; number++)
        {
            events.Add(_ring[number % _ring.Length]!);
        }

        return events;
    }
}
