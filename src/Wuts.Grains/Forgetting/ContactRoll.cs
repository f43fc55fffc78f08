using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Services;
using Orleans.Services;
using Wuts.Core.Devices;

namespace Wuts.Grains.Forgetting;

/// <summary>Knows, on each silo, the contacts that live there.</summary>
[Alias(ContractNames.ContactRoll)]
internal interface IContactRoll : IGrainService
{
    /// <summary>Ends the contacts of a device that live on this silo.</summary>
    [Alias("Forget")]
    Task ForgetAsync(Guid device);
}

/// <summary>The service of one silo.</summary>
internal sealed class ContactRoll(GrainId id, Silo silo, ILoggerFactory loggers, SiloActors actors)
    : GrainService(id, silo, loggers), IContactRoll
{
    /// <inheritdoc/>
    public Task ForgetAsync(Guid device) => actors.ForgetContactsAsync(new DeviceId(device));
}

/// <summary>Finds the service of a silo.</summary>
internal sealed class ContactRollClient(IServiceProvider services) : GrainServiceClient<IContactRoll>(services)
{
    /// <summary>The service of a silo.</summary>
    public IContactRoll At(SiloAddress silo) => GetGrainService(silo);
}
