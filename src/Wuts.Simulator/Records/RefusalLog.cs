namespace Wuts.Simulator;

/// <summary>The latest refusals, oldest first; those beyond the capacity are forgotten. Safe for concurrent use.</summary>
internal sealed class RefusalLog(int capacity, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<Refusal> _entries = new();
    private long _sequence;

    /// <summary>Forgets everything; the numbering goes on.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>A copy of what is kept.</summary>
    public Refusal[] List()
    {
        lock (_gate)
        {
            return [.. _entries];
        }
    }

    public Refusal Add(RefusalKind kind, string reason, SessionIdentity who)
    {
        lock (_gate)
        {
            var refusal = new Refusal(++_sequence, time.GetUtcNow(), kind, reason, who.Connection, who.Account, who.Device);
            _entries.Enqueue(refusal);
            if (_entries.Count > capacity)
            {
                _entries.Dequeue();
            }

            return refusal;
        }
    }
}
