using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>Devices of the caller. Contract wuts 2.1, 2.2 and 2.10.</summary>
internal static class DeviceEndpoints
{
    public static async Task<Reply> CreateAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var name = fields.Required("name", DeviceRegistry.MaxNameLength);
        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        var device = await call.Api.Registry.CreateAsync(call.User, name, call.Aborted);
        call.Api.Devices.Forget();

        // The reference and the quickstart of the contract show different answers; clients of both find what they look for.
        return WutsReply.Flat(
            json =>
            {
                json.WritePropertyName("device"u8);
                Write(json, device);
                json.WriteString("message"u8, "Device created successfully"u8);
                json.WriteStartObject("data"u8);
                json.WriteString("device_id"u8, device.Id.ToString());
                json.WriteString("name"u8, device.Name);
                json.WriteEndObject();
            },
            StatusCodes.Status201Created);
    }

    public static async Task<Reply> ListAsync(Call call)
    {
        var devices = await call.Api.Catalog.ListAsync(call.User.Id, call.Aborted);
        return WutsReply.Flat(json =>
        {
            json.WriteStartArray("devices"u8);
            foreach (var device in devices)
            {
                Write(json, device);
            }

            json.WriteEndArray();
        });
    }

    public static async Task<Reply> ListMineAsync(Call call)
    {
        var devices = await call.Api.Catalog.ListAsync(call.User.Id, call.Aborted);
        return WutsReply.Data(json =>
        {
            json.WriteStartArray("devices"u8);
            foreach (var device in devices)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, device.Id.ToString());
                json.WriteString("name"u8, device.Name);
                json.WriteBoolean("connected"u8, device.State == DeviceState.Connected);
                json.WriteOptionalTime("last_seen"u8, device.LastSeen);
                json.WriteTime("created_at"u8, device.CreatedAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("count"u8, devices.Count);
            json.WriteString("user_id"u8, call.User.Id.ToString());
        });
    }

    /// <summary>Disconnects one of the caller's own devices, whatever the caller's role; record and credentials stay.</summary>
    public static async Task<Reply> DisconnectAsync(Call call)
    {
        if (!DeviceId.TryParse(call.Route("deviceID"), out var id)
            || await call.Api.Catalog.FindAsync(id, call.Aborted) is not { DestroyedAt: null } device
            || device.TenantId != call.User.TenantId)
        {
            return new Failure.NoDevice();
        }

        if (device.UserId != call.User.Id)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        var answer = await call.Api.Actors.Device(id).DisconnectAsync(call.Aborted);
        call.Api.Devices.Forget();
        return answer.Failure is { } failure and not Failure.Conflict { Kind: ConflictKind.NotLinked }
            ? failure
            : WutsReply.Message("Device disconnected");
    }

    private static void Write(Utf8JsonWriter json, DeviceRecord device)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, device.Id.ToString());
        json.WriteString("user_id"u8, device.UserId.ToString());
        json.WriteString("name"u8, device.Name);
        json.WriteOptionalJid("whatsapp_jid"u8, device.Account);
        json.WriteBoolean("connected"u8, device.State == DeviceState.Connected);
        json.WriteOptionalTime("last_seen"u8, device.LastSeen);
        json.WriteTime("created_at"u8, device.CreatedAt);
        json.WriteTime("updated_at"u8, device.UpdatedAt);
        json.WriteEndObject();
    }
}
