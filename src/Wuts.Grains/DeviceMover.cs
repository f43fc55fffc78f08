using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Metrics;

namespace Wuts.Grains;

/// <summary>Moves a device of this silo to another one: it ends here, and is woken there.</summary>
internal sealed partial class DeviceMover(IActors actors, GatewayMetrics metrics, TimeProvider time, ILogger<DeviceMover> logger)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WakePatience = TimeSpan.FromSeconds(5);

    /// <summary>Moves it. Whatever goes wrong in between, a supervisor finds it without an owner. One that need not be connected only ends.</summary>
    public async Task MoveAsync(DeviceGrain grain, SiloAddress target, CancellationToken cancellationToken)
    {
        var id = new DeviceId(grain.GetPrimaryKey());
        var isNeeded = grain.IsNeeded;
        await grain.LeaveAsync().WaitAsync(EndPatience, time, cancellationToken);
        if (!isNeeded)
        {
            return;
        }

        RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
        var woken = await actors.Device(id).WakeAsync(cancellationToken).WaitAsync(WakePatience, time, cancellationToken);
        metrics.DeviceHandedOver(woken.Failure is null);
        if (woken.Failure is { } failure)
        {
            LogNotWoken(logger, id, target, failure.GetType().Name);
        }
        else
        {
            LogMoved(logger, id, target);
        }
    }

    [LoggerMessage(2501, LogLevel.Information, "{Device}: moved to {Silo}")]
    private static partial void LogMoved(ILogger logger, DeviceId device, SiloAddress silo);

    [LoggerMessage(2502, LogLevel.Warning, "{Device}: given up here and not woken on {Silo}: {Failure}; a supervisor will wake it")]
    private static partial void LogNotWoken(ILogger logger, DeviceId device, SiloAddress silo, string failure);
}
