using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Tests.Transport;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class OfflineTests
{
    [Fact]
    public async Task What_waited_is_announced_delivered_and_acknowledged()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.DisconnectAsync().Within();
        for (var i = 0; i < 250; i++)
        {
            network.Server.Push(account, Notification($"off{i}"));
        }

        await client.ConnectAsync().Within();
        var preview = await client.NextOfflinePreviewAsync(250);
        await client.NextAsync<WhatsAppEvent.OfflineCompleted>();

        Assert.Equal((250, 0, 250, 0), (preview.Total, preview.Messages, preview.Notifications, preview.Receipts));
        await network.AcknowledgedAsync("notification off249");
        Assert.Equal(0, account.Devices[0].MissingAcks);
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Next_part_is_asked_for_each_time_a_hundred_stanzas_were_handled()
    {
        await using var fixture = new ConnectionFixture();
        var module = new OfflineModule(new ClientContext(WhatsAppOptions.Default, new WhatsApp.Stores.InMemoryWhatsAppStore()));
        fixture.Handler = async (stanza, cancellationToken) =>
        {
            var outcome = module.Accepts(stanza)
                ? await module.HandleAsync(stanza, fixture.Connection, cancellationToken)
                : WhatsApp.Transport.StanzaOutcome.Handled;
            await module.HandledAsync(stanza, fixture.Connection, cancellationToken);
            return outcome;
        };

        await fixture.SendAsync(new Node("ib", [], [new Node("offline_preview", [("count", 220)])]));
        AssertBatch(await fixture.ReceiveAsync());
        for (var i = 1; i <= 220; i++)
        {
            await fixture.SendAsync(new Node("notification", [("id", i), ("from", Jid.WhatsApp), ("offline", i)]));
            if (i is 100 or 200)
            {
                AssertBatch(await fixture.ReceiveAsync());
            }

            Assert.Equal($"{i}", (await fixture.ReceiveAsync())["id"]);
        }

        // Live stanzas do not count, and after the end nothing is asked for.
        await fixture.SendAsync(new Node("ib", [], [new Node("offline", [("count", 220)])]));
        await fixture.NextHandledAsync(stanza => stanza.Tag == "ib" && stanza.TryGetChild("offline", out _));
        for (var i = 0; i < 100; i++)
        {
            await fixture.SendAsync(new Node("notification", [("id", $"live{i}"), ("from", Jid.WhatsApp), ("offline", 0)]));
            Assert.Equal("ack", (await fixture.ReceiveAsync()).Tag);
        }
    }

    [Fact]
    public async Task Stanza_whose_ack_got_lost_is_acknowledged_again_but_handled_once()
    {
        await using var network = await Network.StartAsync();
        var sink = new CountingSink();
        var (client, account) = await network.ConnectedClientAsync(configure: options => options with { EventSink = sink });
        await using var owned = client;
        var person = Jid.Parse("15550009999@s.whatsapp.net");

        // The connection breaks between the handling and the arrival of the ack.
        network.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Ack });
        network.Server.Push(account, new Node("notification", [("from", person), ("type", "encrypt"), ("id", "i1"), ("t", 1)], [new Node("identity")]));
        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        await network.ElapseAsync(lost.RetryIn!.Value);
        await network.AcknowledgedAsync("notification i1");

        Assert.Equal(1, sink.Count<WhatsAppEvent.IdentityChanged>());
    }

    [Fact]
    public async Task Stanza_whose_handling_was_cut_off_by_the_end_of_the_connection_is_handled_again()
    {
        await using var network = await Network.StartAsync();
        var sink = new CountingSink();
        var (client, account) = await network.ConnectedClientAsync(configure: options => options with { EventSink = sink });
        await using var owned = client;
        var person = Jid.Parse("15550009999@s.whatsapp.net");

        // The sink is still at work when the connection breaks, and what comes after it is not done any more.
        var atWork = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sink.OnEvent = async (happened, ended) =>
        {
            if (happened is WhatsAppEvent.IdentityChanged && atWork.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, ended);
            }
        };
        network.Server.Push(account, new Node("notification", [("from", person), ("type", "encrypt"), ("id", "i1"), ("t", 1)], [new Node("identity")]));
        await atWork.Task.Within();
        network.Server.Faults.Add(new Fault.Drop());
        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        await network.ElapseAsync(lost.RetryIn!.Value);
        await network.AcknowledgedAsync("notification i1");

        Assert.Equal(2, sink.Count<WhatsAppEvent.IdentityChanged>());
    }

    [Fact]
    public async Task Duplicate_on_the_same_connection_is_handled_once()
    {
        await using var network = await Network.StartAsync();
        var sink = new CountingSink();
        var (client, account) = await network.ConnectedClientAsync(configure: options => options with { EventSink = sink });
        await using var owned = client;
        var person = Jid.Parse("15550009999@s.whatsapp.net");
        network.Server.Faults.Add(new Fault.Duplicate { Tag = "notification" });

        network.Server.Push(account, new Node("notification", [("from", person), ("type", "encrypt"), ("id", "i1"), ("t", 1)], [new Node("identity")]));
        network.Server.Push(account, new Node("notification", [("from", person), ("type", "encrypt"), ("id", "i2"), ("t", 1)], [new Node("identity")]));
        await network.AcknowledgedAsync("notification i2");

        Assert.Equal(2, sink.Count<WhatsAppEvent.IdentityChanged>());
    }

    [Fact]
    public async Task Reordered_stanzas_are_all_handled_and_acknowledged()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;
        network.Server.Faults.Add(new Fault.Reorder { Tag = "notification", Times = 3 });

        for (var i = 0; i < 8; i++)
        {
            network.Server.Push(account, Notification($"r{i}"));
        }

        await network.AcknowledgedAllAsync([.. Enumerable.Range(0, 8).Select(i => $"notification r{i}")]);
        Assert.Equal(WhatsAppState.Connected, client.State);
    }

    [Fact]
    public async Task Sink_that_cannot_store_a_fact_gets_it_again_on_the_next_connection()
    {
        await using var network = await Network.StartAsync();
        var failures = 1;
        var sink = new CountingSink();
        var (client, account) = await network.ConnectedClientAsync(configure: options => options with { EventSink = sink });
        await using var owned = client;
        sink.OnEvent = (happened, _) => happened is WhatsAppEvent.IdentityChanged && failures-- > 0
            ? throw new WhatsAppStoreException("The database is away.")
            : Task.CompletedTask;

        network.Server.Push(account, new Node(
            "notification",
            [("from", Jid.Parse("15550009999@s.whatsapp.net")), ("type", "encrypt"), ("id", "i1"), ("t", 1), ("lid", Jid.Parse("1@lid"))],
            [new Node("identity")]));
        var lost = await client.NextDisconnectAsync<DisconnectReason.StorageFailed>();
        await network.ElapseAsync(lost.RetryIn!.Value);
        await network.AcknowledgedAsync("notification i1");

        var changed = await client.NextAsync<WhatsAppEvent.IdentityChanged>();
        Assert.Equal(("15550009999@s.whatsapp.net", "1@lid"), (changed.Person.ToString(), changed.Lid.ToString()));
    }

    [Fact]
    public async Task Notices_of_the_server_become_events()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        var connection = Assert.Single(network.Server.Connections, c => c.Stage == ConnectionStage.Active).Id;

        Assert.Equal("account_sync", (await client.NextAsync<WhatsAppEvent.Dirty>()).Type);
        network.Server.PushTo(connection, Broadcast(new Node("dirty", [("type", "groups"), ("timestamp", "17")])));
        Assert.Equal(new WhatsAppEvent.Dirty("groups", "17"), await client.NextAsync<WhatsAppEvent.Dirty>());
        network.Server.PushTo(connection, Broadcast(new Node("client_expiration", [("t", 1800000000)])));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1800000000), (await client.NextAsync<WhatsAppEvent.ClientExpiration>()).At);
        network.Server.PushTo(connection, Broadcast(new Node("client_expiration")));
        Assert.Null((await client.NextAsync<WhatsAppEvent.ClientExpiration>()).At);
        network.Server.PushTo(connection, Broadcast(new Node("downgrade_webclient")));
        await client.NextAsync<WhatsAppEvent.PhoneTooOld>();
    }

    [Fact]
    public async Task Ping_of_the_server_is_answered()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        var connection = Assert.Single(network.Server.Connections, c => c.Stage == ConnectionStage.Active).Id;

        Assert.True(await network.Server.PingAsync(connection, TimeSpan.FromMinutes(1)).Within());
    }

    private static Node Notification(string id) => new("notification", [("from", Jid.WhatsApp), ("type", "psa"), ("id", id), ("t", 1)]);

    private static Node Broadcast(Node child) => new("ib", [("from", Jid.WhatsApp)], [child]);

    private static void AssertBatch(Node stanza) =>
        Assert.Equal("100", Assert.Single(stanza.Children.ToArray(), child => child.Tag == "offline_batch")["count"]);

    private sealed class CountingSink : IWhatsAppEventSink
    {
        private readonly Lock _gate = new();
        private readonly List<WhatsAppEvent> _events = [];

        public Func<WhatsAppEvent, CancellationToken, Task> OnEvent { get; set; } = (_, _) => Task.CompletedTask;

        public int Count<T>()
        {
            lock (_gate)
            {
                return _events.OfType<T>().Count();
            }
        }

        public async ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                _events.Add(happened);
            }

            await OnEvent(happened, cancellationToken);
        }
    }
}
