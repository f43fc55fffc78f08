using System.Collections.Concurrent;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Wawp.Groups;

/// <summary>Lets the groups of an instance be read anew once a minute. Contract wawp B9.</summary>
internal sealed class RefreshGate(TimeProvider time)
{
    /// <summary>Time between two refreshes of an instance.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    private const int SweepAt = 1000;

    private readonly ConcurrentDictionary<DeviceId, DateTimeOffset> _last = new();

    /// <summary>Takes the turn of this minute.</summary>
    /// <returns>Why it is not to be had; <see langword="null"/> when it is the caller's.</returns>
    public Failure? Enter(DeviceId device)
    {
        var now = time.GetUtcNow();
        Sweep(now);
        while (true)
        {
            if (!_last.TryGetValue(device, out var last))
            {
                if (_last.TryAdd(device, now))
                {
                    return null;
                }
            }
            else if (now - last < Interval)
            {
                return new Failure.RateLimited(Interval - (now - last), IsOwnLimit: true);
            }
            else if (_last.TryUpdate(device, now, last))
            {
                return null;
            }
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        if (_last.Count < SweepAt)
        {
            return;
        }

        foreach (var entry in _last)
        {
            if (now - entry.Value >= Interval)
            {
                _last.TryRemove(entry);
            }
        }
    }
}
