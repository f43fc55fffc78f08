using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>Each misbehaviour, seen from the client's end of the line.</summary>
public class FaultTests
{
    private static readonly Jid Sender = Jid.Parse("15557654321@s.whatsapp.net");

    [Fact]
    public async Task Drop_ends_the_connection_without_a_close()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal(new FaultReceipt(null, 1), scene.Faults.Add(new Fault.Drop()));

        await scene.Client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Half_open_connection_stays_and_says_nothing()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.HalfOpen());

        await scene.Client.SendAsync(Ping("1"));
        scene.Push("1");

        await scene.AssertSilenceAsync(scene.Client.TryReceiveFrameAsync());
        Assert.Equal(ConnectionStage.HalfOpen, scene.Server.Connections[0].Stage);
    }

    [Fact]
    public async Task Close_comes_without_stream_error()
    {
        await using var scene = await Scene.StartAsync();
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
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Error = kind, Code = code });

        Assert.Equal(expected, Text(await scene.Client.ReceiveAsync()));
        await scene.Client.ReceiveCloseAsync();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(409)]
    [InlineData(411)]
    [InlineData(415)]
    [InlineData(418)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    public async Task Failure_takes_the_place_of_success(int reason)
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Failure { Reason = reason });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        Assert.Equal($"{reason}", (await client.ReceiveAsync("failure"))["reason"]);
        await client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Ban_tells_its_code_and_how_long_it_lasts()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Failure
        {
            Reason = 402,
            Attributes = new Dictionary<string, string> { ["code"] = "101", ["expire"] = "3600" },
        });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        var failure = await client.ReceiveAsync("failure");
        Assert.Equal(("402", "101", "3600"), (failure["reason"], failure["code"], failure["expire"]));
    }

    [Fact]
    public async Task Garbage_frame_does_not_decrypt()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.GarbageFrame { Bytes = 80 });

        Assert.Equal(80, (await scene.Client.ReceiveFrameAsync()).Length);
    }

    [Fact]
    public async Task Wrong_mac_spoils_one_frame_and_no_other()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.WrongMac { Tag = "notification" });

        Assert.Equal("result", (await scene.Client.AskAsync(Ping("1")))["type"]);
        scene.Push("1");

        await Assert.ThrowsAsync<FrameDecryptionException>(() => scene.Client.ReceiveAsync());
        Assert.Equal("result", (await scene.Client.AskAsync(Ping("2")))["type"]);
    }

    [Fact]
    public async Task Malformed_stanza_decrypts_and_is_no_node()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.MalformedStanza());

        await Assert.ThrowsAsync<NodeFormatException>(() => scene.Client.ReceiveAsync());
        Assert.Equal("result", (await scene.Client.AskAsync(Ping("1")))["type"]);
    }

    [Fact]
    public async Task Huge_length_is_declared_and_never_sent()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.HugeLength());

        Assert.Equal([0xFF, 0xFF, 0xFF], await scene.Client.ReceiveMessageAsync());
        await scene.AssertSilenceAsync(scene.Client.TryReceiveFrameAsync());
    }

    [Theory]
    [InlineData(CertificateDefect.WrongRoot, ServerCertificateFault.UntrustedIntermediate)]
    [InlineData(CertificateDefect.BadSignature, ServerCertificateFault.UntrustedLeaf)]
    [InlineData(CertificateDefect.WrongIssuer, ServerCertificateFault.UntrustedLeaf)]
    [InlineData(CertificateDefect.Expired, ServerCertificateFault.Expired)]
    [InlineData(CertificateDefect.NotYetValid, ServerCertificateFault.NotYetValid)]
    [InlineData(CertificateDefect.LeafKeyMismatch, ServerCertificateFault.WrongServerKey)]
    [InlineData(CertificateDefect.Missing, ServerCertificateFault.Malformed)]
    [InlineData(CertificateDefect.Garbage, ServerCertificateFault.Malformed)]
    public async Task Wrong_certificate_is_wrong_in_the_way_that_was_asked_for(CertificateDefect defect, ServerCertificateFault expected)
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Certificate { Defect = defect });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        Assert.Equal(expected, Verify(client));
        await using var next = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());
        Assert.Equal(ServerCertificateFault.None, Verify(next));

        ServerCertificateFault Verify(TestClient shown) => ServerCertificate.Verify(
            shown.Chain, shown.ServerStatic, scene.Simulator.RootKey.Span, DateTimeOffset.UtcNow, out _);
    }

    [Fact]
    public async Task Resumption_can_be_refused_although_the_key_is_right()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Refused });

        await using var client = await TestClient.OpenAsync(scene.Simulator);
        Assert.False(await client.ResumeAsync(scene.Device.Noise, scene.Device.Login().ToByteArray(), scene.Client.ServerStatic));
        Assert.Equal("success", (await client.ReceiveAsync()).Tag);
    }

    [Fact]
    public async Task Resumption_can_be_accepted_with_an_answer_that_does_not_decrypt()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Broken });

        await using var client = await TestClient.OpenAsync(scene.Simulator);
        await Assert.ThrowsAsync<HandshakeException>(
            () => client.ResumeAsync(scene.Device.Noise, scene.Device.Login().ToByteArray(), scene.Client.ServerStatic));
    }

    [Fact]
    public async Task Request_gets_rate_overlimit_with_a_pause_until_the_fault_is_used_up()
    {
        await using var scene = await Scene.StartAsync();
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
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.NoAnswer { Xmlns = "privacy", Times = 0 });

        await scene.Client.SendAsync(new Node(
            "iq", [("id", "lost"), ("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "privacy")], [new Node("privacy")]));

        await scene.Client.SendAsync(Ping("1"));
        Assert.Equal("1", (await scene.Client.ReceiveAsync("iq"))["id"]);
    }

    [Fact]
    public async Task Stream_error_can_take_the_place_of_an_answer()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Code = 503, At = FaultPoint.Request, Xmlns = "w:p" });

        await scene.Client.SendAsync(Ping("1"));

        Assert.Equal("503", (await scene.Client.ReceiveAsync("stream:error"))["code"]);
    }

    [Theory]
    [InlineData(FaultPoint.Connect)]
    [InlineData(FaultPoint.Handshake)]
    [InlineData(FaultPoint.Login)]
    public async Task Connection_can_be_dropped_at_every_point_before_success(FaultPoint point)
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Drop { At = point });

        var outcome = await Record.ExceptionAsync(async () =>
        {
            await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());
            await client.ReceiveAsync("success");
        });

        Assert.NotNull(outcome);
        await using var again = await TestClient.LoginAsync(scene.Simulator, scene.Device);
    }

    [Fact]
    public async Task Ack_can_get_lost_with_the_connection()
    {
        await using var scene = await Scene.StartAsync();
        scene.Push("1");
        var received = await scene.Client.ReceiveAsync("notification");
        scene.Faults.Add(new Fault.Drop { At = FaultPoint.Ack });

        await scene.Client.AckAsync(received);

        await scene.Client.ReceiveCloseAsync();
        Assert.Equal(1, scene.Linked.QueuedStanzas);
        Assert.DoesNotContain(scene.Server.Events.Since(0), e => e.Kind == SimulatorEventKind.StanzaAcknowledged);
    }

    [Fact]
    public async Task Stream_error_at_connect_comes_when_stanzas_can_be_sent()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Code = 503, At = FaultPoint.Connect });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        Assert.Equal("503", (await client.ReceiveAsync("stream:error"))["code"]);
    }

    [Fact]
    public async Task Stream_error_directly_after_success()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Error = StreamErrorKind.StreamEnd, At = FaultPoint.LoggedIn });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        await client.ReceiveAsync("success");
        await client.ReceiveAsync("xmlstreamend");
    }

    [Fact]
    public async Task Duplicate_comes_twice_and_two_acks_are_fine()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Duplicate { Tag = "notification" });
        scene.Push("1");

        for (var i = 0; i < 2; i++)
        {
            var stanza = await scene.Client.ReceiveAsync("notification");
            Assert.Equal("1", stanza["id"]);
            await scene.Client.AckAsync(stanza);
        }

        await scene.Client.AskAsync(Ping("1"));
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Reordered_stanza_comes_after_the_next()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Reorder { Tag = "notification" });
        scene.Push("1");
        scene.Push("2");

        Assert.Equal("2", (await scene.Client.ReceiveAsync("notification"))["id"]);
        Assert.Equal("1", (await scene.Client.ReceiveAsync("notification"))["id"]);
    }

    [Fact]
    public async Task Reordered_stanza_without_a_next_comes_before_the_end()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Reorder { Tag = "notification" });
        scene.Push("1");
        scene.Faults.Add(new Fault.Close());

        Assert.Equal("1", (await scene.Client.ReceiveAsync("notification"))["id"]);
        await scene.Client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Delayed_stanza_waits_for_the_clock()
    {
        var time = new ManualTimeProvider();
        await using var scene = await Scene.StartAsync(new SimulatorOptions { Time = time });
        scene.Faults.Add(new Fault.Delay { By = TimeSpan.FromSeconds(7), Tag = "notification" });
        scene.Push("1");
        await time.WhenTimersArmedAsync(2).WaitAsync(TestClient.Guard);

        var receiving = scene.Client.ReceiveAsync("notification");
        await scene.AssertSilenceAsync(receiving);
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal("1", (await receiving)["id"]);
    }

    [Fact]
    public async Task Compressed_frames_hold_the_same_stanza()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Compress { Times = 0 });

        var answer = await scene.Client.AskAsync("get", "privacy", new Node("privacy"));

        Assert.Equal("last", answer.Child("privacy")!.Children[0]["name"]);
        Assert.Equal(2, scene.Client.FormatBytes[^1]);
    }

    [Fact]
    public async Task Split_frames_come_in_as_many_messages_as_they_have_bytes()
    {
        await using var scene = await Scene.StartAsync();
        scene.Faults.Add(new Fault.Split { Bytes = 1 });
        var before = scene.Client.Messages;

        Assert.Equal("result", (await scene.Client.AskAsync(Ping("1")))["type"]);
        Assert.True(scene.Client.Messages - before > 20);
    }

    [Fact]
    public async Task Slow_bytes_come_piece_by_piece()
    {
        var time = new ManualTimeProvider();
        await using var scene = await Scene.StartAsync(new SimulatorOptions { Time = time });
        scene.Faults.Add(new Fault.SlowBytes { Bytes = 40, Pause = TimeSpan.FromSeconds(2) });
        await scene.Client.SendAsync(Ping("1"));
        var receiving = scene.Client.ReceiveAsync("iq");
        while (!receiving.IsCompleted)
        {
            await Task.WhenAny(time.WhenTimersArmedAsync(2), receiving).WaitAsync(TestClient.Guard);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal("1", (await receiving)["id"]);
    }

    [Fact]
    public async Task Fault_strikes_only_in_its_scope_and_as_often_as_it_should()
    {
        await using var scene = await Scene.StartAsync();
        var other = scene.Server.Accounts.Create();
        var (stranger, _) = await TestClient.BringUpAsync(scene.Simulator, other);
        await using var disposing = stranger;
        var receipt = scene.Faults.Add(new Fault.RequestError { Xmlns = "w:p", Account = other.Phone, Device = 1 });

        Assert.Equal("result", (await scene.Client.AskAsync(Ping("1")))["type"]);
        Assert.Equal(1, Assert.Single(scene.Faults.List()).Id - receipt.Id + 1);
        Assert.Equal("error", (await stranger.AskAsync(Ping("1")))["type"]);
        Assert.Equal("result", (await stranger.AskAsync(Ping("2")))["type"]);
        Assert.Empty(scene.Faults.List());
        Assert.False(scene.Faults.Remove(receipt.Id!.Value));
    }

    [Fact]
    public async Task Script_answers_before_the_server_and_can_leave_it_to_the_server()
    {
        await using var scene = await Scene.StartAsync();
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

    private static Node Ping(string id) => new("iq", [("id", id), ("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "w:p")]);

    private static string Text(Node node)
    {
        var attributes = string.Concat(node.Attributes.ToArray().Select(attribute => $" {attribute.Name}={attribute.Value}"));
        return $"<{node.Tag}{attributes}>" + string.Concat(node.Children.ToArray().Select(Text));
    }

    /// <summary>One device that is active.</summary>
    private sealed class Scene(SimulatorHost simulator, Account account, TestClient client, TestDevice device) : IAsyncDisposable
    {
        public SimulatorHost Simulator { get; } = simulator;

        public SimulatorServer Server => Simulator.Server;

        public FaultBoard Faults => Server.Faults;

        public TestClient Client { get; } = client;

        public TestDevice Device { get; } = device;

        public LinkedDevice Linked => account.Devices[0];

        public static async Task<Scene> StartAsync(SimulatorOptions? options = null)
        {
            var simulator = await SimulatorHost.StartAsync(options);
            var account = simulator.Server.Accounts.Create();
            var (client, device) = await TestClient.BringUpAsync(simulator, account);
            return new Scene(simulator, account, client, device);
        }

        public void Push(string id) =>
            Server.Push(account, new Node("notification", [("from", Sender), ("id", id), ("type", "picture"), ("t", 1752021890)]));

        /// <summary>
        /// Nothing comes on the first connection although another client of the same server is served from first to last frame.
        /// </summary>
        public async Task AssertSilenceAsync(Task receiving)
        {
            var (other, _) = await TestClient.RegisterAsync(Simulator, new TestDevice());
            await using (other)
            {
                Assert.Equal("result", (await other.AskAsync(Ping("other")))["type"]);
            }

            Assert.False(receiving.IsCompleted);
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Simulator.DisposeAsync();
        }
    }
}
