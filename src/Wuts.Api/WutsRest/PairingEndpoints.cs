using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.WutsRest;

/// <summary>Linking a device with a QR code or a typed code. Contract wuts 2.3 to 2.5.</summary>
internal static class PairingEndpoints
{
    /// <summary>How long a call waits for a code of WhatsApp.</summary>
    public static readonly TimeSpan CodeWait = TimeSpan.FromSeconds(30);

    private const string Instructions =
        "Digite este código no WhatsApp: Configurações > Aparelhos conectados > Conectar um aparelho > Conectar com número de telefone";

    public static async Task<Reply> QrAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var reuse = query.Boolean("reuse_cache", "reuse", "use_cache", "cached");
        var refresh = query.Boolean("refresh", "force_refresh", "force_new");
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectOrCreateAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var answer = await call.Api.Actors.Device(device.Id).GetQrAsync(refresh ?? !(reuse ?? true), CodeWait, call.Aborted);
        if (!answer.TryGet(out var qr, out var failure))
        {
            return failure is Failure.TimedOut
                ? new Problem.Own(StatusCodes.Status408RequestTimeout, "PAIRING_TIMEOUT", "timeout waiting for QR code")
                : failure;
        }

        if (QrPicture.WantsText(call.Http.Request))
        {
            return QrPicture.Text(qr);
        }

        return WutsReply.Data(json =>
        {
            json.WriteString("qr_code"u8, qr.Text);
            json.WriteString("image"u8, QrPicture.DataUri(qr));
            json.WriteBoolean("cached"u8, qr.FromCache);
            json.WriteTime("expires_at"u8, qr.ExpiresAt);
            json.WriteNumber("ttl"u8, SecondsLeft(call, qr.ExpiresAt));
        });
    }

    public static async Task<Reply> QrStatusAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        if (deviceId is null)
        {
            return new Problem.Own(StatusCodes.Status400BadRequest, WutsErrors.Validation, "device_id is required");
        }

        var selected = await DeviceSelection.FindAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var answer = await call.Api.Actors.Device(device.Id).GetStatusAsync(call.Aborted);
        if (!answer.TryGet(out var status, out var failure))
        {
            return failure;
        }

        var shown = status.Qr is { } qr && qr.ExpiresAt > call.Api.Time.GetUtcNow() ? qr : null;
        return WutsReply.Data(json =>
        {
            json.WriteBoolean("exists"u8, shown is not null);
            json.WriteOptionalTime("generated_at"u8, shown?.GeneratedAt);
        });
    }

    public static async Task<Reply> PairCodeAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var query = call.Query();
        var refresh = query.Boolean("refresh", "force_refresh", "force_new");
        var fields = body.Fields();
        var deviceId = fields.Text(DeviceSelection.Parameter) ?? query.Text(DeviceSelection.Parameter);
        var reuse = fields.Boolean("reuse_cache");
        var phone = fields.Required("phone", AddressRules.MaxLength);
        if ((query.Problem ?? fields.Problem) is { } invalid)
        {
            return invalid;
        }

        if (!WutsInput.Addresses.TryReadNumber(phone, out var digits, out _))
        {
            return new Problem.Own(StatusCodes.Status400BadRequest, WutsErrors.Validation, "invalid phone number format");
        }

        var selected = await DeviceSelection.SelectOrCreateAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var answer = await call.Api.Actors.Device(device.Id).GetPairCodeAsync(
            PhoneNumber.Parse(digits), refresh ?? !(reuse ?? true), CodeWait, call.Aborted);
        if (!answer.TryGet(out var code, out var failure))
        {
            return failure is Failure.TimedOut
                ? new Problem.Own(
                    StatusCodes.Status500InternalServerError, WutsErrors.Internal,
                    "failed to generate pair code: timeout waiting for WhatsApp QR event")
                : failure;
        }

        return WutsReply.Data(json =>
        {
            json.WriteString("code"u8, $"{code.Code.AsSpan(0, 4)}-{code.Code.AsSpan(4)}");
            json.WriteString("phone"u8, digits);
            json.WriteNumber("expires_in"u8, SecondsLeft(call, code.ExpiresAt));
            json.WriteBoolean("cached"u8, code.FromCache);
            json.WriteString("instructions"u8, Instructions);
        });
    }

    private static long SecondsLeft(Call call, DateTimeOffset end) =>
        Math.Max(0, (long)(end - call.Api.Time.GetUtcNow()).TotalSeconds);
}
