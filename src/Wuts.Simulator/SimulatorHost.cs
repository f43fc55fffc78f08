using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Wuts.Simulator.Control;
using Wuts.Simulator.Media;
using Wuts.Simulator.Pictures;
using Wuts.Simulator.Transport;

namespace Wuts.Simulator;

/// <summary>
/// The simulator inside another process: a server on Kestrel that starts on a free port and is gone when it is disposed.
/// </summary>
/// <example>
/// <code>
/// await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 1 });
/// var account = simulator.Server.Accounts.Create();
/// // connect a client to simulator.Endpoint with simulator.RootKey, take its QR, and then:
/// var outcome = await simulator.Server.ScanAsync(account, qr);
/// </code>
/// </example>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SimulatorHost(WebApplication app, SimulatorServer server, Uri address)
    {
        _app = app;
        Server = server;
        BaseAddress = address;
        Endpoint = new UriBuilder(address) { Scheme = "ws", Path = ChatEndpoint.Path }.Uri;
        MediaBaseUrl = new Uri(address, MediaEndpoint.Path);
        server.PublicAddress = SimulatorServer.ToPublicAddress(address.ToString());
    }

    /// <summary>The scripting surface.</summary>
    public SimulatorServer Server { get; }

    /// <summary>Where clients connect, such as <c>ws://127.0.0.1:41234/ws/chat</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>Where media are served.</summary>
    public Uri MediaBaseUrl { get; }

    /// <summary>Root of the control API, such as <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The key that clients must trust: 32 bytes.</summary>
    public ReadOnlyMemory<byte> RootKey => Server.RootKey;

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SimulatorOptions();
        var server = new SimulatorServer(options);

        // An empty builder reads no configuration and no environment: a test gets what its options say and nothing else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.WebHost.UseKestrelCore().UseUrls(options.Url);
        AddSimulator(builder);
        var app = builder.Build();
        try
        {
            MapSimulator(app, server);
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            server.Dispose();
            await app.DisposeAsync();
            throw;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new SimulatorHost(app, server, new Uri(address));
    }

    /// <summary>Ends every connection and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal static void AddSimulator(WebApplicationBuilder builder)
    {
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => ControlJson.Configure(json.SerializerOptions));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 << 20;
            kestrel.Limits.MaxConcurrentUpgradedConnections = null;
        });
    }

    internal static void MapSimulator(WebApplication app, SimulatorServer server)
    {
        app.Use(ControlErrors.HandleAsync);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.MapChat(server);
        app.MapMedia(server);
        app.MapBlobs(server);
        app.MapPictures(server);
        app.MapControl(server);
    }
}
