using System.Collections.Concurrent;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Wawp.Contacts;

/// <summary>
/// Lets one lookup of a number through per second and instance; a few wait for their turn, the others are refused at once. Contract
/// wawp B3.
/// </summary>
internal sealed class LookupGate(TimeProvider time)
{
    /// <summary>Time between two lookups of an instance.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How many may wait.</summary>
    public const int QueueLength = 5;

    private const int SweepAt = 1000;

    private readonly ConcurrentDictionary<DeviceId, long> _nextFree = new();

    /// <summary>Waits for a turn. A turn that was given is used up, even if its caller goes away while it waits.</summary>
    /// <returns>Why there is no turn; <see langword="null"/> when it is the caller's.</returns>
    public async ValueTask<Failure?> EnterAsync(DeviceId device, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        var turn = Reserve(device, now);
        if (turn < 0)
        {
            return new Failure.RateLimited(Interval, IsOwnLimit: true);
        }

        if (turn > now)
        {
            await Task.Delay(TimeSpan.FromTicks(turn - now), time, cancellationToken);
        }

        return null;
    }

    private long Reserve(DeviceId device, long now)
    {
        Sweep(now);
        while (true)
        {
            var known = _nextFree.TryGetValue(device, out var nextFree);
            var turn = known ? Math.Max(now, nextFree) : now;
            if (turn - now > QueueLength * Interval.Ticks)
            {
                return -1;
            }

            var next = turn + Interval.Ticks;
            if (known ? _nextFree.TryUpdate(device, next, nextFree) : _nextFree.TryAdd(device, next))
            {
                return turn;
            }
        }
    }

    private void Sweep(long now)
    {
        if (_nextFree.Count < SweepAt)
        {
            return;
        }

        foreach (var entry in _nextFree)
        {
            if (entry.Value <= now)
            {
                _nextFree.TryRemove(entry);
            }
        }
    }
}
