using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wuts.Core.Engine;
using Wuts.Core.Stores;
using Wuts.WhatsApp;

namespace Wuts.Grains;

/// <summary>
/// Wakes the devices that nobody owns, once the silo has started and until it is told to stop. Every silo has one, so that a device
/// does not depend on the silo that had it before; the lease decides who gets it.
/// </summary>
internal sealed class SupervisorService(
    IDeviceCatalog catalog, IActors actors, SupervisorOptions options, TimeProvider time, ILogger<DeviceSupervisor> logger)
    : IHostedService, ISupervision, IAsyncDisposable
{
    private readonly DeviceSupervisor _supervisor = new(catalog, actors, options, time, SharedRandomSource.Instance, logger);
    private int _stopped;

    /// <inheritdoc/>
    public SupervisorState State => _supervisor.State;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _supervisor.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _supervisor.DisposeAsync();
        }
    }
}
