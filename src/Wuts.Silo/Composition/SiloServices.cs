using System.Diagnostics.Metrics;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Core.Metrics;
using Wuts.Hosting.Composition;
using Wuts.Storage;

namespace Wuts.Silo.Composition;

/// <summary>What the devices and contacts of a silo work with. The container ends it all after the silo has stopped.</summary>
internal static class SiloServices
{
    /// <summary>Registers it.</summary>
    public static IServiceCollection AddSiloServices(this IServiceCollection services, HostSettings settings, ClusterSettings cluster) => services
        .AddSingleton(provider => new GatewayMetrics(
            provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>(), settings.PerDeviceMetrics))
        .AddSingleton(provider => new LeaseKeeper(
            provider.GetRequiredService<WutsStorage>().Leases,
            new LeaseOptions { Duration = cluster.LeaseDuration, RenewEvery = cluster.LeaseDuration / 4 },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<GatewayMetrics>(),
            provider.GetRequiredService<ILogger<LeaseKeeper>>()))

        // Pictures come without TLS only from a server that is itself spoken to without it, that is, from a test server.
        .AddSingleton<IPictureDownloader>(provider => new PictureDownloader(
            provider.GetRequiredService<GatewayMetrics>(), allowHttp: settings.WhatsApp.Endpoint.Scheme == "ws"))
        .AddSingleton(provider => DevicesOf(provider, settings))
        .AddSingleton(ContactsOf);

    private static DeviceServices DevicesOf(IServiceProvider provider, HostSettings settings)
    {
        var storage = provider.GetRequiredService<WutsStorage>();
        return new DeviceServices
        {
            Catalog = storage.Devices,
            Data = storage.DeviceData,
            Leases = provider.GetRequiredService<LeaseKeeper>(),
            Events = provider.GetRequiredService<IEventStream>(),
            Metrics = provider.GetRequiredService<GatewayMetrics>(),
            WhatsApp = settings.WhatsApp,
            ClientVersion = provider.GetRequiredService<NewestClientVersion>(),
            Time = provider.GetRequiredService<TimeProvider>(),
            Loggers = provider.GetRequiredService<ILoggerFactory>(),
        };
    }

    private static ContactServices ContactsOf(IServiceProvider provider) => new()
    {
        Cache = provider.GetRequiredService<WutsStorage>().ContactCache,
        Leases = provider.GetRequiredService<LeaseKeeper>(),
        Pictures = provider.GetRequiredService<IPictureDownloader>(),
        Metrics = provider.GetRequiredService<GatewayMetrics>(),
        Time = provider.GetRequiredService<TimeProvider>(),
        Loggers = provider.GetRequiredService<ILoggerFactory>(),
    };
}
