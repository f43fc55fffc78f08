using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Wuts.Grains;

/// <summary>
/// Moves every device to another silo when this one stops, few at a time, so that each is away for a moment only and answers until
/// then: as soon as the others know that the silo is leaving, and whatever the device is busy with. What has not moved in time is
/// given up, and woken by whichever supervisor finds it.
/// </summary>
internal sealed partial class DeviceDrain(
    SiloActors silo,
    DeviceMover mover,
    IClusterMembershipService membership,
    ILocalSiloDetails local,
    TimeProvider time,
    ILogger<DeviceDrain> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>How many devices move at the same time.</summary>
    public const int Parallelism = 32;

    // Of the time that a process has to stop, the rest is for closing what is left.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Longer than writing one row takes.
    private static readonly TimeSpan LeavingPatience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);

        // Orleans says in the same stage that the silo is leaving, and ends all activations in the next one.
        lifecycle.Subscribe(nameof(DeviceDrain), ServiceLifecycleStage.BecomeActive, _ => Task.CompletedTask, MoveAllAsync);
        lifecycle.Subscribe(nameof(DeviceDrain), ServiceLifecycleStage.GrainDeactivation, _ => Task.CompletedTask, StopAllAsync);
    }

    private async Task MoveAllAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await WhenLeavingAsync(either.Token).WaitAsync(LeavingPatience, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var next = Random.Shared.Next();
        var devices = silo.DeviceGrains;
        await Parallel.ForEachAsync(
            devices,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = either.Token },
            async (device, token) =>
            {
                // Others may stop at the same time; where all do, nothing is left to move to.
                var others = Others();
                if (others.Count == 0)
                {
                    return;
                }

                try
                {
                    await mover.MoveAsync(device, others[(int)((uint)Interlocked.Increment(ref next) % (uint)others.Count)], token);
                }
                catch (Exception failure) when (!token.IsCancellationRequested)
                {
                    LogNotMoved(logger, device.GetPrimaryKey(), failure);
                }
            }).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LogMoved(logger, devices.Count - silo.DeviceGrains.Count, devices.Count);
    }

    private List<SiloAddress> Others() => [.. membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(local.SiloAddress))
        .Select(member => member.SiloAddress)];

    /// <summary>Orleans by itself would wait until the calls to a device have been answered.</summary>
    private Task StopAllAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        silo.DeviceGrains,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (device, token) => await device.StopAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));

    // Until then others may place a device here that has just left.
    private async Task WhenLeavingAsync(CancellationToken cancellationToken)
    {
        await foreach (var members in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            if (members.GetSiloStatus(local.SiloAddress) != SiloStatus.Active)
            {
                return;
            }
        }
    }

    [LoggerMessage(2601, LogLevel.Information, "the silo stops: {Moved} of {Count} devices have moved to others")]
    private static partial void LogMoved(ILogger logger, int moved, int count);

    [LoggerMessage(2602, LogLevel.Warning, "{Device}: not moved; a supervisor will wake it")]
    private static partial void LogNotMoved(ILogger logger, Guid device, Exception failure);
}
