using System.Collections.Concurrent;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Stores;

/// <summary>
/// A database that several engines share: devices, leases, what devices hold, and contact caches. It can be made to fail, and to
/// give a lease to somebody else.
/// </summary>
internal sealed class MemoryDatabase(TimeProvider time) : IDeviceCatalog, ILeaseStore, IDeviceDataStore, IContactCacheStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeviceId, DeviceRecord> _devices = [];
    private readonly Dictionary<DeviceId, (string Owner, long Number, DateTimeOffset Until)> _leases = [];
    private readonly ConcurrentDictionary<DeviceId, MemoryDeviceData.Content> _contents = new();
    private readonly ConcurrentDictionary<(DeviceId, Jid), ContactState> _caches = new();
    private readonly ConcurrentDictionary<(DeviceId, Jid, PictureSize), StoredPicture> _pictures = new();

    /// <summary>Whether every call fails as an unreachable database does.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether only renewing leases fails.</summary>
    public bool RenewingFails { get; set; }

    /// <summary>Whether renewing leases takes for ever, whatever the caller does.</summary>
    public bool RenewingHangs { get; set; }

    /// <summary>Whether only storing what contacts have learnt fails.</summary>
    public bool CachingFails { get; set; }

    /// <summary>What the next storing of what a contact has learnt waits for.</summary>
    public Task Caching { get; set; } = Task.CompletedTask;

    /// <summary>How often something that a contact has learnt was to be stored.</summary>
    public int CacheWrites { get; private set; }

    /// <summary>What writing the record of a device waits for.</summary>
    public Task Writing { get; set; } = Task.CompletedTask;

    public int Renewals { get; private set; }

    /// <summary>How often it was asked to renew, also in vain.</summary>
    public int RenewalTries { get; private set; }

    /// <summary>How often it was asked anything, also in vain.</summary>
    public int Reached => Volatile.Read(ref _reached);

    public int PictureWrites { get; private set; }

    private int _reached;
    private int _cacheLoads;
    private readonly List<(int Count, TaskCompletionSource Reached)> _loadWaiters = [];

    /// <summary>Completes when so many contacts have come to life.</summary>
    public Task WhenCacheLoadsAsync(int count)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _loadWaiters.Add((count, reached));
            if (_cacheLoads >= count)
            {
                reached.SetResult();
            }

            return reached.Task;
        }
    }

    /// <summary>Gives the lease of a device to another process, as a failover does.</summary>
    public void StealLease(DeviceId device)
    {
        lock (_gate)
        {
            var number = _leases.TryGetValue(device, out var lease) ? lease.Number : 0;
            _leases[device] = ("thief", number + 1, time.GetUtcNow() + TimeSpan.FromDays(1));
        }
    }

    public bool IsLeased(DeviceId device)
    {
        lock (_gate)
        {
            return _leases.TryGetValue(device, out var lease) && lease.Until > time.GetUtcNow();
        }
    }

    public void CheckFence(Fence fence)
    {
        Reach();
        lock (_gate)
        {
            if (!_leases.TryGetValue(fence.Device, out var lease) || lease.Number != fence.Number)
            {
                throw new LeaseLostException();
            }
        }
    }

    public void Reach()
    {
        Interlocked.Increment(ref _reached);
        if (IsDown)
        {
            throw new WhatsAppStoreException("The database is down.");
        }
    }

    public IDeviceData Open(DeviceId device, Func<Fence> fence) =>
        new MemoryDeviceData(this, device, _contents.GetOrAdd(device, _ => new()), fence, time);

    public Task AddAsync(DeviceRecord device, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            _devices.Add(device.Id, device);
        }

        return Task.CompletedTask;
    }

    public Task<DeviceRecord?> FindAsync(DeviceId id, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            return Task.FromResult(_devices.GetValueOrDefault(id));
        }
    }

    public Task<DeviceRecord?> FindAsync(InstanceId id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_devices.Values.FirstOrDefault(d => d.InstanceId == id));
        }
    }

    public Task<IReadOnlyList<DeviceRecord>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<DeviceRecord>>([.. _devices.Values.Where(d => d.UserId == user)]);
        }
    }

    public Task<IReadOnlyList<DeviceRecord>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<DeviceRecord>>([.. _devices.Values.Where(d => d.TenantId == tenant)]);
        }
    }

    public Task<IReadOnlyList<DeviceId>> FindOrphansAsync(int limit, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<DeviceId>>(
                [.. _devices.Values.Where(d => d.WantsConnection && d.DestroyedAt is null && !IsLeased(d.Id)).Select(d => d.Id).Take(limit)]);
        }
    }

    public Task<TimeSpan?> FindNextExpiryAsync(CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            var held = _leases.Values.Where(lease => lease.Until > time.GetUtcNow()).ToList();
            return Task.FromResult<TimeSpan?>(held.Count == 0 ? null : held.Min(lease => lease.Until) - time.GetUtcNow());
        }
    }

    public async Task SaveAsync(DeviceRecord device, Fence fence, CancellationToken cancellationToken)
    {
        await Writing;
        CheckFence(fence);
        lock (_gate)
        {
            _devices[device.Id] = device;
        }
    }

    public Task DestroyAsync(DeviceId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            _devices[id] = _devices[id] with { DestroyedAt = now, State = DeviceState.Destroyed, WantsConnection = false };
            _leases.Remove(id);
            _contents.TryRemove(id, out _);
        }

        return Task.CompletedTask;
    }

    public Task<LeaseResult> AcquireAsync(DeviceId device, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_leases.TryGetValue(device, out var lease) && lease.Until > now && lease.Owner != owner)
            {
                return Task.FromResult<LeaseResult>(new LeaseResult.Held(lease.Owner, lease.Until - now));
            }

            _leases[device] = (owner, lease.Number + 1, now + duration);
            return Task.FromResult<LeaseResult>(new LeaseResult.Acquired(new Fence(device, lease.Number + 1)));
        }
    }

    public Task<IReadOnlyCollection<DeviceId>> RenewAsync(
        IReadOnlyCollection<Fence> leases, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        RenewalTries++;
        Reach();
        if (RenewingHangs)
        {
            return new TaskCompletionSource<IReadOnlyCollection<DeviceId>>().Task;
        }

        if (RenewingFails)
        {
            throw new WhatsAppStoreException("The database does not renew.");
        }

        lock (_gate)
        {
            Renewals++;
            var renewed = new List<DeviceId>();
            foreach (var fence in leases)
            {
                if (_leases.TryGetValue(fence.Device, out var lease) && lease.Owner == owner && lease.Number == fence.Number)
                {
                    _leases[fence.Device] = lease with { Until = time.GetUtcNow() + duration };
                    renewed.Add(fence.Device);
                }
            }

            return Task.FromResult<IReadOnlyCollection<DeviceId>>(renewed);
        }
    }

    public Task ReleaseAsync(Fence lease, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            if (_leases.TryGetValue(lease.Device, out var held) && held.Number == lease.Number)
            {
                _leases[lease.Device] = held with { Until = DateTimeOffset.MinValue };
            }
        }

        return Task.CompletedTask;
    }

    public Task<CachedContact> LoadAsync(DeviceId device, Jid jid, CancellationToken cancellationToken)
    {
        Reach();
        lock (_gate)
        {
            _cacheLoads++;
            _loadWaiters.Where(w => w.Count == _cacheLoads).ToList().ForEach(w => w.Reached.TrySetResult());
        }

        lock (_gate)
        {
            long? last = _leases.TryGetValue(device, out var lease) ? lease.Number : null;
            return Task.FromResult(new CachedContact(_caches.GetValueOrDefault((device, jid)), last));
        }
    }

    public async Task SaveAsync(DeviceId device, Jid jid, ContactState state, long lease, CancellationToken cancellationToken)
    {
        Reach();
        CacheWrites++;
        if (CachingFails)
        {
            throw new WhatsAppStoreException("The cache cannot be written.");
        }

        var caching = Caching;
        Caching = Task.CompletedTask;
        await caching;
        if (!IsLate(device, lease))
        {
            _caches[(device, jid)] = state;
        }
    }

    public Task<StoredPicture?> LoadPictureAsync(DeviceId device, Jid jid, PictureSize size, CancellationToken cancellationToken)
    {
        Reach();
        return Task.FromResult(_pictures.GetValueOrDefault((device, jid, size)));
    }

    public Task SavePictureAsync(
        DeviceId device, Jid jid, PictureSize size, StoredPicture picture, long lease, CancellationToken cancellationToken)
    {
        Reach();
        PictureWrites++;
        if (!IsLate(device, lease))
        {
            _pictures[(device, jid, size)] = picture;
        }

        return Task.CompletedTask;
    }

    private bool IsLate(DeviceId device, long lease)
    {
        lock (_gate)
        {
            return _leases.GetValueOrDefault(device).Number != lease;
        }
    }

    public void DeleteCaches(DeviceId device)
    {
        foreach (var key in _caches.Keys.Where(k => k.Item1 == device))
        {
            _caches.TryRemove(key, out _);
        }

        foreach (var key in _pictures.Keys.Where(k => k.Item1 == device))
        {
            _pictures.TryRemove(key, out _);
        }
    }
}
