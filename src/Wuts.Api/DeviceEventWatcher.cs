using Microsoft.Extensions.Hosting;
using Wuts.Core.Events;

namespace Wuts.Api;

/// <summary>Lets what the API remembers about devices go as soon as something happens to one.</summary>
internal sealed class DeviceEventWatcher(IEventStream events, DeviceDirectory devices) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe();
        var lost = 0L;
        while (await subscription.Events.WaitToReadAsync(stoppingToken))
        {
            var forget = subscription.Lost != lost;
            lost = subscription.Lost;
            while (subscription.Events.TryRead(out var happened))
            {
                forget |= happened is DeviceEvent.StateChanged or DeviceEvent.Paired;
            }

            if (forget)
            {
                devices.Forget();
            }
        }
    }
}
