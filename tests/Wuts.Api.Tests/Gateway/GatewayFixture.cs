using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Core.Tenancy;
using Wuts.Host.Composition;
using Wuts.Simulator;

namespace Wuts.Api.Tests.Gateway;

/// <summary>The whole gateway as it is run in one process, on SQLite, against a simulated WhatsApp: nothing in it is a double.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("wuts-api-tests").FullName;
    private SimulatorHost? _simulator;
    private GatewayHost? _gateway;
    private int _tenants;

    internal SimulatorServer Server => _simulator!.Server;

    internal Uri Address { get; private set; } = new("http://localhost");

    public async Task InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 7 });
        var builder = WebApplication.CreateSlimBuilder(
        [
            "--urls", "http://127.0.0.1:0",
            "--Wuts:DataDirectory", _directory,
            "--Wuts:MasterToken", ApiFixture.MasterToken,
            "--Wuts:Wawp:MaxInstances", "2",
            "--WhatsApp:Endpoint", _simulator.Endpoint.AbsoluteUri,
            "--WhatsApp:NoiseRootKey", Convert.ToHexString(_simulator.RootKey.Span),
            "--WhatsApp:MediaBaseUrl", _simulator.MediaBaseUrl.AbsoluteUri,
        ]);
        builder.Logging.ClearProviders();
        _gateway = await GatewayHost.BuildAsync(builder);
        await _gateway.App.StartAsync();
        Address = new Uri(Service<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.App.StopAsync();
            await _gateway.DisposeAsync();
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A service of the host.</summary>
    internal T Service<T>()
        where T : notnull => _gateway!.App.Services.GetRequiredService<T>();

    /// <summary>A new user with an instance that was created, started and scanned as a client of the Wawp dialect does it.</summary>
    internal async Task<LinkedInstance> LinkAsync()
    {
        var number = Interlocked.Increment(ref _tenants);
        var outcome = await Service<TenantService>().RegisterAsync(
            $"Tenant {number}", $"admin{number}@example.com", "correct horse", null, CancellationToken.None);
        var token = outcome.Value!.Admin.Token;
        var client = new ApiClient(Address, token);
        var created = JsonDocument.Parse((await client.PostAsync("/v2/session/create")).Text).RootElement;
        var instance = new LinkedInstance(this, client, token, created.GetProperty("instance_id").GetString()!);
        Assert.Contains("SCAN_QR_CODE", (await instance.PostAsync("session/start")).Text, StringComparison.Ordinal);
        await instance.ScanAsync();
        return instance;
    }

    /// <summary>Does something, and waits until a device has reached a state.</summary>
    internal async Task<T> UntilAsync<T>(DeviceState state, Func<Task<T>> act)
    {
        using var events = Service<IEventStream>().Subscribe();
        var result = await act();
        using var limit = new CancellationTokenSource(Limit);
        while (!(await events.Events.ReadAsync(limit.Token) is DeviceEvent.StateChanged changed && changed.State == state))
        {
        }

        return result;
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

    /// <summary>A phone with an account of its own scans the code that is shown.</summary>
    public async Task ScanAsync()
    {
        var qr = JsonDocument.Parse((await GetAsync("auth/qr")).Text).RootElement.GetProperty("data").GetBytesFromBase64();
        var text = JsonDocument.Parse(Encoding.UTF8.GetString(qr)).RootElement.GetProperty("value").GetString()!;
        Account = gateway.Server.Accounts.Create();
        var outcome = await gateway.UntilAsync(DeviceState.Connected, () => gateway.Server.ScanAsync(Account, text));
        Assert.True(outcome.IsLinked, outcome.Reason);
        var data = JsonDocument.Parse((await Client.GetAsync("/wa/devices")).Text).RootElement.GetProperty("data");
        DeviceId = data.GetProperty("devices")[0].GetProperty("device_id").GetString()!;
    }

    private void Add(HttpRequestMessage request) => request.Headers.Add("X-Instance-ID", InstanceId);
}
