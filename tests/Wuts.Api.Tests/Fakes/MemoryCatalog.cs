using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.Fakes;

/// <summary>Device records in memory.</summary>
internal sealed class MemoryCatalog : IDeviceCatalog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceId, DeviceRecord> _devices = [];

    /// <summary>Changes a record as its owner would.</summary>
    public void Change(DeviceId id, Func<DeviceRecord, DeviceRecord> change)
    {
        lock (_lock)
        {
            _devices[id] = change(_devices[id]);
        }
    }

    /// <summary>Forgets the devices that a test selects.</summary>
    public void Remove(Func<DeviceRecord, bool> which)
    {
        lock (_lock)
        {
            foreach (var device in _devices.Values.Where(which).ToList())
            {
                _devices.Remove(device.Id);
            }
        }
    }

    public Task AddAsync(DeviceRecord device, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _devices.Add(device.Id, device);
        }

        return Task.CompletedTask;
    }

    public Task<DeviceRecord?> FindAsync(DeviceId id, CancellationToken cancellationToken) => Find(device => device.Id == id);

    public Task<DeviceRecord?> FindAsync(InstanceId id, CancellationToken cancellationToken) => Find(device => device.InstanceId == id);

    public Task<IReadOnlyList<DeviceRecord>> ListAsync(UserId user, CancellationToken cancellationToken) => List(device => device.UserId == user);

    public Task<IReadOnlyList<DeviceRecord>> ListAsync(TenantId tenant, CancellationToken cancellationToken) => List(device => device.TenantId == tenant);

    public Task<IReadOnlyList<DeviceId>> FindOrphansAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeviceId>>([]);

    public Task<TimeSpan?> FindNextExpiryAsync(CancellationToken cancellationToken) => Task.FromResult<TimeSpan?>(null);

    public Task SaveAsync(DeviceRecord device, Fence fence, CancellationToken cancellationToken)
    {
        Change(device.Id, _ => device);
        return Task.CompletedTask;
    }

    public Task DestroyAsync(DeviceId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Change(id, device => device with { DestroyedAt = now, State = DeviceState.Destroyed });
        return Task.CompletedTask;
    }

    private Task<DeviceRecord?> Find(Func<DeviceRecord, bool> which)
    {
        lock (_lock)
        {
            return Task.FromResult(_devices.Values.FirstOrDefault(which));
        }
    }

    private Task<IReadOnlyList<DeviceRecord>> List(Func<DeviceRecord, bool> which)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<DeviceRecord>>(
                [.. _devices.Values.Where(which).Where(device => device.DestroyedAt is null).OrderBy(device => device.CreatedAt).ThenBy(device => device.Id.Value)]);
        }
    }
}
