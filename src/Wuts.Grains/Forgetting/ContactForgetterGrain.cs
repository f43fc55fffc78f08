using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using Wuts.Core.Devices;
using Wuts.Grains.Calls;

namespace Wuts.Grains.Forgetting;

/// <summary>Asks the service of every silo that may have contacts of the device.</summary>
[GrainType(ContractNames.ContactForgetter)]
[StatelessWorker]
internal sealed partial class ContactForgetterGrain(
    ContactRollClient rolls, IClusterMembershipService membership, ILogger<ContactForgetterGrain> logger) : Grain, IContactForgetterGrain
{
    /// <inheritdoc/>
    public Task ForgetAsync()
    {
        var silos = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping)
            .Select(member => member.SiloAddress);
        return Task.WhenAll(silos.Select(ForgetAsync));
    }

    private async Task ForgetAsync(SiloAddress silo)
    {
        var device = this.GetPrimaryKey();
        try
        {
            await rolls.At(silo).ForgetAsync(device);
        }
        catch (Exception failure) when (GrainCalls.IsUnavailable(failure) || failure is TimeoutException)
        {
            // It is on its way out, and so are the contacts on it.
            LogNotReached(logger, new DeviceId(device), silo.ToString(), failure);
        }
    }

    [LoggerMessage(2301, LogLevel.Warning, "{Device}: silo {Silo} could not be told to forget its contacts")]
    private static partial void LogNotReached(ILogger logger, DeviceId device, string silo, Exception failure);
}
