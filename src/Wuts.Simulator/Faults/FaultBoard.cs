namespace Wuts.Simulator.Faults;

/// <summary>
/// The faults that are armed. Adding one whose point is <see cref="FaultPoint.Now"/> strikes the existing connections and
/// arms nothing; the others wait for their point. Asking costs one read while nothing is armed. Safe for concurrent use.
/// </summary>
public sealed class FaultBoard
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly List<Armed> _armed = [];
    private readonly Func<LineFault, int> _strike;
    private readonly Action<SessionIdentity, Fault> _applied;
    private long _lastId;
    private volatile bool _any;

    internal FaultBoard(Func<LineFault, int> strike, Action<SessionIdentity, Fault> applied)
    {
        _strike = strike;
        _applied = applied;
    }

    /// <summary>What is armed.</summary>
    public IReadOnlyList<ArmedFault> List()
    {
        lock (_gate)
        {
            return [.. _armed.Select(armed => new ArmedFault(armed.Id, armed.Fault, armed.Hits))];
        }
    }

    /// <summary>Arms a fault, or strikes with it at once.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public FaultReceipt Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Validate(fault);
        if (fault is LineFault { At: FaultPoint.Now } line)
        {
            return new FaultReceipt(null, _strike(line));
        }

        lock (_gate)
        {
            var armed = new Armed(++_lastId, fault);
            _armed.Add(armed);
            _any = true;
            return new FaultReceipt(armed.Id, 0);
        }
    }

    /// <summary>Disarms one fault; <see langword="false"/> when there is none with that number.</summary>
    public bool Remove(long id)
    {
        lock (_gate)
        {
            var removed = _armed.RemoveAll(armed => armed.Id == id) > 0;
            _any = _armed.Count > 0;
            return removed;
        }
    }

    /// <summary>Disarms everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _armed.Clear();
            _any = false;
        }
    }

    /// <summary>The first armed fault of the type that covers the session and fits; it counts as used.</summary>
    internal T? Take<T>(SessionIdentity who, Func<T, bool>? fits = null) where T : Fault
    {
        if (!_any)
        {
            return null;
        }

        T? taken = null;
        lock (_gate)
        {
            for (var i = 0; i < _armed.Count; i++)
            {
                if (_armed[i].Fault is T fault && fault.Covers(who) && (fits is null || fits(fault)))
                {
                    var armed = _armed[i];
                    armed.Hits++;
                    if (fault.Times > 0 && armed.Hits >= fault.Times)
                    {
                        _armed.RemoveAt(i);
                        _any = _armed.Count > 0;
                    }

                    taken = fault;
                    break;
                }
            }
        }

        if (taken is not null)
        {
            _applied(who, taken);
        }

        return taken;
    }

    private static void Validate(Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fault.Times, nameof(Fault.Times));
        switch (fault)
        {
            case Fault.Split split:
                ArgumentOutOfRangeException.ThrowIfLessThan(split.Bytes, 1, nameof(Fault.Split.Bytes));
                break;
            case Fault.SlowBytes slow:
                ArgumentOutOfRangeException.ThrowIfLessThan(slow.Bytes, 1, nameof(Fault.SlowBytes.Bytes));
                CheckTime(slow.Pause, nameof(Fault.SlowBytes.Pause));
                break;
            case Fault.Delay delay:
                CheckTime(delay.By, nameof(Fault.Delay.By));
                break;
            case Fault.Restart restart:
                CheckTime(restart.By, nameof(Fault.Restart.By));
                break;
            case Fault.GarbageFrame garbage:
                ArgumentOutOfRangeException.ThrowIfNegative(garbage.Bytes, nameof(Fault.GarbageFrame.Bytes));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(garbage.Bytes, 1 << 20, nameof(Fault.GarbageFrame.Bytes));
                break;
            case Fault.HugeLength huge:
                ArgumentOutOfRangeException.ThrowIfLessThan(huge.Bytes, 1, nameof(Fault.HugeLength.Bytes));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(huge.Bytes, 0xFFFFFF, nameof(Fault.HugeLength.Bytes));
                break;
        }
    }

    private static void CheckTime(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestTime, name);
    }

    private sealed class Armed(long id, Fault fault)
    {
        public long Id { get; } = id;

        public Fault Fault { get; } = fault;

        public int Hits { get; set; }
    }
}
