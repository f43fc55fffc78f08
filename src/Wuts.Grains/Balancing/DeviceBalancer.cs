using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Wuts.Grains.Calls;

namespace Wuts.Grains.Balancing;

/// <summary>
/// Hands devices over to silos that have fewer, one at a time and few in a minute: each move costs a device its connection for a
/// moment. It does nothing while the membership changes, nor when a silo does not say how many devices it has.
/// </summary>
internal sealed partial class DeviceBalancer(
    IClusterMembershipService membership,
    ILocalSiloDetails local,
    DeviceRollClient rolls,
    SiloActors silo,
    DeviceMover mover,
    GrainOptions options,
    TimeProvider time,
    ILogger<DeviceBalancer> logger) : BackgroundService
{
    private static readonly TimeSpan LeastQuiet = TimeSpan.FromSeconds(10), MostQuiet = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(5);

    private MembershipVersion _version = MembershipVersion.MinValue;
    private long _changed;
    private bool _isMoving;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.MovesPerMinute == 0)
        {
            return;
        }

        var pace = TimeSpan.FromMinutes(1) / options.MovesPerMinute;
        var quiet = TimeSpan.FromTicks(Math.Clamp((pace * 3).Ticks, LeastQuiet.Ticks, MostQuiet.Ticks));
        using var timer = new PeriodicTimer(pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (IsQuiet(quiet))
                {
                    await LookAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private bool IsQuiet(TimeSpan quiet)
    {
        var version = membership.CurrentSnapshot.Version;
        if (version != _version)
        {
            _version = version;
            _changed = time.GetTimestamp();
            _isMoving = false;
        }

        return time.GetElapsedTime(_changed) >= quiet;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var counts = await CountAsync(cancellationToken);
            var target = counts.ContainsKey(local.SiloAddress) ? Balance.Target(local.SiloAddress, counts, _isMoving) : null;
            _isMoving = target is not null;
            if (target is not null && silo.PickMovable() is { } device)
            {
                await mover.MoveAsync(device, target, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is TimeoutException || GrainCalls.IsUnavailable(failure))
        {
            // A silo is going, or is too busy to take devices.
            LogNotCounted(logger, failure);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, failure);
        }
    }

    private async Task<Dictionary<SiloAddress, int>> CountAsync(CancellationToken cancellationToken)
    {
        var active = membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);
        var counts = await Task.WhenAll(active.Select(async address => KeyValuePair.Create(address, await rolls.At(address).CountAsync())))
            .WaitAsync(CountPatience, time, cancellationToken);
        return new(counts);
    }

    [LoggerMessage(2503, LogLevel.Debug, "not every silo said how many devices it has")]
    private static partial void LogNotCounted(ILogger logger, Exception failure);

    [LoggerMessage(2504, LogLevel.Error, "handing devices over failed")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
