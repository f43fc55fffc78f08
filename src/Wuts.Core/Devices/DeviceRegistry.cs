using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Core.Devices;

/// <summary>Creates devices for users.</summary>
public sealed class DeviceRegistry(IDeviceCatalog catalog, TimeProvider time)
{
    /// <summary>The longest name of a device.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Creates a device that is not linked yet.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="name">1 to <see cref="MaxNameLength"/> characters after trimming; need not be unique.</param>
    /// <param name="cancellationToken">Cancels before it is stored.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public async Task<DeviceRecord> CreateAsync(User owner, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(name);
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            throw new ArgumentException($"The name of a device has 1 to {MaxNameLength} characters.", nameof(name));
        }

        var now = time.GetUtcNow();
        var device = new DeviceRecord
        {
            Id = DeviceId.New(),
            InstanceId = InstanceId.New(),
            TenantId = owner.TenantId,
            UserId = owner.Id,
            Name = trimmed,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await catalog.AddAsync(device, cancellationToken);
        return device;
    }
}
