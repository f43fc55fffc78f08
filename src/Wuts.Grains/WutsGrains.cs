using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Metrics;
using Wuts.Core.Stores;
using Wuts.Grains.Balancing;
using Wuts.Grains.Calls;
using Wuts.Grains.Forgetting;
using Wuts.Grains.Wire;

namespace Wuts.Grains;

/// <summary>Puts the cluster engine into a silo or a client.</summary>
public static class WutsGrains
{
    /// <summary>
    /// Adds devices, contacts and the supervisor to a silo. The host adds the rest: <see cref="DeviceServices"/>,
    /// <see cref="ContactServices"/>, <see cref="GatewayMetrics"/> and <see cref="IDeviceCatalog"/>.
    /// </summary>
    /// <param name="silo">The silo; its cluster is set up elsewhere.</param>
    /// <param name="options">How the silo keeps house.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ISiloBuilder AddWutsGrains(this ISiloBuilder silo, GrainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var services = silo.Services;
        options ??= new GrainOptions();
        options.Validate();
        services.AddWutsActors();
        services.AddSingleton(options);
        services.AddSingleton<SiloActors>();
        services.AddSingleton<DeviceMover>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, DeviceDrain>();
        services.AddSingleton<ContactRollClient>();
        silo.AddGrainService<ContactRoll>();
        services.AddSingleton<DeviceRollClient>();
        silo.AddGrainService<DeviceRoll>();
        services.AddHostedService<DeviceBalancer>();
        services.AddHostedService<MemberCheck>();
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = GrainCalls.Transport);
        services.AddSingleton<SupervisorService>();
        services.AddSingleton<ISupervision>(provider => provider.GetRequiredService<SupervisorService>());
        services.AddHostedService(provider => provider.GetRequiredService<SupervisorService>());
        return silo;
    }

    /// <summary>
    /// Keeps track of devices in a directory that outlives silos. With the default one a silo that dies takes down devices elsewhere
    /// whose entries were on it.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="directory">The name of a directory that is added to the silo.</param>
    public static ISiloBuilder FindDevicesIn(this ISiloBuilder silo, string directory)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        silo.Services.AddSingleton<IGrainPropertiesProvider>(new DevicePlace(directory));
        return silo;
    }

    /// <summary>Adds the devices and contacts of the cluster to a client.</summary>
    public static IClientBuilder AddWutsGrains(this IClientBuilder client)
    {
        ArgumentNullException.ThrowIfNull(client);
        client.Services.AddWutsActors();
        return client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = GrainCalls.Transport);
    }

    private static void AddWutsActors(this IServiceCollection services)
    {
        services.AddWutsWire();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IActors, GrainActors>();
    }
}
