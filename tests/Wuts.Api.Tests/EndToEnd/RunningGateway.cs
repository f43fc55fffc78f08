using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Host.Composition;
using Wuts.Hosting.Composition;
using Wuts.Simulator;

namespace Wuts.Api.Tests.EndToEnd;

/// <summary>
/// The real host on a free loopback port, with SQLite in a directory of its own and a simulated WhatsApp. It can be stopped and
/// started again on what it has stored.
/// </summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    public const string MasterToken = "the-operators-token";

    /// <summary>For everything that a test waits for: machines may be slow, hanging must end.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly SimulatorHost _simulator;
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private GatewayHost? _host;

    private RunningGateway(SimulatorHost simulator, IReadOnlyDictionary<string, string?>? settings)
    {
        _simulator = simulator;
        _settings = settings ?? new Dictionary<string, string?>();
    }

    /// <summary>Where the host keeps what it stores.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("wuts-test-").FullName;

    /// <summary>The simulated WhatsApp.</summary>
    public SimulatorServer WhatsApp => _simulator.Server;

    /// <summary>Everything that the host logs.</summary>
    public CapturedLog Log { get; } = new();

    public Uri Address { get; private set; } = new("http://localhost");

    public IServiceProvider Services => _host!.App.Services;

    public IEventStream Events => Service<IEventStream>();

    /// <summary>Every path that the host answers.</summary>
    public IEnumerable<RouteEndpoint> Routes => Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public ApiClient Master => new(Address, MasterToken);

    /// <summary>Starts everything.</summary>
    /// <param name="settings">Settings of the host besides those that every test needs.</param>
    public static async Task<RunningGateway> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var gateway = new RunningGateway(await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 5 }), settings);
        await gateway.StartHostAsync();
        return gateway;
    }

    /// <summary>Settings for an empty PostgreSQL database, in place of SQLite.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> OnPostgresAsync() => new Dictionary<string, string?>
    {
        ["Wuts:Storage"] = "postgres",
        ["Wuts:ConnectionString"] = await (await PostgresServer.GetAsync()).CreateDatabaseAsync(),
    };

    /// <summary>Ends the process in an orderly way and starts another one on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopHostAsync();
        await StartHostAsync();
    }

    /// <summary>A service of the host.</summary>
    public T Service<T>()
        where T : notnull => _host!.App.Services.GetRequiredService<T>();

    /// <summary>A caller with a token.</summary>
    public ApiClient Client(string token) => new(Address, token);

    /// <summary>Does something and waits until the device says that it happened.</summary>
    public async Task<TEvent> AfterAsync<TEvent>(Func<Task> act, Func<TEvent, bool>? which = null)
        where TEvent : DeviceEvent
    {
        using var events = Events.Subscribe();
        await act();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (true)
            {
                if (await events.Events.ReadAsync(limit.Token) is TEvent happened && (which is null || which(happened)))
                {
                    return happened;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{typeof(TEvent).Name} did not happen.");
        }
    }

    /// <summary>Does something and waits until a device is connected.</summary>
    public Task UntilConnectedAsync(Func<Task> act) =>
        AfterAsync<DeviceEvent.StateChanged>(act, changed => changed.State == DeviceState.Connected);

    public async ValueTask DisposeAsync()
    {
        await StopHostAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task StartHostAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Wuts:DataDirectory"] = DataDirectory,
            ["Wuts:MasterToken"] = MasterToken,
            ["WhatsApp:Endpoint"] = _simulator.Endpoint.ToString(),
            ["WhatsApp:NoiseRootKey"] = Convert.ToHexString(_simulator.RootKey.Span),
            ["WhatsApp:MediaBaseUrl"] = _simulator.MediaBaseUrl.ToString(),
        }).AddInMemoryCollection(_settings);
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
        _host = await GatewayHost.BuildAsync(builder, LocalGateway.Parts);
        await _host.App.StartAsync();
        Address = new Uri(_host.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    private async Task StopHostAsync()
    {
        if (_host is not null)
        {
            await _host.App.StopAsync();
            await _host.DisposeAsync();
        }
    }
}
