using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.DeviceProfile;

/// <summary>
/// The device that a path names. The order of the checks is part of the contract: form (400), then existence (404, 410), then
/// connection (409). Contract device-profile 1.1.
/// </summary>
internal static class PathDevice
{
    /// <summary>Reads the id out of the path.</summary>
    public static bool TryRead(Call call, out DeviceId id, out Problem problem)
    {
        problem = new Problem.Invalid("device_id", "device_id must be a UUID");
        return DeviceId.TryParse(call.Route("device_id"), out id);
    }

    /// <summary>The device of the caller's app. A colleague's is not there.</summary>
    public static async Task<Answer<DeviceRecord>> FindAsync(Call call, DeviceId id) =>
        await call.Api.Devices.FindAsync(id, call.Aborted) switch
        {
            { } record when record.UserId != call.User.Id => new Failure.NoDevice(),
            { DestroyedAt: not null } => new Failure.DeviceDestroyed(),
            { } record => record,
            null => new Failure.NoDevice(),
        };

    /// <summary>The same, and it is connected now: whatever is cached, a device that is not is an error.</summary>
    public static async Task<Answer<DeviceRecord>> FindConnectedAsync(Call call, DeviceId id)
    {
        if (!(await FindAsync(call, id)).TryGet(out var record, out var failure))
        {
            return failure;
        }

        if (!(await call.Api.Actors.Device(id).GetStatusAsync(call.Aborted)).TryGet(out var status, out failure))
        {
            return failure;
        }

        return status.IsConnected ? record : status.WhyNotConnected();
    }
}
