using System.Text;
using System.Text.Json;
using Wuts.Core.Tenancy;
using Wuts.Simulator;

namespace Wuts.Api.Tests.EndToEnd;

/// <summary>One running gateway for the tests of a class; every test links an instance of its own.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private RunningGateway? _gateway;
    private int _tenants;

    internal SimulatorServer Server => _gateway!.WhatsApp;

    public async Task InitializeAsync() =>
        _gateway = await RunningGateway.StartAsync(new Dictionary<string, string?> { ["Wuts:Wawp:MaxInstances"] = "2" });

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }

    /// <summary>A service of the host.</summary>
    internal T Service<T>()
        where T : notnull => _gateway!.Service<T>();

    /// <summary>A new user with an instance that was created, started and scanned as a client of the Wawp dialect does it.</summary>
    internal async Task<LinkedInstance> LinkAsync(Action<Account>? prepare = null)
    {
        var number = Interlocked.Increment(ref _tenants);
        var outcome = await Service<TenantService>().RegisterAsync(
            $"Tenant {number}", $"admin{number}@example.com", "correct horse", null, CancellationToken.None);
        var token = outcome.Value!.Admin.Token;
        var client = _gateway!.Client(token);
        var created = JsonDocument.Parse((await client.PostAsync("/v2/session/create")).Text).RootElement;
        var instance = new LinkedInstance(this, client, token, created.GetProperty("instance_id").GetString()!);
        Assert.Contains("SCAN_QR_CODE", (await instance.PostAsync("session/start")).Text, StringComparison.Ordinal);
        await instance.ScanAsync(prepare);
        return instance;
    }

    /// <summary>A phone scans a code; then the device is connected.</summary>
    internal async Task ScanAsync(Account account, string qr)
    {
        PairingOutcome? outcome = null;
        await _gateway!.UntilConnectedAsync(async () => outcome = await Server.ScanAsync(account, qr));
        Assert.True(outcome!.IsLinked, outcome.Reason);
    }
}

/// <summary>An instance that is linked to an account of its own.</summary>
internal sealed class LinkedInstance(GatewayFixture gateway, ApiClient client, string token, string instanceId)
{
    public string Token { get; } = token;

    public ApiClient Client { get; } = client;

    public string InstanceId { get; } = instanceId;

    public Account Account { get; private set; } = null!;

    /// <summary>The same device in the device-profile dialect.</summary>
    public string DeviceId { get; private set; } = "";

    public Task<ApiAnswer> GetAsync(string path) => Client.GetAsync($"/v2/{path}", Add);

    public Task<ApiAnswer> PostAsync(string path) => Client.PostAsync($"/v2/{path}", null, Add);

    public Task<ApiAnswer> PutAsync(string path, string body) => Client.SendAsync(HttpMethod.Put, $"/v2/{path}", body, Add);

    public Task<ApiAnswer> ProfileAsync(string jid, string more = "") =>
        Client.GetAsync($"/wa/devices/{DeviceId}/profile?jid={Uri.EscapeDataString(jid)}{more}");

    /// <summary>A phone with an account of its own, made ready before, scans the code that is shown.</summary>
    public async Task ScanAsync(Action<Account>? prepare = null)
    {
        var qr = JsonDocument.Parse((await GetAsync("auth/qr")).Text).RootElement.GetProperty("data").GetBytesFromBase64();
        var text = JsonDocument.Parse(Encoding.UTF8.GetString(qr)).RootElement.GetProperty("value").GetString()!;
        Account = gateway.Server.Accounts.Create();
        prepare?.Invoke(Account);
        await gateway.ScanAsync(Account, text);
        var data = JsonDocument.Parse((await Client.GetAsync("/wa/devices")).Text).RootElement.GetProperty("data");
        DeviceId = data.GetProperty("devices")[0].GetProperty("device_id").GetString()!;
    }

    private void Add(HttpRequestMessage request) => request.Headers.Add("X-Instance-ID", InstanceId);
}
