using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>Stanzas that need an ack: when they are sent, when again, and what counts as an ack.</summary>
public class DeliveryTests
{
    private static readonly Jid Sender = Jid.Parse("15557654321@s.whatsapp.net");

    [Fact]
    public async Task Stanza_goes_out_at_once_and_is_done_when_acknowledged()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal(1, scene.Server.Push(scene.Account, Notification("1")));
        var received = await scene.Client.ReceiveAsync("notification");
        Assert.Equal(1, scene.Linked.MissingAcks);
        await scene.AckAsync(received);

        Assert.Equal((0, 0), (scene.Linked.MissingAcks, scene.Linked.QueuedStanzas));
        Assert.Null(received["offline"]);
    }

    [Fact]
    public async Task Backlog_comes_between_preview_and_end_with_numbers()
    {
        await using var scene = await Scene.StartAsync();
        await scene.DisconnectAsync();
        scene.Server.Push(scene.Account, Notification("1"));
        scene.Server.Push(scene.Account, Message("2"));
        scene.Server.Push(scene.Account, Notification("3"));

        await scene.ReconnectAsync();
        Assert.Equal("result", (await scene.Client.AskAsync("set", "passive", new Node("active")))["type"]);

        var preview = (await scene.Client.ReceiveAsync("ib")).Child("offline_preview")!;
        Assert.Equal(("3", "1", "2", "0"), (preview["count"], preview["message"], preview["notification"], preview["receipt"]));
        foreach (var expected in new[] { "1", "2", "3" })
        {
            var stanza = await scene.Client.ReceiveAsync();
            Assert.Equal((expected, (int.Parse(expected) - 1).ToString()), (stanza["id"], stanza["offline"]));
            await scene.Client.AckAsync(stanza);
        }

        Assert.Equal("3", (await scene.Client.ReceiveAsync("ib")).Child("offline")!["count"]);
        Assert.Equal(["0", "3"], scene.Server.Events.Since(0)
            .Where(entry => entry.Kind == SimulatorEventKind.OfflineDelivered)
            .Select(entry => entry.Detail));
    }

    [Fact]
    public async Task Stanza_without_ack_comes_again_on_the_next_connection()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Push(scene.Account, Notification("1"));
        scene.Server.Push(scene.Account, Notification("2"));
        await scene.Client.ReceiveAsync("notification");
        await scene.AckAsync(await scene.Client.ReceiveAsync("notification"));
        await scene.DisconnectAsync();

        await scene.ReconnectAsync();
        var backlog = await scene.Client.GoActiveAsync();

        Assert.Equal("1", Assert.Single(backlog)["id"]);
        Assert.Equal(1, scene.Linked.Redeliveries);
    }

    [Fact]
    public async Task Nothing_comes_in_passive_mode()
    {
        await using var scene = await Scene.StartAsync();
        Assert.Equal("result", (await scene.Client.AskAsync("set", "passive", new Node("passive")))["type"]);

        scene.Server.Push(scene.Account, Notification("1"));
        await scene.Client.SendAsync(Ping("p"));

        Assert.Equal("p", (await scene.Client.ReceiveAsync("iq"))["id"]);
        Assert.Equal("1", Assert.Single(await scene.Client.GoActiveAsync())["id"]);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("class")]
    [InlineData("to")]
    [InlineData("type")]
    [InlineData("no type")]
    [InlineData("participant")]
    public async Task Wrong_ack_is_refused_and_the_stanza_stays(string part)
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Push(scene.Account, Notification("1"));
        await scene.Client.ReceiveAsync("notification");

        await scene.Client.SendAsync(new Node("ack",
        [
            ("id", part == "id" ? "9" : "1"),
            ("class", part == "class" ? "message" : "notification"),
            ("to", part == "to" ? Jid.WhatsApp : Sender),
            ("type", part switch { "type" => "other", "no type" => null, _ => "picture" }),
            ("participant", part == "participant" ? Sender : default(AttributeValue)),
        ]));
        await scene.Client.AskAsync(Ping("p"));

        Assert.Equal(RefusalKind.BadAck, Assert.Single(scene.Server.Refusals).Kind);
        Assert.Equal(1, scene.Linked.MissingAcks);
    }

    [Fact]
    public async Task Ack_that_is_repeated_is_no_mistake()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Push(scene.Account, Notification("1"));
        var received = await scene.Client.ReceiveAsync("notification");

        await scene.AckAsync(received);
        await scene.AckAsync(received);

        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Message_may_be_acknowledged_without_type_or_by_its_receipt()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Push(scene.Account, Message("1"));
        scene.Server.Push(scene.Account, Message("2"));
        await scene.Client.ReceiveAsync("message");
        await scene.Client.ReceiveAsync("message");

        await scene.Client.SendAsync(new Node("ack", [("id", "1"), ("class", "message"), ("to", Sender)]));
        await scene.Client.SendAsync(new Node("receipt", [("id", "2"), ("to", Sender)]));

        var ack = await scene.Client.ReceiveAsync("ack");
        Assert.Equal(("receipt", "2"), (ack["class"], ack["id"]));
        Assert.Equal(0, scene.Linked.QueuedStanzas);
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Retry_receipt_leaves_the_message_waiting()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Push(scene.Account, Message("1"));
        await scene.Client.ReceiveAsync("message");

        await scene.Client.SendAsync(new Node("receipt", [("id", "1"), ("to", Sender), ("type", "retry")]));

        Assert.Equal("retry", (await scene.Client.ReceiveAsync("ack"))["type"]);
        Assert.Equal(1, scene.Linked.MissingAcks);
    }

    [Fact]
    public async Task Missing_ack_ends_the_stream_after_its_time()
    {
        var time = new ManualTimeProvider();
        await using var scene = await Scene.StartAsync(new SimulatorOptions { Time = time });
        scene.Server.Push(scene.Account, Notification("1"));
        await scene.Client.ReceiveAsync("notification");

        time.Advance(TimeSpan.FromSeconds(59));
        await scene.Client.AskAsync(Ping("p"));
        time.Advance(TimeSpan.FromSeconds(3));

        var ack = (await scene.Client.ReceiveAsync("stream:error")).Child("ack")!;
        Assert.Equal(("notification", "1"), (ack["class"], ack["id"]));
        await scene.Client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.MissingAck, Assert.Single(scene.Server.Refusals).Kind);

        await scene.ReconnectAsync();
        time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal("1", Assert.Single(await scene.Client.GoActiveAsync())["id"]);
    }

    [Fact]
    public async Task Same_stanza_is_queued_once()
    {
        await using var scene = await Scene.StartAsync();
        await scene.DisconnectAsync();
        scene.Server.Push(scene.Account, Notification("1"));
        scene.Server.Push(scene.Account, Notification("1"));

        Assert.Equal(1, scene.Linked.QueuedStanzas);
    }

    [Fact]
    public async Task Full_queue_drops_its_oldest_stanza_and_says_so()
    {
        await using var scene = await Scene.StartAsync(new SimulatorOptions { DeviceQueueCapacity = 2 });
        await scene.DisconnectAsync();
        foreach (var id in new[] { "1", "2", "3" })
        {
            scene.Server.Push(scene.Account, Notification(id));
        }

        var dropped = await scene.Server.Events.WaitForAsync(entry => entry.Kind == SimulatorEventKind.StanzaDropped);
        Assert.Equal("notification 1", dropped.Detail);
        await scene.ReconnectAsync();
        Assert.Equal(["2", "3"], (await scene.Client.GoActiveAsync()).Select(stanza => stanza["id"]));
    }

    [Fact]
    public async Task Stanza_that_needs_no_ack_reaches_only_who_is_there()
    {
        await using var scene = await Scene.StartAsync();
        var broadcast = new Node("ib", [("from", Jid.WhatsApp)], [new Node("tos")]);

        Assert.Equal(1, scene.Server.Push(scene.Account, broadcast));
        Assert.NotNull((await scene.Client.ReceiveAsync("ib")).Child("tos"));
        await scene.DisconnectAsync();
        Assert.Equal(0, scene.Server.Push(scene.Account, broadcast));
    }

    [Fact]
    public async Task Backlog_larger_than_the_outgoing_queue_arrives_in_order()
    {
        await using var scene = await Scene.StartAsync(new SimulatorOptions { OutgoingQueueCapacity = 4 });
        await scene.DisconnectAsync();
        for (var i = 0; i < 500; i++)
        {
            scene.Server.Push(scene.Account, Notification($"n{i}"));
        }

        await scene.ReconnectAsync();
        var backlog = await scene.Client.GoActiveAsync();

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"n{i}"), backlog.Select(stanza => stanza["id"]));
    }

    [Fact]
    public async Task Message_of_the_client_is_acknowledged()
    {
        await using var scene = await Scene.StartAsync();

        await scene.Client.SendAsync(new Node("message", [("id", "A1"), ("to", Sender), ("type", "text")], [new Node("enc")]));

        var ack = await scene.Client.ReceiveAsync("ack");
        Assert.Equal(("message", "A1", Sender.ToString()), (ack["class"], ack["id"], ack["from"]));
        Assert.NotNull(ack["t"]);
    }

    private static Node Notification(string id) =>
        new("notification", [("from", Sender), ("id", id), ("type", "picture"), ("t", 1752021890)]);

    private static Node Message(string id) => new("message", [("from", Sender), ("id", id), ("type", "text"), ("t", 1752021890)]);

    private static Node Ping(string id) => new("iq", [("id", id), ("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "w:p")]);

    /// <summary>One device that is active.</summary>
    private sealed class Scene(SimulatorHost simulator, Account account, TestClient client, TestDevice device) : IAsyncDisposable
    {
        public SimulatorServer Server => simulator.Server;

        public Account Account { get; } = account;

        public LinkedDevice Linked => Account.Devices[0];

        public TestClient Client { get; private set; } = client;

        public static async Task<Scene> StartAsync(SimulatorOptions? options = null)
        {
            var simulator = await SimulatorHost.StartAsync(options);
            var account = simulator.Server.Accounts.Create();
            var (client, device) = await TestClient.BringUpAsync(simulator, account);
            return new Scene(simulator, account, client, device);
        }

        public async Task DisconnectAsync()
        {
            var since = Server.Events.Latest;
            await Client.CloseAsync();
            await Server.Events.WaitForAsync(entry => entry.Kind == SimulatorEventKind.Disconnected, since).WaitAsync(TestClient.Guard);
        }

        public async Task ReconnectAsync() => Client = await TestClient.LoginAsync(simulator, device);

        /// <summary>Acknowledges, and waits until the server has seen it.</summary>
        public async Task AckAsync(Node stanza)
        {
            await Client.AckAsync(stanza);
            await Client.AskAsync(Ping("ack-seen"));
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await simulator.DisposeAsync();
        }
    }
}
