using Microsoft.Extensions.DependencyInjection;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Grains;
using Wuts.Grains.Calls;

namespace Wuts.Cluster.Tests.Conformance;

/// <summary>Calls that take longer than their caller waits.</summary>
[Collection(GrainCollection.Name)]
public sealed class GrainDeadlineTests(GrainWorld world)
{
    [Fact]
    public async Task A_call_that_is_given_up_is_cancelled_where_it_waits()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var script = world.Server.OnIqLater("usync", async _ =>
        {
            await hold.Task.Within();
            return null;
        });
        var cancelled = world.WhenCancelledAsync(nameof(IDeviceGrain.LookUpAsync));
        var grain = world.Cluster.Client.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IDeviceGrain>(linked.Id.Value);

        var failure = await GrainCalls.AskAsync(
            token => grain.LookUpAsync(person.Jid, QueryPriority.Interactive, token),
            TimeSpan.FromMilliseconds(200),
            TimeProvider.System,
            CancellationToken.None).Failure();

        Assert.Equal(new Failure.TimedOut(), failure);
        await cancelled.Within("the call is cancelled on its silo");
        hold.SetResult();
    }
}
