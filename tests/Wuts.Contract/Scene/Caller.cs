using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuts.Contract.Http;
using Wuts.Simulator;

namespace Wuts.Contract.Scene;

/// <summary>A user of the gateway who knows nothing of it but its address and a token: everything goes over HTTP.</summary>
public sealed class Caller(Uri address, string token, string userId, string tenantId)
{
    public Uri Address => address;

    public string Token => token;

    public string UserId => userId;

    public string TenantId => tenantId;

    public ApiClient Http { get; } = new(address, token);

    /// <summary>The device that was created last.</summary>
    public string DeviceId { get; private set; } = "";

    /// <summary>Its id in the Wawp dialect, when it was created there.</summary>
    public string InstanceId { get; private set; } = "";

    /// <summary>Registers a tenant; its first user is the caller.</summary>
    public static async Task<Caller> RegisterAsync(Uri address, string masterToken, string name)
    {
        var answer = await new ApiClient(address, masterToken).PostAsync("/register", new JsonObject
        {
            ["tenant_name"] = name,
            ["email"] = $"admin@{name.ToLowerInvariant()}.example",
            ["password"] = $"pass-of-{name}",
        }.ToJsonString());
        var body = Json(answer, HttpStatusCode.Created);
        return new Caller(address, body.Text("token"), body.Text("user", "id"), body.Text("tenant", "id"));
    }

    /// <summary>Another user of the tenant.</summary>
    public async Task<Caller> AddUserAsync(string role, string name)
    {
        var body = Json(
            await Http.PostAsync("/users", $$"""{"email":"{{name}}@users.example","password":"pass-of-{{name}}","role":"{{role}}"}"""),
            HttpStatusCode.Created);
        return new Caller(address, body.Text("user", "token"), body.Text("user", "id"), body.Text("user", "tenant_id"));
    }

    /// <summary>The same user at the address that the gateway has after a new start.</summary>
    public Caller At(Uri now) => new(now, token, userId, tenantId) { DeviceId = DeviceId, InstanceId = InstanceId };

    /// <summary>Creates a device.</summary>
    public async Task<string> CreateDeviceAsync(string name = "Sales WhatsApp") =>
        DeviceId = Json(await Http.PostAsync("/devices", $$"""{"name":"{{name}}"}"""), HttpStatusCode.Created).Text("device", "id");

    /// <summary>Creates a device in the Wawp dialect, the only one that tells its instance id.</summary>
    public async Task CreateInstanceAsync()
    {
        InstanceId = Json(await Http.PostAsync("/v2/session/create")).Text("instance_id");
        var devices = Json(await Http.GetAsync("/devices")).GetProperty("devices");
        DeviceId = devices[devices.GetArrayLength() - 1].Text("id");
    }

    /// <summary>Asks in the Wawp dialect.</summary>
    public Task<ApiAnswer> V2Async(string path) =>
        Http.GetAsync($"/v2/{path}", request => request.Headers.Add("X-Instance-ID", InstanceId));

    /// <summary>Asks for a QR; the phone scans it.</summary>
    public async Task ScanAsync(SimulatorServer whatsApp, Account account)
    {
        var qr = Json(await Http.GetAsync($"/qr?device_id={DeviceId}")).Text("data", "qr_code");
        var outcome = await whatsApp.ScanAsync(account, qr).WaitAsync(Eventually.Limit);
        Assert.True(outcome.IsLinked, outcome.Reason);
        await UntilConnectedAsync();
    }

    /// <summary>Asks for a code; the person types it.</summary>
    public async Task TypeAsync(SimulatorServer whatsApp, Account account)
    {
        var body = Json(await Http.PostAsync("/paircode", $$"""{"phone":"{{account.Phone}}","device_id":"{{DeviceId}}"}"""));
        var outcome = await whatsApp.TypeCodeAsync(account, body.Text("data", "code")).WaitAsync(Eventually.Limit);
        Assert.True(outcome.IsLinked, outcome.Reason);
        await UntilConnectedAsync();
    }

    /// <summary>Waits until the device is connected.</summary>
    public Task UntilConnectedAsync() => Eventually.IsAsync(
        async () => (await Http.GetAsync($"/status?device_id={DeviceId}")).Text,
        text => text.Contains("\"status\":\"connected\"", StringComparison.Ordinal));

    /// <summary>Waits until the address book has so many entries.</summary>
    public Task UntilContactsAsync(int count) => Eventually.IsAsync(
        async () => (await Http.GetAsync($"/contacts?device_id={DeviceId}")).Text,
        text => text.Contains($"\"count\":{count},", StringComparison.Ordinal));

    /// <summary>The body of an answer that must be good.</summary>
    public static JsonElement Json(ApiAnswer answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        Assert.True(answer.Status == status, $"{answer.Status}: {answer.Text}");
        return JsonDocument.Parse(answer.Text).RootElement;
    }
}

/// <summary>Short ways into JSON.</summary>
public static class JsonPaths
{
    /// <summary>The text at a path of names.</summary>
    public static string Text(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            json = json.GetProperty(name);
        }

        return json.GetString()!;
    }
}
