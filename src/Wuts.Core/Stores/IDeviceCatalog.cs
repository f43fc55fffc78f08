using Wuts.Core.Devices;
using Wuts.Core.Tenancy;

namespace Wuts.Core.Stores;

/// <summary>
/// The devices of all tenants: who owns them and how they are, without their keys and contacts. A state that only an owner can
/// keep up (pairing, connecting, connected, reconnecting) is read as <see cref="DeviceState.Disconnected"/>, or as
/// <see cref="DeviceState.PairingExpired"/>, when no live lease stands behind it.
/// </summary>
public interface IDeviceCatalog
{
    /// <summary>Adds a device.</summary>
    Task AddAsync(DeviceRecord device, CancellationToken cancellationToken);

    /// <summary>A device, destroyed or not; <see langword="null"/> when there never was one.</summary>
    Task<DeviceRecord?> FindAsync(DeviceId id, CancellationToken cancellationToken);

    /// <summary>The device with an instance id, destroyed or not.</summary>
    Task<DeviceRecord?> FindAsync(InstanceId id, CancellationToken cancellationToken);

    /// <summary>The living devices of a user, by creation, then id.</summary>
    Task<IReadOnlyList<DeviceRecord>> ListAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>The living devices of a tenant, by creation, then id.</summary>
    Task<IReadOnlyList<DeviceRecord>> ListAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Devices that should be connected and that nobody holds a lease of: to be woken. At most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<DeviceId>> FindOrphansAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How long it takes until the next lease runs out, if nobody renews it; <see langword="null"/> when none is held.</summary>
    Task<TimeSpan?> FindNextExpiryAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores what the owner of a device knows of it: state, account, times, problem. The owner's fence is checked.
    /// </summary>
    /// <exception cref="LeaseLostException">Somebody else owns the device now. Nothing was stored.</exception>
    Task SaveAsync(DeviceRecord device, Fence fence, CancellationToken cancellationToken);

    /// <summary>Marks a device as destroyed and deletes all that it holds.</summary>
    Task DestroyAsync(DeviceId id, DateTimeOffset now, CancellationToken cancellationToken);
}
