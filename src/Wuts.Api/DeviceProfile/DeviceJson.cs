using System.Globalization;
using System.Text.Json;
using Wuts.Core.Devices;

namespace Wuts.Api.DeviceProfile;

/// <summary>A device in the words of this dialect. Contract device-profile C1.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Status">One of <c>qr_generated</c>, <c>connected</c>, <c>disconnected</c>, <c>expired</c>, <c>destroyed</c>.</param>
/// <param name="Qr">The code that is shown, while one is.</param>
internal sealed record DeviceView(DeviceRecord Record, string Status, QrCode? Qr)
{
    /// <summary>As the catalogue knows it.</summary>
    public static DeviceView Of(DeviceRecord record) => new(record, Word(record.State), null);

    /// <summary>As its actor tells.</summary>
    public static DeviceView Of(DeviceRecord record, DeviceStatus status) =>
        new(record with { Account = status.Account, LinkedAt = status.IsLinked ? record.LinkedAt : null }, Word(status.State), status.Qr);

    /// <summary>With a code that was made just now.</summary>
    public static DeviceView Pairing(DeviceRecord record, QrCode qr) =>
        new(record with { Account = null, LinkedAt = null }, Word(DeviceState.Pairing), qr);

    /// <summary>The dialect's word for a state. A device that was never linked waits for a code like one whose code is over.</summary>
    public static string Word(DeviceState state) => state switch
    {
        DeviceState.Pairing => "qr_generated",
        DeviceState.Created or DeviceState.PairingExpired => "expired",
        DeviceState.Connected => "connected",
        DeviceState.Destroyed => "destroyed",
        _ => "disconnected",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Record}: {Status}";
}

/// <summary>Writes devices. Times are RFC 3339 in UTC, and <c>""</c> when there is none.</summary>
internal static class DeviceJson
{
    /// <summary>One device, with its code.</summary>
    public static void WriteDevice(Utf8JsonWriter json, DeviceView device)
    {
        ProfileJson.BeginData(json);
        json.WritePropertyName("device");
        Write(json, device, withQr: true);
        ProfileJson.EndData(json);
    }

    /// <summary>All devices, without their codes.</summary>
    public static void WriteDevices(Utf8JsonWriter json, IReadOnlyList<DeviceView> devices)
    {
        ProfileJson.BeginData(json);
        json.WriteStartArray("devices");
        foreach (var device in devices)
        {
            Write(json, device, withQr: false);
        }

        json.WriteEndArray();
        json.WriteNumber("count", devices.Count);
        ProfileJson.EndData(json);
    }

    private static void Write(Utf8JsonWriter json, DeviceView device, bool withQr)
    {
        var record = device.Record;
        json.WriteStartObject();
        json.WriteString("device_id", record.Id.ToString());
        json.WriteString("device_name", record.Name);
        json.WriteString("status", device.Status);
        json.WriteString("jid", record.Account?.ToBase().ToString() ?? "");
        if (withQr)
        {
            json.WriteString("qr", device.Qr?.Text ?? "");
        }

        json.WriteString("qr_expires_at", Time(device.Qr?.ExpiresAt));
        json.WriteString("linked_at", Time(record.LinkedAt));
        json.WriteString("created_at", Time(record.CreatedAt));
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
