using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Grains.Forgetting;
using Wuts.WhatsApp.Binary;

namespace Wuts.Grains.Calls;

/// <summary>Devices and contacts as grains, wherever in the cluster they live. Used on silos and on clients.</summary>
internal sealed class GrainActors(IGrainFactory grains, TimeProvider time) : IActors
{
    /// <inheritdoc/>
    public IDevice Device(DeviceId id) => new GrainDevice(grains.GetGrain<IDeviceGrain>(id.Value), time);

    /// <inheritdoc/>
    public IContact Contact(DeviceId id, Jid jid) => new GrainContact(grains.GetGrain<IContactGrain>(ContactKey.Format(id, jid)), time);

    /// <inheritdoc/>
    public Task ForgetContactsAsync(DeviceId id) => grains.GetGrain<IContactForgetterGrain>(id.Value).ForgetAsync();
}
