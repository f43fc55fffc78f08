using System.Diagnostics;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class ThousandClientsTests
{
    private const int Count = 1000;

    [Fact]
    public async Task Thousand_clients_in_one_process_connect_lose_their_connections_and_connect_again()
    {
        await using var network = await Network.StartAsync(options => options with { EventCapacity = 64 });
        var clients = new WhatsAppClient[Count];
        await ForEachAsync(async i =>
        {
            clients[i] = network.CreateClient(configure: options => options with { FirstPreKeyBatch = 5 });
            await network.LinkAsync(clients[i], network.Server.Accounts.Create());
        });
        AssertAllConnected(network, clients);

        // A thread per client, or anything like it, would show here.
        using var process = Process.GetCurrentProcess();
        Assert.InRange(process.Threads.Count, 1, Count / 4);

        network.Server.Faults.Add(new Fault.Drop());
        await ForEachAsync(async i => await clients[i].NextDisconnectAsync<DisconnectReason.Network>());
        network.Advance(TimeSpan.FromSeconds(1));
        await ForEachAsync(async i =>
        {
            await clients[i].ConnectAsync().Within();
            await clients[i].NextAsync<WhatsAppEvent.Connected>();
            var answer = await clients[i].QueryAsync(new Node("iq", [("type", "get"), ("xmlns", "w:p")])).Within();
            Assert.Equal("result", answer["type"]);
        });

        AssertAllConnected(network, clients);
        network.AssertNothingRefused();
        await ForEachAsync(async i => await clients[i].DisposeAsync());
    }

    private static void AssertAllConnected(Network network, WhatsAppClient[] clients)
    {
        Assert.All(clients, client => Assert.Equal(WhatsAppState.Connected, client.State));
        Assert.Equal(Count, network.Server.Connections.Count(connection => connection.Stage == ConnectionStage.Active));
    }

    private static Task ForEachAsync(Func<int, Task> work) => Parallel.ForAsync(
        0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await work(i));
}
