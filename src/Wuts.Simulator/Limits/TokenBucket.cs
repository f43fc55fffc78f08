using Wuts.Simulator.Sessions;

namespace Wuts.Simulator.Limits;

/// <summary>A request that is over its limit.</summary>
/// <param name="Backoff">In how many seconds there is enough again, when that is told.</param>
/// <param name="FailsProtocols">Whether the protocols of a user query fail, and not the request.</param>
internal readonly record struct Overlimit(int? Backoff, bool FailsProtocols)
{
    public const int Code = 429;

    /// <summary>The error of the whole request.</summary>
    public IqAnswer Answer() => IqAnswer.Error(Code, backoff: Backoff);
}

/// <summary>The tokens of one device for one class. Safe for concurrent use.</summary>
internal sealed class TokenBucket(RateLimit limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = limit.Burst;
    private long _filledAt = time.GetTimestamp();

    public RateLimit Limit => limit;

    /// <summary>Takes tokens out; <see langword="null"/> when there were enough, otherwise how long it takes until there are.</summary>
    public TimeSpan? Take(int count)
    {
        // What costs more than a full bucket takes all of it.
        var price = Math.Min(count, limit.Burst);
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(limit.Burst, _tokens + (time.GetElapsedTime(_filledAt, now) / limit.Period * limit.Burst));
            _filledAt = now;
            if (_tokens >= price)
            {
                _tokens -= price;
                return null;
            }

            return limit.Period * ((price - _tokens) / limit.Burst);
        }
    }
}
