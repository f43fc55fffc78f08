using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Simulator.Transport;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>What the server refuses below the level of stanzas, and how frames may be cut.</summary>
public class StrictTransportTests
{
    [Theory]
    [InlineData("57410602")]
    [InlineData("474554202f")]
    [InlineData("45440002")]
    public async Task Wrong_intro_is_refused(string intro)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var client = await TestClient.OpenAsync(simulator);

        await client.SendRawAsync(Hex.Bytes(intro));

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.BadIntro, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1200")]
    [InlineData("12020a00")]
    [InlineData("ffff")]
    public async Task Message_that_is_no_client_hello_is_refused(string payload)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var client = await TestClient.OpenAsync(simulator);

        await client.SendFrameAsync(Hex.Bytes(payload), NoiseProtocol.Prologue.ToArray());
        if (payload.Length == 0)
        {
            // A frame without payload carries nothing; the next one counts.
            await client.SendFrameAsync(Hex.Bytes("08"));
        }

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.BadHandshake, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Key_of_small_order_is_refused()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var client = await TestClient.OpenAsync(simulator);

        await client.SendFrameAsync(
            new HandshakeMessage { ClientHello = new() { Ephemeral = ByteString.CopyFrom(new byte[32]) } }.ToByteArray(),
            NoiseProtocol.Prologue.ToArray());

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.BadHandshake, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Client_finish_that_does_not_decrypt_is_refused()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var client = await TestClient.OpenAsync(simulator);
        await client.SendFrameAsync(
            new HandshakeMessage { ClientHello = new() { Ephemeral = ByteString.CopyFrom(KeyPair.Generate().PublicKey) } }.ToByteArray(),
            NoiseProtocol.Prologue.ToArray());
        await client.ReceiveFrameAsync();

        await client.SendFrameAsync(new HandshakeMessage
        {
            ClientFinish = new() { Static = ByteString.CopyFrom(new byte[48]), Payload = ByteString.CopyFrom(new byte[40]) },
        }.ToByteArray());

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.BadHandshake, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Payload_that_is_no_protobuf_gets_failure_400()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var client = await TestClient.OpenAsync(simulator);

        await client.HandshakeAsync(KeyPair.Generate(), [0xFF, 0xFF]);

        Assert.Equal("400", (await client.ReceiveAsync("failure"))["reason"]);
        Assert.Equal(RefusalKind.BadPayload, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Handshake_that_is_not_finished_in_time_ends()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        await using var client = await TestClient.OpenAsync(simulator);
        await simulator.Server.Events.WaitForAsync(entry => entry.Kind == SimulatorEventKind.Connected).WaitAsync(TestClient.Guard);

        time.Advance(TimeSpan.FromSeconds(22));

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.HandshakeTimeout, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Frame_that_does_not_decrypt_ends_the_connection()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (client, _) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;

        await client.SendFrameAsync(new byte[40]);

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.UndecryptableFrame, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00f805f4")]
    [InlineData("00f80102ff")]
    [InlineData("02f801")]
    public async Task Frame_without_exactly_one_node_gets_a_stream_error(string plaintext)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (client, _) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;

        await client.SendPlaintextAsync(Hex.Bytes(plaintext));

        Assert.NotNull((await client.ReceiveAsync("stream:error")).Child("xml-not-well-formed"));
        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.MalformedNode, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Request_without_id_gets_a_stream_error()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (client, _) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;

        await client.SendAsync(new Node("iq", [("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "w:p")]));

        Assert.NotNull((await client.ReceiveAsync("stream:error")).Child("xml-not-well-formed"));
        Assert.Equal(RefusalKind.MalformedStanza, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Request_of_a_linked_device_from_one_that_is_registering_is_refused()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (client, _) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;

        Assert.Equal("403", (await client.AskAsync("get", "encrypt", new Node("count"))).Child("error")!["code"]);
        Assert.Equal(RefusalKind.NotLinked, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Declared_length_beyond_the_limit_is_refused_before_the_bytes_come()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var client = await TestClient.OpenAsync(simulator);

        await client.SendRawAsync([.. NoiseProtocol.Prologue, 0x01, 0x00, 0x01]);

        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.FrameTooLarge, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Ping_of_the_server_is_answered_without_id_and_unanswered_when_time_is_up()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        var (client, _) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;
        var connection = simulator.Server.Connections[0].Id;

        var answered = simulator.Server.PingAsync(connection, TimeSpan.FromSeconds(10));
        var ping = await client.ReceiveAsync("iq");
        Assert.Equal(("urn:xmpp:ping", null), (ping["xmlns"], ping["id"]));
        await client.SendAsync(new Node("iq", [("to", Jid.WhatsApp), ("type", "result")]));
        Assert.True(await answered);

        var unanswered = simulator.Server.PingAsync(connection, TimeSpan.FromSeconds(10));
        await client.ReceiveAsync("iq");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await unanswered);
        Assert.Null(await simulator.Server.PingAsync(99, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Frames_are_found_however_the_messages_are_cut()
    {
        var file = VectorFile.Open("frames.json");
        foreach (var vector in file.GetProperty("reassembly").EnumerateArray())
        {
            using var assembler = new FrameAssembler();
            Feed(assembler, NoiseProtocol.Prologue);
            var frames = new List<string>();
            foreach (var message in vector.GetProperty("messages").EnumerateArray())
            {
                Feed(assembler, Hex.Bytes(message.GetString()!));
                while (assembler.TryRead(out var payload))
                {
                    frames.Add(Hex.Text(payload.Span));
                }
            }

            // A frame without payload is legal and carries nothing, so it is not seen.
            var expected = vector.GetProperty("frames").EnumerateArray().Select(frame => frame.GetString()!).Where(frame => frame.Length > 0);
            Assert.Equal(expected, frames);
        }
    }

    [Fact]
    public void Intro_with_routing_info_is_read_byte_by_byte()
    {
        using var assembler = new FrameAssembler();
        var wire = VectorFile.Open("frames.json").GetProperty("edgeRouting").HexOf("wire");
        for (var i = 0; i < wire.Length - 1; i++)
        {
            Feed(assembler, wire.AsSpan(i, 1));
            Assert.False(assembler.TryRead(out _));
        }

        Feed(assembler, wire.AsSpan(wire.Length - 1));
        Assert.True(assembler.TryRead(out var payload));
        Assert.Equal(VectorFile.Open("frames.json").GetProperty("edgeRouting").TextOf("payload"), Hex.Text(payload.Span));
        Assert.Equal("080808051a0100", Hex.Text(assembler.RoutingInfo));
    }

    [Fact]
    public void Largest_frame_is_read_and_one_byte_more_is_refused()
    {
        using var assembler = new FrameAssembler { MaxPayload = 70_000 };
        Feed(assembler, NoiseProtocol.Prologue);
        Feed(assembler, [0x01, 0x11, 0x70, .. new byte[70_000]]);
        Assert.True(assembler.TryRead(out var payload));
        Assert.Equal(70_000, payload.Length);

        Feed(assembler, [0x01, 0x11, 0x71]);
        Assert.Equal(RefusalKind.FrameTooLarge, Assert.Throws<RefusedException>(() => assembler.TryRead(out _)).Kind);
    }

    private static void Feed(FrameAssembler assembler, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = assembler.GetMemory();
            var taken = Math.Min(room.Length, bytes.Length);
            bytes[..taken].CopyTo(room.Span);
            assembler.Advance(taken);
            bytes = bytes[taken..];
        }
    }
}
