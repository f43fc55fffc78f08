using System.Diagnostics.Metrics;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Metrics;
using Wuts.Hosting.Composition;
using Wuts.Storage;
using Wuts.WhatsApp;

namespace Wuts.Host.Composition;

/// <summary>
/// The devices and contacts of this process: the local engine and what it works with, from the start of the host to its end. The
/// API is stopped before it, the database is closed after it.
/// </summary>
internal sealed class LocalGateway : IHostedService, ISupervision, IAsyncDisposable
{
    private readonly GatewayMetrics _metrics;
    private readonly LeaseKeeper _leases;
    private readonly PictureDownloader _pictures;
    private readonly DeviceSupervisor _supervisor;
    private int _stopped;

    public LocalGateway(
        WutsStorage storage, HostSettings settings, NewestClientVersion version, IEventStream events, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers)
    {
        _metrics = new GatewayMetrics(meters, time, settings.PerDeviceMetrics);
        _leases = new LeaseKeeper(storage.Leases, new LeaseOptions(), time, _metrics, loggers.CreateLogger<LeaseKeeper>());

        // Pictures come without TLS only from a server that is itself spoken to without it, that is, from a test server.
        _pictures = new PictureDownloader(_metrics, allowHttp: settings.WhatsApp.Endpoint.Scheme == "ws");
        Engine = new LocalEngine(
            new DeviceServices
            {
                Catalog = storage.Devices,
                Data = storage.DeviceData,
                Leases = _leases,
                Events = events,
                Metrics = _metrics,
                WhatsApp = settings.WhatsApp,
                ClientVersion = version,
                Time = time,
                Loggers = loggers,
            },
            new ContactServices
            {
                Cache = storage.ContactCache,
                Leases = _leases,
                Pictures = _pictures,
                Metrics = _metrics,
                Time = time,
                Loggers = loggers,
            });
        _supervisor = new DeviceSupervisor(
            storage.Devices, Engine, new SupervisorOptions(), time, SharedRandomSource.Instance, loggers.CreateLogger<DeviceSupervisor>());
    }

    /// <inheritdoc/>
    public SupervisorState State => _supervisor.State;

    /// <summary>A gateway that runs everything in this process.</summary>
    public static GatewayParts Parts { get; } = new() { AddEngine = AddToAsync };

    /// <summary>The engine.</summary>
    public LocalEngine Engine { get; }

    /// <summary>Connects the devices that should be connected, now and whenever one has lost its owner.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _supervisor.Start();
        return Task.CompletedTask;
    }

    /// <summary>Closes every connection and gives every lease back, so that the next process need not wait.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        await _supervisor.DisposeAsync();
        await Engine.DisposeAsync();
        await _leases.DisposeAsync();
        _pictures.Dispose();
        _metrics.Dispose();
    }

    private static Task AddToAsync(WebApplicationBuilder builder, HostSettings settings, CancellationToken cancellationToken)
    {
        builder.Services
            .AddSingleton<LocalGateway>()
            .AddSingleton<ISupervision>(provider => provider.GetRequiredService<LocalGateway>())
            .AddSingleton<IActors>(provider => provider.GetRequiredService<LocalGateway>().Engine)
            .AddHostedService(provider => provider.GetRequiredService<LocalGateway>());
        return Task.CompletedTask;
    }
}
