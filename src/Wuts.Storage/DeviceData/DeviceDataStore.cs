using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Storage.Keys;
using Wuts.Storage.Sql;

namespace Wuts.Storage.DeviceData;

/// <summary>Opens what devices hold.</summary>
internal sealed class DeviceDataStore(Database database, MasterKeyRing ring) : IDeviceDataStore
{
    /// <inheritdoc/>
    public IDeviceData Open(DeviceId device, Func<Fence> fence)
    {
        ArgumentNullException.ThrowIfNull(fence);
        return new DeviceRows(new DeviceScope(database, ring, device, fence));
    }
}
