using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Wuts.Core.Devices;

namespace Wuts.Grains;

/// <summary>
/// Looks into the membership table as soon as this silo loses devices that it owns: one that hung so long was declared dead meanwhile.
/// Orleans ends it when it reads that, and otherwise it reads only now and then.
/// </summary>
internal sealed partial class MemberCheck(DeviceServices services, IClusterMembershipService membership, ILogger<MemberCheck> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.Leases.WhenLost = LookAsync;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        services.Leases.WhenLost = null;
        return Task.CompletedTask;
    }

    private async Task LookAsync()
    {
        try
        {
            await membership.Refresh();
        }
        catch (Exception failure)
        {
            LogNotRead(failure);
        }
    }

    [LoggerMessage(2701, LogLevel.Warning, "the membership table could not be read after devices were lost")]
    private partial void LogNotRead(Exception failure);
}
