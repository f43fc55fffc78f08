using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Simulator;

public class ManyClientsTests
{
    [Fact]
    public async Task A_thousand_devices_are_connected_and_each_gets_its_own_stanza()
    {
        const int count = 1000;
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { RequirePreKeys = false, EventCapacity = 64 });
        var clients = new TestClient[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var device = new TestDevice();
            await TestClient.LinkAsync(simulator, simulator.Server.Accounts.Create(), device);
            clients[i] = await TestClient.LoginAsync(simulator, device);
            await clients[i].GoActiveAsync();
        });

        Assert.Equal(count, simulator.Server.Connections.Count(connection => connection.Stage == ConnectionStage.Active));
        foreach (var account in simulator.Server.Accounts.All)
        {
            simulator.Server.Push(
                account, new Node("notification", [("from", Jid.WhatsApp), ("id", account.Phone), ("type", "server_sync"), ("t", 1)]));
        }

        var received = new HashSet<string>();
        foreach (var client in clients)
        {
            var stanza = await client.ReceiveAsync("notification");
            Assert.True(received.Add(stanza["id"]!));
            await client.AckAsync(stanza);
            await client.AskAsync("get", "w:p");
            await client.DisposeAsync();
        }

        Assert.Empty(simulator.Server.Refusals);
        Assert.All(simulator.Server.Accounts.All, account => Assert.Equal(0, account.Devices[0].QueuedStanzas));
    }
}
