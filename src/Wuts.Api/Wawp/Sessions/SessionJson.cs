using System.Text.Json;
using QRCoder;
using Wuts.Api.Http;
using Wuts.Core.Devices;

namespace Wuts.Api.Wawp.Sessions;

/// <summary>Writes instances and what links them. Contract wawp B10.</summary>
internal static class SessionJson
{
    private const string ServerName = "local";
    private const int PixelsPerModule = 6;

    /// <summary>A new instance.</summary>
    public static void WriteCreated(Utf8JsonWriter json, DeviceRecord record)
    {
        json.WriteStartObject();
        json.WriteString("instance_id", record.InstanceId.ToString());
        json.WriteString("session_name", record.Name);
        json.WriteString("server_name", ServerName);
        json.WriteString("status", WawpStatus.Of(record.State, record.Problem));
        json.WriteEndObject();
    }

    /// <summary>What came of an order.</summary>
    public static void WriteOutcome(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        json.WriteString("status", status);
        json.WriteEndObject();
    }

    /// <summary>Status and identity; the code is there only while one is shown.</summary>
    public static void WriteInfo(Utf8JsonWriter json, string name, DeviceStatus status)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("status", WawpStatus.Of(status));
        json.WriteStartObject("config");
        json.WriteStartArray("webhooks");
        json.WriteEndArray();
        json.WriteNull("proxy");
        json.WriteEndObject();
        if (status.Account is { } account)
        {
            json.WriteStartObject("me");
            json.WriteString("id", WawpAddress.Format(account));
            json.WriteNullable("pushName", status.PushName);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("me");
        }

        if (status is { State: DeviceState.Pairing, Qr: { } qr })
        {
            json.WriteBase64String("qr", Png(qr));
        }

        json.WriteEndObject();
    }

    /// <summary>The linked account; <c>null</c> when there is none.</summary>
    public static void WriteMe(Utf8JsonWriter json, DeviceStatus status)
    {
        if (status.Account is not { } account)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", WawpAddress.Format(account));
        json.WriteNullable("pushName", status.PushName);
        json.WriteNullable("platform", status.Platform);
        json.WriteNullable("lid", status.Lid);
        json.WriteEndObject();
    }

    /// <summary>A code as the text to encode, with its end in Unix milliseconds, in an envelope of Base64.</summary>
    public static void WriteRawQr(Utf8JsonWriter json, QrCode qr)
    {
        var inner = JsonBuffer.Encode(value =>
        {
            value.WriteStartObject();
            value.WriteString("value", qr.Text);
            value.WriteNumber("expiry", qr.ExpiresAt.ToUnixTimeMilliseconds());
            value.WriteEndObject();
        });
        WriteEnvelope(json, MediaTypes.Json, inner);
    }

    /// <summary>A code as a picture.</summary>
    public static void WriteQrImage(Utf8JsonWriter json, QrCode qr) => WriteEnvelope(json, "image/png", Png(qr));

    /// <summary>A code to be typed, in two halves as the phone shows it.</summary>
    public static void WritePairCode(Utf8JsonWriter json, PairCode code)
    {
        var half = code.Code.Length / 2;
        json.WriteStartObject();
        json.WriteString("code", $"{code.Code[..half]}-{code.Code[half..]}");
        json.WriteEndObject();
    }

    private static void WriteEnvelope(Utf8JsonWriter json, string mediaType, byte[] data)
    {
        json.WriteStartObject();
        json.WriteString("mimetype", mediaType);
        json.WriteBase64String("data", data);
        json.WriteEndObject();
    }

    private static byte[] Png(QrCode qr)
    {
        using var data = QRCodeGenerator.GenerateQrCode(qr.Text, QRCodeGenerator.ECCLevel.L);
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(PixelsPerModule);
    }
}
