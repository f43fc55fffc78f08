using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Engine;

/// <summary>
/// Where actors are found: the local engine in one process, or grains in a cluster. An actor exists once per key, runs one turn
/// at a time (other calls may run while it waits), comes to life with the first call and goes when it is idle.
/// </summary>
public interface IActors
{
    /// <summary>The actor of a device. Getting it costs nothing; a call to it brings it to life.</summary>
    IDevice Device(DeviceId id);

    /// <summary>The actor that caches what one device may see of one person or group.</summary>
    /// <param name="id">The device through which it is seen; another device may see other things.</param>
    /// <param name="jid">The person or group, without device part.</param>
    IContact Contact(DeviceId id, Jid jid);

    /// <summary>
    /// Forgets the contact actors of a device without storing what they hold, because the device was unlinked from its account.
    /// </summary>
    Task ForgetContactsAsync(DeviceId id);
}
