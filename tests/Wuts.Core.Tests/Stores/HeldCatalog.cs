using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Core.Tests.Stores;

/// <summary>A catalogue that holds the first record of a kind back until it is let go.</summary>
internal sealed class HeldCatalog(IDeviceCatalog inner, Func<DeviceRecord, bool> which) : IDeviceCatalog
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a record is held.</summary>
    public Task Held => _held.Task;

    /// <summary>Lets it, and everything after it, be stored.</summary>
    public void Release() => _released.TrySetResult();

    public async Task SaveAsync(DeviceRecord device, Fence fence, CancellationToken cancellationToken)
    {
        if (which(device) && _held.TrySetResult())
        {
            await _released.Task;
        }

        await inner.SaveAsync(device, fence, cancellationToken);
    }

    public Task AddAsync(DeviceRecord device, CancellationToken cancellationToken) => inner.AddAsync(device, cancellationToken);

    public Task<DeviceRecord?> FindAsync(DeviceId id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public Task<DeviceRecord?> FindAsync(InstanceId id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<DeviceRecord>> ListAsync(UserId user, CancellationToken cancellationToken) => inner.ListAsync(user, cancellationToken);

    public Task<IReadOnlyList<DeviceRecord>> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
        inner.ListAsync(tenant, cancellationToken);

    public Task<IReadOnlyList<DeviceId>> FindOrphansAsync(int limit, CancellationToken cancellationToken) =>
        inner.FindOrphansAsync(limit, cancellationToken);

    public Task<TimeSpan?> FindNextExpiryAsync(CancellationToken cancellationToken) => inner.FindNextExpiryAsync(cancellationToken);

    public Task DestroyAsync(DeviceId id, DateTimeOffset now, CancellationToken cancellationToken) => inner.DestroyAsync(id, now, cancellationToken);
}
