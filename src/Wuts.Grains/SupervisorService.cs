using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Wuts.Core.Engine;
using Wuts.Core.Stores;
using Wuts.WhatsApp;

namespace Wuts.Grains;

/// <summary>
/// Wakes the devices that nobody owns, once the silo has started and until it is told to stop. Every silo has one, so that a device
/// does not depend on the silo that had it before; the lease decides who gets it. When a silo is dead it looks at once; one that leaves
/// moves its devices by itself before.
/// </summary>
internal sealed class SupervisorService(
    IDeviceCatalog catalog,
    IActors actors,
    IClusterMembershipService membership,
    GrainOptions options,
    TimeProvider time,
    ILogger<DeviceSupervisor> logger)
    : IHostedService, ISupervision, IAsyncDisposable
{
    private readonly DeviceSupervisor _supervisor = new(catalog, actors, options.Supervisor, time, SharedRandomSource.Instance, logger);
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private int _stopped;

    /// <inheritdoc/>
    public SupervisorState State => _supervisor.State;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _supervisor.Start();
        _watching = WatchAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _stop.CancelAsync();
            await _watching;
            await _supervisor.DisposeAsync();
            _stop.Dispose();
        }
    }

    private async Task WatchAsync()
    {
        var known = membership.CurrentSnapshot;
        try
        {
            await foreach (var members in membership.MembershipUpdates.WithCancellation(_stop.Token))
            {
                if (members.Version > known.Version && members.CreateUpdate(known).Changes.Any(silo => silo.Status == SiloStatus.Dead))
                {
                    _supervisor.LookNow();
                }

                known = members;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
