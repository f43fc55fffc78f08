using System.Collections.Concurrent;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Api;

/// <summary>
/// Which devices there are, remembered for a moment so that finding the device of a call does not cost a look into the store.
/// Answers about devices are never made of it: it only says which actor to ask. While the database is away, what was found within
/// <see cref="AwayLifetime"/> still says that.
/// </summary>
internal sealed class DeviceDirectory(IDeviceCatalog catalog, TimeProvider time)
{
    /// <summary>How long a record is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    /// <summary>How long a record is remembered that cannot be looked up.</summary>
    public static readonly TimeSpan AwayLifetime = TimeSpan.FromMinutes(15);

    // A database that hangs must not keep a caller waiting whose device is known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MaxRemembered = 20_000;

    private readonly ConcurrentDictionary<UserId, Remembered<IReadOnlyList<DeviceRecord>>> _ofUser = new();
    private readonly ConcurrentDictionary<DeviceId, Remembered<DeviceRecord?>> _devices = new();
    private readonly ConcurrentDictionary<InstanceId, Remembered<DeviceRecord?>> _instances = new();
    private long _version;

    /// <summary>The living devices of a user, by creation, then id.</summary>
    public ValueTask<IReadOnlyList<DeviceRecord>> ListAsync(UserId user, CancellationToken cancellationToken) =>
        FindAsync(_ofUser, user, catalog.ListAsync, cancellationToken);

    /// <summary>A device, destroyed or not; <see langword="null"/> when there never was one.</summary>
    public ValueTask<DeviceRecord?> FindAsync(DeviceId id, CancellationToken cancellationToken) =>
        FindAsync(_devices, id, catalog.FindAsync, cancellationToken);

    /// <summary>The device with an instance id, destroyed or not.</summary>
    public ValueTask<DeviceRecord?> FindAsync(InstanceId id, CancellationToken cancellationToken) =>
        FindAsync(_instances, id, catalog.FindAsync, cancellationToken);

    /// <summary>Devices were made, changed or destroyed: they are looked up before they are used again, if they can be.</summary>
    public void Forget() => Interlocked.Increment(ref _version);

    private ValueTask<TValue> FindAsync<TKey, TValue>(
        ConcurrentDictionary<TKey, Remembered<TValue>> known, TKey key, Func<TKey, CancellationToken, Task<TValue>> load,
        CancellationToken cancellationToken)
        where TKey : notnull =>
        known.TryGetValue(key, out var found) && found.Version == Interlocked.Read(ref _version) && time.GetElapsedTime(found.At) < Lifetime
            ? ValueTask.FromResult(found.Value)
            : RenewAsync(known, key, found, load, cancellationToken);

    private async ValueTask<TValue> RenewAsync<TKey, TValue>(
        ConcurrentDictionary<TKey, Remembered<TValue>> known, TKey key, Remembered<TValue> found,
        Func<TKey, CancellationToken, Task<TValue>> load, CancellationToken cancellationToken)
        where TKey : notnull
    {
        if (found.Value is null || time.GetElapsedTime(found.At) >= AwayLifetime)
        {
            return await LoadAsync(known, key, load, cancellationToken);
        }

        try
        {
            return await LoadAsync(known, key, load, cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception failure) when (StoreFailure.Is(failure))
        {
            return found.Value;
        }
    }

    private async Task<TValue> LoadAsync<TKey, TValue>(
        ConcurrentDictionary<TKey, Remembered<TValue>> known, TKey key, Func<TKey, CancellationToken, Task<TValue>> load,
        CancellationToken cancellationToken)
        where TKey : notnull
    {
        var version = Interlocked.Read(ref _version);
        var at = time.GetTimestamp();
        var value = await load(key, cancellationToken);
        if (value is null)
        {
            // Absence is not remembered, so that guesses cannot fill the memory.
            known.TryRemove(key, out _);
            return value;
        }

        if (known.Count >= MaxRemembered)
        {
            known.Clear();
        }

        // What was read before a change carries the version before it, and is not used without being looked up again.
        known[key] = new Remembered<TValue>(value, at, version);
        return value;
    }

    private readonly record struct Remembered<TValue>(TValue Value, long At, long Version);
}
