using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.DeviceProfile;

/// <summary>Life of the devices of an app. Contract device-profile C1.</summary>
internal static class DeviceEndpoints
{
    /// <summary>How long WhatsApp has to give out a QR code, or to let a linked device in.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    private static readonly SemaphoreSlim Claiming = new(1, 1);

    private static readonly Problem NameTaken = new Problem.Own(409, "conflict", "A device with this name already exists");

    /// <summary><c>POST /devices</c> and, by its old name, <c>POST /devices/deploy</c>.</summary>
    public static async Task<Reply> CreateAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } malformed)
        {
            return malformed;
        }

        var fields = body.Fields();
        var name = fields.Required("device_name", DeviceRegistry.MaxNameLength);
        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        if (await ClaimAsync(call, name) is not { } record)
        {
            return NameTaken;
        }

        var device = call.Api.Actors.Device(record.Id);
        if (!(await device.GetQrAsync(refresh: false, Wait, call.Aborted)).TryGet(out var qr, out var failure))
        {
            // A device without its first code was not created: the name is free for the next try.
            await device.DestroyAsync(CancellationToken.None);
            call.Api.Devices.Forget();
            return failure;
        }

        return Reply.Json(201, json => DeviceJson.WriteDevice(json, DeviceView.Pairing(record, qr)));
    }

    /// <summary><c>GET /devices</c>: the living devices of the app.</summary>
    public static async Task<Reply> ListAsync(Call call)
    {
        var views = new List<DeviceView>();
        foreach (var record in await call.Api.Catalog.ListAsync(call.User.Id, call.Aborted))
        {
            views.Add(await ViewAsync(call, record));
        }

        return Reply.Json(json => DeviceJson.WriteDevices(json, views));
    }

    /// <summary><c>POST /devices/{device_id}/qr</c>: a new code, unless one is valid or a connection is live.</summary>
    public static Task<Reply> ResetQrAsync(Call call) => WithDeviceAsync(call, async (record, device) =>
    {
        if (!(await device.GetStatusAsync(call.Aborted)).TryGet(out var status, out var failure))
        {
            return failure;
        }

        var isLive = status.State is DeviceState.Connecting or DeviceState.Connected or DeviceState.Reconnecting;
        if (isLive || status.Qr?.ExpiresAt > call.Api.Time.GetUtcNow())
        {
            return new Failure.Conflict(ConflictKind.PairingInProgress);
        }

        if (status.IsLinked && await UnlinkAsync(device, call.Aborted) is { } notUnlinked)
        {
            return notUnlinked;
        }

        return (await device.GetQrAsync(refresh: false, Wait, call.Aborted)).TryGet(out var qr, out failure)
            ? Reply.Json(json => DeviceJson.WriteDevice(json, DeviceView.Pairing(record, qr)))
            : failure;
    });

    /// <summary><c>POST /devices/{device_id}/disconnect</c>: ends the connection and keeps the device.</summary>
    public static Task<Reply> DisconnectAsync(Call call) => WithDeviceAsync(call, async (record, device) =>
        (await device.DisconnectAsync(call.Aborted)).TryGet(out var status, out var failure)
            ? Reply.Json(json => DeviceJson.WriteDevice(json, DeviceView.Of(record, status)))
            : failure);

    /// <summary><c>DELETE /devices/{device_id}</c>: destroys it; its id is never used again.</summary>
    public static Task<Reply> DestroyAsync(Call call) => WithDeviceAsync(call, async (record, device) =>
    {
        if (!(await device.DestroyAsync(call.Aborted)).TryGet(out _, out var failure))
        {
            return failure;
        }

        call.Api.Devices.Forget();
        return Reply.Json(json => DeviceJson.WriteDevice(json, DeviceView.Of(record with { State = DeviceState.Destroyed })));
    });

    /// <summary>A new device under a name that no living device of the app has; <see langword="null"/> when one has it.</summary>
    private static async Task<DeviceRecord?> ClaimAsync(Call call, string name)
    {
        // One at a time: times of creation alone do not tell which of two was stored first.
        await Claiming.WaitAsync(call.Aborted);
        try
        {
            if (await FindByNameAsync(call, name) is not null)
            {
                return null;
            }

            var record = await call.Api.Registry.CreateAsync(call.User, name, call.Aborted);
            call.Api.Devices.Forget();
            if (await FindByNameAsync(call, name) is not { } first || first.Id == record.Id)
            {
                return record;
            }

            // Another process made one at the same time: the earlier one stays.
            await call.Api.Actors.Device(record.Id).DestroyAsync(CancellationToken.None);
            call.Api.Devices.Forget();
            return null;
        }
        finally
        {
            Claiming.Release();
        }
    }

    private static async Task<DeviceRecord?> FindByNameAsync(Call call, string name) =>
        (await call.Api.Catalog.ListAsync(call.User.Id, call.Aborted)).FirstOrDefault(d => d.Name == name);

    // The contract leads from "disconnected" to a new code, so the old link has to end at WhatsApp too: the phone would keep it.
    private static async Task<Failure?> UnlinkAsync(IDevice device, CancellationToken cancellationToken) =>
        (await device.ConnectAsync(Wait, cancellationToken)).TryGet(out _, out var failure)
            && (await device.LogoutAsync(cancellationToken)).TryGet(out _, out failure) ? null : failure;

    private static async Task<DeviceView> ViewAsync(Call call, DeviceRecord record)
    {
        // Only a pairing has more to tell than the catalogue knows.
        if (record.State != DeviceState.Pairing)
        {
            return DeviceView.Of(record);
        }

        var answer = await call.Api.Actors.Device(record.Id).GetStatusAsync(call.Aborted);
        return answer.TryGet(out var status, out _) ? DeviceView.Of(record, status) : DeviceView.Of(record);
    }

    private static async Task<Reply> WithDeviceAsync(Call call, Func<DeviceRecord, IDevice, Task<Reply>> act)
    {
        if (!PathDevice.TryRead(call, out var id, out var problem))
        {
            return problem;
        }

        return (await PathDevice.FindAsync(call, id)).TryGet(out var record, out var failure)
            ? await act(record, call.Api.Actors.Device(id))
            : failure;
    }
}
