using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>The connection of a device. Contract wuts 2.6 to 2.9.</summary>
internal static class SessionEndpoints
{
    /// <summary>How long a call waits for the login.</summary>
    public static readonly TimeSpan LoginWait = TimeSpan.FromSeconds(30);

    public static async Task<Reply> StatusAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        // Who asks with a valid token always gets 200: a device that is not there, or not for the caller, is a state too.
        var (device, _) = await DeviceSelection.SelectAsync(call, deviceId);
        if (device is null)
        {
            return Status(false, "not_found", null, null, null);
        }

        var answer = await call.Api.Actors.Device(device.Id).GetStatusAsync(call.Aborted);
        if (answer.TryGet(out var status, out var failure))
        {
            return Status(status.IsConnected, Word(status.State), device, status.Account, status.LastSeen);
        }

        // A device that cannot be asked is being moved: what was stored as connected is on its way back.
        return failure is Failure.NoDevice or Failure.DeviceDestroyed
            ? Status(false, "not_found", null, null, null)
            : Status(false, device.State == DeviceState.Connected ? "connecting" : Word(device.State), device, device.Account, device.LastSeen);
    }

    public static Task<Reply> ConnectAsync(Call call) => ActAsync(call, "device not found", async device =>
    {
        var answer = await call.Api.Actors.Device(device.Id).ConnectAsync(LoginWait, call.Aborted);
        call.Api.Devices.Forget();
        if (!answer.TryGet(out var status, out var failure) && failure is not Failure.Conflict { Kind: ConflictKind.NotLinked })
        {
            return failure is Failure.Refused or Failure.TimedOut
                ? new Problem.Own(StatusCodes.Status500InternalServerError, WutsErrors.Internal, "reconnect failed")
                : failure;
        }

        var linked = status is { IsLinked: true };
        return WutsReply.Data(json =>
        {
            json.WriteString("status"u8, linked ? Word(status!.State) : "logged_out");
            json.WriteString("device_id"u8, device.Id.ToString());
            json.WriteBoolean("needs_qr"u8, !linked);
        });
    });

    public static Task<Reply> DisconnectAsync(Call call) => ActAsync(call, "device not found or not connected", async device =>
    {
        var actor = call.Api.Actors.Device(device.Id);
        var before = await actor.GetStatusAsync(call.Aborted);
        if (!before.TryGet(out var status, out var failure))
        {
            return failure;
        }

        if (status.State is not (DeviceState.Connected or DeviceState.Connecting or DeviceState.Reconnecting))
        {
            return new Problem.Own(StatusCodes.Status404NotFound, WutsErrors.NoDevice, "device not found or not connected");
        }

        var after = await actor.DisconnectAsync(call.Aborted);
        call.Api.Devices.Forget();
        return after.Failure is { } failed ? failed : Done(device, "device disconnected successfully");
    });

    public static Task<Reply> LogoutAsync(Call call) => ActAsync(call, "device not found", async device =>
    {
        var answer = await call.Api.Actors.Device(device.Id).LogoutAsync(call.Aborted);
        call.Api.Devices.Forget();
        return answer.Failure is { } failure ? failure : Done(device, "device logged out successfully");
    });

    /// <summary>The words of the contract for states.</summary>
    public static string Word(DeviceState state) => state switch
    {
        DeviceState.Connected => "connected",
        DeviceState.Connecting or DeviceState.Reconnecting or DeviceState.Pairing => "connecting",
        DeviceState.LoggedOut => "logged_out",
        DeviceState.Destroyed => "not_found",
        _ => "disconnected",
    };

    private static async Task<Reply> ActAsync(Call call, string textWithoutDevice, Func<DeviceRecord, Task<Reply>> act)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (selected.TryGet(out var device, out var problem))
        {
            return await act(device);
        }

        return problem is Problem.Failed { Failure: Failure.NoDevice }
            ? new Problem.Own(StatusCodes.Status404NotFound, WutsErrors.NoDevice, textWithoutDevice)
            : problem;
    }

    private static Reply Status(bool connected, string word, DeviceRecord? device, WhatsApp.Binary.Jid? account, DateTimeOffset? lastSeen) =>
        WutsReply.Data(json =>
        {
            json.WriteBoolean("connected"u8, connected);
            json.WriteString("status"u8, word);
            json.WriteOptional("device_id"u8, device?.Id.ToString());
            json.WriteOptionalJid("jid"u8, account);
            json.WriteOptionalDigits("phone_number"u8, account);
            json.WriteBoolean("is_logged_in"u8, connected);
            json.WriteOptionalTime("last_seen"u8, lastSeen);
        });

    private static Reply Done(DeviceRecord device, string message) => WutsReply.Data(json =>
    {
        json.WriteString("message"u8, message);
        json.WriteString("device_id"u8, device.Id.ToString());
    });
}
