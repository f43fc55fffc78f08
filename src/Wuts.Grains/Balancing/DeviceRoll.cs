using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Services;
using Orleans.Services;
using Wuts.Core.Devices;

namespace Wuts.Grains.Balancing;

/// <summary>Knows, on each silo, how many devices it owns.</summary>
[Alias(ContractNames.DeviceRoll)]
internal interface IDeviceRoll : IGrainService
{
    /// <summary>How many devices this silo holds the lease of.</summary>
    [Alias("Count")]
    Task<int> CountAsync();
}

/// <summary>The service of one silo.</summary>
internal sealed class DeviceRoll(GrainId id, Silo silo, ILoggerFactory loggers, DeviceServices services)
    : GrainService(id, silo, loggers), IDeviceRoll
{
    /// <inheritdoc/>
    public Task<int> CountAsync() => Task.FromResult(services.Leases.Count);
}

/// <summary>Finds the service of a silo.</summary>
internal sealed class DeviceRollClient(IServiceProvider services) : GrainServiceClient<IDeviceRoll>(services)
{
    /// <summary>The service of a silo.</summary>
    public IDeviceRoll At(SiloAddress silo) => GetGrainService(silo);
}
