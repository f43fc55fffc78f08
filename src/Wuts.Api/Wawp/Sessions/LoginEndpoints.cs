using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp.Sessions;

/// <summary>
/// What links an instance to a phone: a code to scan or to type. Only in the status <c>SCAN_QR_CODE</c>. Contract wawp B10.
/// </summary>
internal static class LoginEndpoints
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    /// <summary><c>/v2/auth/qr</c>: the text of the code.</summary>
    public static async Task<Reply> GetQrAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var asImage = parameters.OneOf("format", "raw", "raw", "image") == "image";
        return await ReplyAsync(call, parameters, asImage ? SessionJson.WriteQrImage : SessionJson.WriteRawQr);
    }

    /// <summary><c>/v2/auth/qr-image</c>: the code as a picture.</summary>
    public static async Task<Reply> GetQrImageAsync(Call call) =>
        await ReplyAsync(call, await WawpParameters.ReadAsync(call), SessionJson.WriteQrImage);

    /// <summary><c>POST /v2/auth/request-code</c>: a code to be typed on the phone with the given number.</summary>
    public static async Task<Reply> RequestCodeAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var text = parameters.Required("phone_number");
        PhoneNumber phone = default;
        var valid =
            WawpAddress.Rules.TryReadNumber(text, out var digits, out var reason) && PhoneNumber.TryParse(digits, out phone, out reason);
        if (!valid && text.Length > 0)
        {
            parameters.Problems.Add("phone_number", $"phone_number is not acceptable: {reason}");
        }

        return await WhileScanningAsync(call, parameters, async device =>
            (await device.GetPairCodeAsync(phone, refresh: false, Wait, call.Aborted)).TryGet(out var code, out var failure)
                ? Reply.Json(json => SessionJson.WritePairCode(json, code))
                : failure);
    }

    private static Task<Reply> ReplyAsync(Call call, WawpParameters parameters, Action<Utf8JsonWriter, QrCode> write) =>
        WhileScanningAsync(call, parameters, async device =>
            (await device.GetQrAsync(refresh: false, Wait, call.Aborted)).TryGet(out var qr, out var failure)
                ? Reply.Json(json => write(json, qr))
                : failure);

    private static Task<Reply> WhileScanningAsync(Call call, WawpParameters parameters, Func<IDevice, Task<Reply>> act) =>
        Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            if (!(await instance.Device.GetStatusAsync(instance.Aborted)).TryGet(out var status, out var failure))
            {
                return failure;
            }

            return status.State == DeviceState.Pairing
                ? await act(instance.Device)
                : new Problem.Own(400, "invalid_parameter", $"The session status is {WawpStatus.Of(status)}, not {WawpStatus.ScanQrCode}.");
        });
}
