using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>Connections that break and requests that are answered badly on command, seen from the client's end of the line.</summary>
public class FaultTests
{
    [Fact]
    public async Task Drop_ends_the_connection_without_a_close()
    {
        await using var scene = await FaultScene.StartAsync();

        Assert.Equal(new FaultReceipt(null, 1), scene.Faults.Add(new Fault.Drop()));

        await scene.Client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Half_open_connection_stays_and_says_nothing()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.HalfOpen());

        await scene.Client.SendAsync(FaultScene.Ping("1"));
        scene.Push("1");

        await scene.AssertSilenceAsync(scene.Client.TryReceiveFrameAsync());
        Assert.Equal(ConnectionStage.HalfOpen, scene.Server.Connections[0].Stage);
    }

    [Fact]
    public async Task Close_comes_without_stream_error()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Close());

        await scene.Client.ReceiveCloseAsync();
    }

    public static TheoryData<StreamErrorKind, int, string> StreamErrors => new()
    {
        { StreamErrorKind.Code, 401, "<stream:error code=401>" },
        { StreamErrorKind.Code, 409, "<stream:error code=409>" },
        { StreamErrorKind.Code, 429, "<stream:error code=429>" },
        { StreamErrorKind.Code, 503, "<stream:error code=503>" },
        { StreamErrorKind.RestartRequired, 0, "<stream:error code=515>" },
        { StreamErrorKind.ForcedLogout, 0, "<stream:error code=516>" },
        { StreamErrorKind.Replaced, 0, "<stream:error><conflict type=replaced>" },
        { StreamErrorKind.DeviceRemoved, 0, "<stream:error code=401><conflict type=device_removed>" },
        { StreamErrorKind.UnknownConflict, 0, "<stream:error><conflict type=unknown>" },
        { StreamErrorKind.Ack, 0, "<stream:error><ack class=notification id=0>" },
        { StreamErrorKind.XmlNotWellFormed, 0, "<stream:error><xml-not-well-formed>" },
        { StreamErrorKind.StreamEnd, 0, "<xmlstreamend>" },
    };

    [Theory]
    [MemberData(nameof(StreamErrors))]
    public async Task Stream_error_is_sent_and_the_stream_ends(StreamErrorKind kind, int code, string expected)
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Error = kind, Code = code });

        Assert.Equal(expected, Text(await scene.Client.ReceiveAsync()));
        await scene.Client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Garbage_frame_does_not_decrypt()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.GarbageFrame { Bytes = 80 });

        Assert.Equal(80, (await scene.Client.ReceiveFrameAsync()).Length);
    }

    [Fact]
    public async Task Malformed_stanza_decrypts_and_is_no_node()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.MalformedStanza());

        await Assert.ThrowsAsync<NodeFormatException>(() => scene.Client.ReceiveAsync());
        Assert.Equal("result", (await scene.Client.AskAsync(FaultScene.Ping("1")))["type"]);
    }

    [Fact]
    public async Task Huge_length_is_declared_and_never_sent()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.HugeLength());

        Assert.Equal([0xFF, 0xFF, 0xFF], await scene.Client.ReceiveMessageAsync());
        await scene.AssertSilenceAsync(scene.Client.TryReceiveFrameAsync());
    }

    [Fact]
    public async Task Request_gets_rate_overlimit_with_a_pause_until_the_fault_is_used_up()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.RequestError { Xmlns = "w:profile:picture", Backoff = 30, Times = 2 });

        for (var i = 0; i < 2; i++)
        {
            var error = (await scene.Client.AskAsync("get", "w:profile:picture", new Node("picture"))).Child("error")!;
            Assert.Equal(("429", "rate-overlimit", "30"), (error["code"], error["text"], error["backoff"]));
        }

        Assert.Equal("404", (await scene.Client.AskAsync("get", "w:profile:picture", new Node("picture"))).Child("error")!["code"]);
        Assert.Equal("result", (await scene.Client.AskAsync("get", "privacy", new Node("privacy")))["type"]);
    }

    [Fact]
    public async Task Request_stays_without_answer_and_others_are_answered()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.NoAnswer { Xmlns = "privacy", Times = 0 });

        await scene.Client.SendAsync(new Node(
            "iq", [("id", "lost"), ("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "privacy")], [new Node("privacy")]));

        await scene.Client.SendAsync(FaultScene.Ping("1"));
        Assert.Equal("1", (await scene.Client.ReceiveAsync("iq"))["id"]);
    }

    [Fact]
    public async Task Stream_error_can_take_the_place_of_an_answer()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Code = 503, At = FaultPoint.Request, Xmlns = "w:p" });

        await scene.Client.SendAsync(FaultScene.Ping("1"));

        Assert.Equal("503", (await scene.Client.ReceiveAsync("stream:error"))["code"]);
    }

    [Fact]
    public async Task Ack_can_get_lost_with_the_connection()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Push("1");
        var received = await scene.Client.ReceiveAsync("notification");
        scene.Faults.Add(new Fault.Drop { At = FaultPoint.Ack });

        await scene.Client.AckAsync(received);

        await scene.Client.ReceiveCloseAsync();
        Assert.Equal(1, scene.Linked.QueuedStanzas);
        Assert.DoesNotContain(scene.Server.Events.Since(0), e => e.Kind == SimulatorEventKind.StanzaAcknowledged);
    }

    [Fact]
    public async Task Fault_strikes_only_in_its_scope_and_as_often_as_it_should()
    {
        await using var scene = await FaultScene.StartAsync();
        var other = scene.Server.Accounts.Create();
        var (stranger, _) = await TestClient.BringUpAsync(scene.Simulator, other);
        await using var disposing = stranger;
        var receipt = scene.Faults.Add(new Fault.RequestError { Xmlns = "w:p", Account = other.Phone, Device = 1 });

        Assert.Equal("result", (await scene.Client.AskAsync(FaultScene.Ping("1")))["type"]);
        Assert.Equal(1, Assert.Single(scene.Faults.List()).Id - receipt.Id + 1);
        Assert.Equal("error", (await stranger.AskAsync(FaultScene.Ping("1")))["type"]);
        Assert.Equal("result", (await stranger.AskAsync(FaultScene.Ping("2")))["type"]);
        Assert.Empty(scene.Faults.List());
        Assert.False(scene.Faults.Remove(receipt.Id!.Value));
    }

    [Fact]
    public async Task Script_answers_before_the_server_and_can_leave_it_to_the_server()
    {
        await using var scene = await FaultScene.StartAsync();
        using (scene.Server.OnIq("privacy", iq => iq.Child("privacy") is null
            ? null
            : new Node("iq", [("from", Jid.WhatsApp), ("id", iq["id"]), ("type", "result")], [new Node("scripted")])))
        {
            Assert.NotNull((await scene.Client.AskAsync("get", "privacy", new Node("privacy"))).Child("scripted"));
        }

        Assert.NotNull((await scene.Client.AskAsync("get", "privacy", new Node("privacy"))).Child("privacy"));
    }

    [Fact]
    public async Task Seeded_servers_make_the_same_keys_and_others_do_not()
    {
        await using var first = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 4 });
        await using var second = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 4 });
        await using var third = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        var (one, references) = await TestClient.RegisterAsync(first, device);
        var (two, same) = await TestClient.RegisterAsync(second, device);
        await using var disposingOne = one;
        await using var disposingTwo = two;

        Assert.Equal(first.RootKey.ToArray(), second.RootKey.ToArray());
        Assert.NotEqual(first.RootKey.ToArray(), third.RootKey.ToArray());
        Assert.Equal(references, same);
        Assert.Equal(first.Server.Accounts.Create().Lid, second.Server.Accounts.Create().Lid);
    }

    private static string Text(Node node)
    {
        var attributes = string.Concat(node.Attributes.ToArray().Select(attribute => $" {attribute.Name}={attribute.Value}"));
        return $"<{node.Tag}{attributes}>" + string.Concat(node.Children.ToArray().Select(Text));
    }
}
