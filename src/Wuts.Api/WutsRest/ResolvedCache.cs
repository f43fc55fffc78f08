using System.Collections.Concurrent;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>
/// What was answered lately about the people of each device, so that batches of any mixture are put together from memory. All of a
/// device goes when its address book changes, in which all names and pairs are, and after a short time in any case: a lookup
/// that failed is tried again, and a device that nobody asks for keeps nothing.
/// </summary>
internal sealed class ResolvedCache : IDisposable
{
    /// <summary>How long what is kept is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that are kept at most, of all devices.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    private readonly ConcurrentDictionary<DeviceId, ResolvedPeople> _devices = new();
    private readonly TimeProvider _time;
    private readonly ITimer _sweeping;

    public ResolvedCache(TimeProvider time)
    {
        _time = time;
        _sweeping = time.CreateTimer(_ => Sweep(), null, Lifetime, Lifetime);
    }

    /// <summary>Of how many devices something is kept.</summary>
    public int Devices => _devices.Count;

    /// <summary>What is kept of a device; <see langword="null"/> for nothing.</summary>
    public ResolvedPeople? Find(DeviceId device) =>
        _devices.TryGetValue(device, out var people) && _time.GetElapsedTime(people.Since) < Lifetime ? people : null;

    /// <summary>What is kept of a device for a version of its address book, to be added to.</summary>
    public ResolvedPeople Of(DeviceId device, long version)
    {
        // When all is full, everything goes: it is made again when it is asked for.
        if (_devices.Sum(kept => kept.Value.Bytes) > MaxBytes)
        {
            _devices.Clear();
        }

        return Find(device) is { IsFull: false } people && people.Version == version
            ? people
            : _devices[device] = new ResolvedPeople(version, _time.GetTimestamp());
    }

    /// <inheritdoc/>
    public void Dispose() => _sweeping.Dispose();

    private void Sweep()
    {
        foreach (var kept in _devices)
        {
            if (_time.GetElapsedTime(kept.Value.Since) >= Lifetime)
            {
                _devices.TryRemove(kept);
            }
        }
    }
}
