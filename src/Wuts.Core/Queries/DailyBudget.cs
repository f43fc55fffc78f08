namespace Wuts.Core.Queries;

/// <summary>
/// How much may be done in 24 hours. Counts by itself what it is asked for, and takes over what others have done. Safe for
/// concurrent use.
/// </summary>
internal sealed class DailyBudget(int limit, TimeProvider time)
{
    /// <summary>For how long something counts.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Queue<(DateTimeOffset At, int Count)> _spent = new();
    private int _total;

    /// <summary>Replaces the count by what is known to have been done.</summary>
    /// <param name="spent">When each was done, the oldest first.</param>
    public void Restore(IEnumerable<DateTimeOffset> spent)
    {
        lock (_gate)
        {
            _spent.Clear();
            _total = 0;
            foreach (var at in spent)
            {
                _spent.Enqueue((at, 1));
                _total++;
            }
        }
    }

    /// <summary>Spends, if that much is left.</summary>
    /// <param name="count">How much.</param>
    /// <param name="retryAfter">After how long enough will be left; <see langword="null"/> when it is more than a whole day allows.</param>
    public bool TrySpend(int count, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_spent.TryPeek(out var oldest) && now - oldest.At >= Day)
            {
                _total -= _spent.Dequeue().Count;
            }

            if (_total + count <= limit)
            {
                _spent.Enqueue((now, count));
                _total += count;
                return true;
            }

            var free = limit - _total;
            foreach (var (at, spent) in _spent)
            {
                free += spent;
                if (free >= count)
                {
                    retryAfter = at + Day - now;
                    break;
                }
            }

            return false;
        }
    }
}
