using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Tenancy;

namespace Wuts.Api.WutsRest;

/// <summary>Which device a call acts on. Contract wuts 1.9.</summary>
internal static class DeviceSelection
{
    /// <summary>Name of the parameter.</summary>
    public const string Parameter = "device_id";

    private const string NameOfFirst = "WhatsApp";

    private static readonly SemaphoreSlim CreatingFirst = new(1, 1);

    /// <summary>
    /// The device that is named, or else the caller's own: the first that is connected, else the first. A device of a colleague is
    /// for managers and admins; one of another tenant does not exist.
    /// </summary>
    public static async ValueTask<Selected> SelectAsync(Call call, string? deviceId)
    {
        if (deviceId is not null)
        {
            return await FindAsync(call, deviceId);
        }

        var own = await call.Api.Devices.ListAsync(call.User.Id, call.Aborted);
        foreach (var device in own)
        {
            if (device.State == DeviceState.Connected)
            {
                return new Selected(device, null);
            }
        }

        return own.Count > 0 ? new Selected(own[0], null) : new Selected(null, new Problem.Failed(new Failure.NoDevice()));
    }

    /// <summary>As <see cref="SelectAsync"/>, for the pairing endpoints: who has no device at all and names none gets one.</summary>
    public static async ValueTask<Selected> SelectOrCreateAsync(Call call, string? deviceId)
    {
        var selected = await SelectAsync(call, deviceId);
        if (deviceId is not null || selected.Device is not null)
        {
            return selected;
        }

        // Two calls at once must not make two devices.
        await CreatingFirst.WaitAsync(call.Aborted);
        try
        {
            var own = await call.Api.Catalog.ListAsync(call.User.Id, call.Aborted);
            if (own.Count > 0)
            {
                return new Selected(own[0], null);
            }

            var created = await call.Api.Registry.CreateAsync(call.User, NameOfFirst, call.Aborted);
            call.Api.Devices.Forget();
            return new Selected(created, null);
        }
        finally
        {
            CreatingFirst.Release();
        }
    }

    /// <summary>The device that is named.</summary>
    public static async ValueTask<Selected> FindAsync(Call call, string deviceId)
    {
        if (!DeviceId.TryParse(deviceId, out var id)
            || await call.Api.Devices.FindAsync(id, call.Aborted) is not { DestroyedAt: null } device
            || device.TenantId != call.User.TenantId)
        {
            return new Selected(null, new Problem.Failed(new Failure.NoDevice()));
        }

        return device.UserId == call.User.Id || RoleRules.MayUseDevicesOfOthers(call.User)
            ? new Selected(device, null)
            : new Selected(null, new Problem.Forbidden(Refusal.Role));
    }

    /// <summary>Why the device cannot be asked now; <see langword="null"/> when it is connected.</summary>
    public static async ValueTask<Failure?> FindObstacleAsync(IDevice device, CancellationToken cancellationToken)
    {
        var answer = await device.GetStatusAsync(cancellationToken);
        return !answer.TryGet(out var status, out var failure) ? failure
            : status.IsConnected ? null
            : status.WhyNotConnected();
    }
}

/// <summary>A device that was selected, or why none was.</summary>
internal readonly record struct Selected(DeviceRecord? Device, Problem? Problem)
{
    /// <summary>Takes the selection apart.</summary>
    public bool TryGet(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DeviceRecord? device,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Problem? problem)
    {
        device = Device;
        problem = Problem;
        return device is not null;
    }
}
