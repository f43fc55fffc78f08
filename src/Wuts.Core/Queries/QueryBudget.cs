using System.Diagnostics.CodeAnalysis;
using Wuts.Core.Devices;

namespace Wuts.Core.Queries;

/// <summary>
/// The budget of one class of questions: a token bucket, a limit of unanswered questions, and a pause after WhatsApp said that it
/// was too much. Who waits is served by urgency, then by time. Safe for concurrent use.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The timer exists only while somebody waits.")]
internal sealed class QueryBudget(QueryLimit limit, QueryOptions options, TimeProvider time)
{
    private const int RefusalsThatBreak = 3;

    private static readonly TimeSpan RefusalWindow = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _interactive = new();
    private readonly LinkedList<Waiter> _background = new();
    private readonly Queue<DateTimeOffset> _refusals = new();
    private double _tokens = limit.Burst;
    private DateTimeOffset _filledAt = time.GetUtcNow();
    private DateTimeOffset _pausedUntil;
    private TimeSpan _lastPause;
    private int _unanswered;
    private ITimer? _timer;

    /// <summary>Waits for the right to ask one question; it is given back with <see cref="Leave"/>.</summary>
    /// <returns>Why not, when it would take too long; <see langword="null"/> when it may be asked.</returns>
    public async Task<Failure.RateLimited?> EnterAsync(QueryPriority priority)
    {
        var patience = priority == QueryPriority.Interactive ? options.InteractiveWait : options.BackgroundWait;
        var waiter = new Waiter();
        var queue = priority == QueryPriority.Interactive ? _interactive : _background;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_pausedUntil - now > patience)
            {
                return new Failure.RateLimited(_pausedUntil - now, IsOwnLimit: false);
            }

            if (Expected(queue, now) is var wait && wait > patience)
            {
                return new Failure.RateLimited(wait, IsOwnLimit: true);
            }

            queue.AddLast(waiter);
            Serve(now);
        }

        try
        {
            await waiter.Admitted.Task.WaitAsync(patience, time);
            return null;
        }
        catch (TimeoutException)
        {
            return GiveUp(waiter, queue);
        }
    }

    /// <summary>The question was answered, or given up.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _unanswered--;
            Serve(time.GetUtcNow());
        }
    }

    /// <summary>WhatsApp answered without complaint: the next pause starts small again.</summary>
    public void Succeeded()
    {
        lock (_gate)
        {
            _lastPause = TimeSpan.Zero;
        }
    }

    /// <summary>WhatsApp said that it was too much: nothing of this class is asked for a while.</summary>
    /// <param name="backoff">How long, when it said so.</param>
    /// <returns>How long it is.</returns>
    public TimeSpan Pause(TimeSpan? backoff)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            _refusals.Enqueue(now);
            while (now - _refusals.Peek() > RefusalWindow)
            {
                _refusals.Dequeue();
            }

            var doubled = _lastPause == TimeSpan.Zero ? options.FirstPause : _lastPause * 2;
            var own = _refusals.Count >= RefusalsThatBreak || doubled > options.LongestPause ? options.LongestPause : doubled;
            _lastPause = own;
            var pause = backoff is { } said && (_refusals.Count < RefusalsThatBreak || said > own) ? said : own;
            _pausedUntil = now + pause > _pausedUntil ? now + pause : _pausedUntil;
            return _pausedUntil - now;
        }
    }

    private Failure.RateLimited? GiveUp(Waiter waiter, LinkedList<Waiter> queue)
    {
        lock (_gate)
        {
            if (!queue.Remove(waiter))
            {
                // It was served at the same moment.
                return null;
            }

            var now = time.GetUtcNow();
            return _pausedUntil > now
                ? new Failure.RateLimited(_pausedUntil - now, IsOwnLimit: false)
                : new Failure.RateLimited(limit.Refill, IsOwnLimit: true);
        }
    }

    private TimeSpan Expected(LinkedList<Waiter> queue, DateTimeOffset now)
    {
        Refill(now);
        var ahead = queue == _interactive ? _interactive.Count : _interactive.Count + _background.Count;
        var missing = ahead + 1 - _tokens;
        return missing <= 0 ? TimeSpan.Zero : limit.Refill * missing;
    }

    private void Serve(DateTimeOffset now)
    {
        Refill(now);
        while (now >= _pausedUntil && _unanswered < limit.Concurrent && _tokens >= 1 && (_interactive.First ?? _background.First) is { } next)
        {
            next.List!.Remove(next);
            _tokens--;
            _unanswered++;
            next.Value.Admitted.SetResult();
        }

        Arm(now);
    }

    private void Arm(DateTimeOffset now)
    {
        _timer?.Dispose();
        _timer = null;
        if (_interactive.Count + _background.Count == 0 || _unanswered >= limit.Concurrent)
        {
            return;
        }

        var token = limit.Refill * Math.Max(0, 1 - _tokens);
        var pause = _pausedUntil > now ? _pausedUntil - now : TimeSpan.Zero;
        var due = (token > pause ? token : pause) + TimeSpan.FromMilliseconds(1);
        _timer = time.CreateTimer(
            _ =>
            {
                lock (_gate)
                {
                    Serve(time.GetUtcNow());
                }
            },
            null,
            due,
            Timeout.InfiniteTimeSpan);
    }

    private void Refill(DateTimeOffset now)
    {
        _tokens = Math.Min(limit.Burst, _tokens + ((now - _filledAt) / limit.Refill));
        _filledAt = now;
    }

    private sealed class Waiter
    {
        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
