using Wuts.Simulator;

namespace Wuts.Api.Tests.Live;

/// <summary>The process dies in the middle of its work.</summary>
public sealed class KillTests
{
    [Fact]
    [Statement("wawp B5", "The write is durable before it is answered: a killed process loses nothing that it has acknowledged.")]
    public async Task A_killed_process_loses_nothing_that_it_acknowledged()
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 9 });
        var world = LiveWorld.Create(simulator.Server);
        var directory = Directory.CreateTempSubdirectory("wuts-kill-").FullName;
        try
        {
            Caller caller;
            AcknowledgedWrites writes;
            await using (var first = await GatewayProcess.StartAsync(simulator, directory))
            {
                caller = await Caller.RegisterAsync(first.Address, GatewayProcess.MasterToken, "Acme");
                await caller.CreateInstanceAsync();
                await caller.ScanAsync(simulator.Server, world.Account);
                await caller.UntilContactsAsync(2);
                writes = new AcknowledgedWrites(caller);
                var running = writes.RunAsync(world.Joao.Phone);
                await Task.WhenAny(writes.EnoughWritten, running).WaitAsync(Eventually.Limit);
                Assert.True(writes.EnoughWritten.IsCompleted, "Writing ended before the process did.");
                await first.KillAsync();
                await running.WaitAsync(Eventually.Limit);
            }

            await using var second = await GatewayProcess.StartAsync(simulator, directory);
            var after = caller.At(second.Address);

            // The lease of the dead process runs out first; then the device connects by itself.
            await after.UntilConnectedAsync();
            await writes.AssertThereAsync(after);
            Assert.Empty(simulator.Server.Refusals);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
