using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Wuts.Simulator.Limits;

namespace Wuts.Simulator;

/// <summary>What a rate limit counts. Sync section 12.</summary>
public enum RateClass
{
    /// <summary>User queries.</summary>
    Usync,

    /// <summary>Queries for pictures.</summary>
    Picture,

    /// <summary>The list of all groups.</summary>
    GroupList,

    /// <summary>Single groups, batches of them, communities and invites.</summary>
    GroupInfo,
}

/// <summary>How much of one class a device may ask for: a bucket of tokens that fills up steadily.</summary>
/// <param name="Burst">How many tokens the bucket holds, at least 1.</param>
/// <param name="Period">In what time an empty bucket is full again.</param>
public sealed record RateLimit(int Burst, TimeSpan Period)
{
    /// <summary>Whether a user query costs a token per person; otherwise one. Default: no.</summary>
    public bool CountsPeople { get; init; }

    /// <summary>Whether the answer says in how many seconds to ask again. Default: yes.</summary>
    public bool TellsBackoff { get; init; } = true;

    /// <summary>
    /// Whether a user query over the limit is answered with an error of each of its protocols, inside of a result; otherwise
    /// with an error of the whole request. Default: no.
    /// </summary>
    public bool FailsProtocols { get; init; }
}

/// <summary>
/// How much each linked device may ask for; what is over the limit is answered with <c>429 rate-overlimit</c>. Nothing is
/// limited until a limit is set. Safe for concurrent use.
/// </summary>
public sealed class RateLimits
{
    private readonly ConcurrentDictionary<RateClass, RateLimit> _limits = new();
    private readonly ConditionalWeakTable<LinkedDevice, ConcurrentDictionary<RateClass, TokenBucket>> _buckets = [];
    private readonly TimeProvider _time;
    private readonly Action<LinkedDevice, RateClass> _exceeded;

    internal RateLimits(TimeProvider time, Action<LinkedDevice, RateClass> exceeded)
    {
        _time = time;
        _exceeded = exceeded;
    }

    /// <summary>The limits that are set.</summary>
    public IReadOnlyDictionary<RateClass, RateLimit> All => new SortedDictionary<RateClass, RateLimit>(_limits);

    /// <summary>The limit of a class; <see langword="null"/> is none. Setting it fills every bucket.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The burst is less than 1, or the period not positive.</exception>
    public RateLimit? this[RateClass kind]
    {
        get => _limits.GetValueOrDefault(kind);
        set
        {
            if (value is null)
            {
                _limits.TryRemove(kind, out _);
                return;
            }

            ArgumentOutOfRangeException.ThrowIfLessThan(value.Burst, 1, nameof(value));
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value.Period, TimeSpan.Zero, nameof(value));
            _limits[kind] = value;
        }
    }

    /// <summary>Takes every limit away.</summary>
    public void Clear() => _limits.Clear();

    /// <summary>Takes the price of a request out of the device's bucket; <see langword="null"/> when there was enough in it.</summary>
    internal Overlimit? Take(LinkedDevice device, RateClass kind, int people = 1)
    {
        if (!_limits.TryGetValue(kind, out var limit))
        {
            return null;
        }

        var buckets = _buckets.GetValue(device, _ => new ConcurrentDictionary<RateClass, TokenBucket>());
        var bucket = buckets.AddOrUpdate(
            kind,
            static (_, made) => new TokenBucket(made.limit, made._time),
            static (_, bucket, made) => bucket.Limit == made.limit ? bucket : new TokenBucket(made.limit, made._time),
            (limit, _time));
        if (bucket.Take(limit.CountsPeople ? people : 1) is not { } wait)
        {
            return null;
        }

        _exceeded(device, kind);
        return new Overlimit(limit.TellsBackoff ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null, limit.FailsProtocols);
    }
}
