using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Wawp.Sessions;

/// <summary>The life of instances. Every order may be given again. Contract wawp B10.</summary>
internal sealed class SessionEndpoints(WawpOptions options)
{
    /// <summary>How long an order waits for WhatsApp; what it began goes on afterwards.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    /// <summary><c>POST /v2/session/create</c>: an instance that is not started.</summary>
    public async Task<Reply> CreateAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        if (parameters.Problem is { } problem)
        {
            return problem;
        }

        if (options.MaxInstances is { } most && (await call.Api.Catalog.ListAsync(call.User.Id, call.Aborted)).Count >= most)
        {
            return new Problem.Own(403, "limit_reached", "Quota or limit of instances reached.");
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"wawp-{RandomNumberGenerator.GetInt32(10_000_000, 100_000_000)}");
        var record = await call.Api.Registry.CreateAsync(call.User, name, call.Aborted);
        call.Api.Devices.Forget();
        return Reply.Json(json => SessionJson.WriteCreated(json, record));
    }

    /// <summary><c>/v2/session/start</c>: connects a linked instance; one that is not linked shows a code.</summary>
    public static Task<Reply> StartAsync(Call call) => OrderAsync(call, StartAsync);

    /// <summary><c>/v2/session/stop</c>: ends the connection and keeps the link.</summary>
    public static Task<Reply> StopAsync(Call call) => OrderAsync(call, instance => instance.Device.DisconnectAsync(instance.Aborted));

    /// <summary><c>/v2/session/restart</c>: stop and start.</summary>
    public static Task<Reply> RestartAsync(Call call) => OrderAsync(call, async instance =>
        (await instance.Device.DisconnectAsync(instance.Aborted)).TryGet(out _, out var failure) ? await StartAsync(instance) : failure);

    /// <summary><c>/v2/session/logout</c>: ends the link; the instance stays, and shows a code.</summary>
    public static Task<Reply> LogoutAsync(Call call) => OrderAsync(call, async instance =>
    {
        if (!(await instance.Device.GetStatusAsync(instance.Aborted)).TryGet(out var status, out var failure))
        {
            return failure;
        }

        if (status.IsLinked)
        {
            // Only a connected device can tell WhatsApp that it is no longer one.
            if (!status.IsConnected && !(await instance.Device.ConnectAsync(Wait, instance.Aborted)).TryGet(out _, out failure))
            {
                return failure;
            }

            if (!(await instance.Device.LogoutAsync(instance.Aborted)).TryGet(out _, out failure))
            {
                return failure;
            }
        }

        return await StartAsync(instance);
    });

    /// <summary><c>DELETE /v2/session/delete</c>: for good.</summary>
    public static async Task<Reply> DeleteAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await Instance.RunAsync(call, parameters, needsWorking: false, allowDeleted: true, async instance =>
        {
            var isThere = instance.Record.DestroyedAt is null;
            if (isThere && !(await instance.Device.DestroyAsync(instance.Aborted)).TryGet(out _, out var failure))
            {
                return failure;
            }

            call.Api.Devices.Forget();
            return Reply.Json(json => SessionJson.WriteOutcome(json, WawpStatus.Stopped));
        });
    }

    /// <summary><c>/v2/session/info</c>: answers in every status.</summary>
    public static Task<Reply> GetInfoAsync(Call call) => ReadAsync(call, (json, instance, status) =>
        SessionJson.WriteInfo(json, instance.Record.Name, status));

    /// <summary><c>GET /v2/session/me</c>: the linked account.</summary>
    public static Task<Reply> GetMeAsync(Call call) => ReadAsync(call, (json, _, status) => SessionJson.WriteMe(json, status));

    private static async Task<Answer<DeviceStatus>> StartAsync(Instance instance)
    {
        if (!(await instance.Device.GetStatusAsync(instance.Aborted)).TryGet(out var status, out var failure))
        {
            return failure;
        }

        if (status.IsLinked)
        {
            return status.IsConnected ? status : await instance.Device.ConnectAsync(TimeSpan.Zero, instance.Aborted);
        }

        // A code that is late is not an error: the pairing goes on, and the code can be asked for.
        var qr = await instance.Device.GetQrAsync(refresh: false, Wait, instance.Aborted);
        return qr.Failure is null or Failure.TimedOut ? await instance.Device.GetStatusAsync(instance.Aborted) : qr.Failure;
    }

    private static async Task<Reply> OrderAsync(Call call, Func<Instance, Task<Answer<DeviceStatus>>> order)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await order(instance)).TryGet(out var status, out var failure)
                ? Reply.Json(json => SessionJson.WriteOutcome(json, WawpStatus.Of(status)))
                : failure);
    }

    private static async Task<Reply> ReadAsync(Call call, Action<Utf8JsonWriter, Instance, DeviceStatus> write)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await instance.Device.GetStatusAsync(instance.Aborted)).TryGet(out var status, out var failure)
                ? Reply.Json(json => write(json, instance, status))
                : failure);
    }
}
