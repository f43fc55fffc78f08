using System.Net.WebSockets;
using Google.Protobuf;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The least client that can speak to the simulator: a WebSocket, a handshake, nodes in and out. It decides nothing.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    public static readonly TimeSpan Guard = Testing.Guard.Limit;

    private readonly ClientWebSocket _socket = new();
    private readonly List<byte> _received = [];
    private NoiseTransport? _transport;
    private int _lastId;

    /// <summary>How many WebSocket messages have come.</summary>
    public int Messages { get; private set; }

    /// <summary>The chain the server showed.</summary>
    public byte[] Chain { get; private set; } = [];

    /// <summary>The static key the server showed.</summary>
    public byte[] ServerStatic { get; private set; } = [];

    /// <summary>Format bytes of the frames that have come.</summary>
    public List<byte> FormatBytes { get; } = [];

    public static async Task<TestClient> OpenAsync(SimulatorHost simulator)
    {
        var client = new TestClient();
        await client._socket.ConnectAsync(simulator.Endpoint, default).WaitAsync(Guard);
        return client;
    }

    /// <summary>Opens a connection and runs the full handshake.</summary>
    public static async Task<TestClient> ConnectAsync(SimulatorHost simulator, KeyPair noise, ClientPayload payload)
    {
        var client = await OpenAsync(simulator);
        await client.HandshakeAsync(noise, payload.ToByteArray());
        return client;
    }

    /// <summary>A registered client, and the references it was offered.</summary>
    public static async Task<(TestClient Client, string[] References)> RegisterAsync(SimulatorHost simulator, TestDevice device)
    {
        var client = await ConnectAsync(simulator, device.Noise, device.Registration());
        return (client, await client.TakeReferencesAsync());
    }

    /// <summary>Links a device to an account by QR, from the first frame to the restart.</summary>
    public static async Task LinkAsync(SimulatorHost simulator, Account account, TestDevice device)
    {
        var (client, references) = await RegisterAsync(simulator, device);
        await using (client)
        {
            var scan = simulator.Server.ScanAsync(account, device.Qr(references[0]));
            var pairSuccess = await client.ReceiveAsync();
            pairSuccess.Child("pair-success")!.Child("device")!.TryGetJid("jid", out var jid);
            await client.SendAsync(device.PairReply(pairSuccess));
            var outcome = await scan.WaitAsync(Guard);
            Assert.True(outcome.IsLinked, outcome.Reason);
            device.Jid = jid;
            Assert.Equal("515", (await client.ReceiveAsync())["code"]);
            await client.ReceiveCloseAsync();
        }
    }

    /// <summary>Logs a linked device in, up to <c>success</c>, edge routing and dirty marks.</summary>
    public static async Task<TestClient> LoginAsync(SimulatorHost simulator, TestDevice device)
    {
        var client = await ConnectAsync(simulator, device.Noise, device.Login());
        Assert.Equal("success", (await client.ReceiveAsync()).Tag);
        await client.ReceiveAsync("ib");
        await client.ReceiveAsync("ib");
        return client;
    }

    /// <summary>Links a device, logs it in, uploads pre-keys and goes active.</summary>
    public static async Task<(TestClient Client, TestDevice Device)> BringUpAsync(SimulatorHost simulator, Account account)
    {
        var device = new TestDevice();
        await LinkAsync(simulator, account, device);
        var client = await LoginAsync(simulator, device);
        Assert.Equal("result", (await client.AskAsync(device.PreKeyUpload("up")))["type"]);
        await client.GoActiveAsync();
        return (client, device);
    }

    /// <summary>Leaves passive mode, takes the backlog and returns it.</summary>
    public async Task<List<Node>> GoActiveAsync()
    {
        var answer = await AskAsync("set", "passive", new Node("active"));
        Assert.Equal("result", answer["type"]);
        Assert.NotNull((await ReceiveAsync("ib")).Child("offline_preview"));
        var backlog = new List<Node>();
        while (true)
        {
            var node = await ReceiveAsync();
            if (node.Child("offline") is not null)
            {
                return backlog;
            }

            backlog.Add(node);
        }
    }

    public async Task HandshakeAsync(KeyPair noise, byte[] payload)
    {
        var ephemeral = KeyPair.Generate();
        using var state = new NoiseState(NoiseProtocol.Xx);
        state.MixHash(NoiseProtocol.Prologue);
        state.MixHash(ephemeral.PublicKey);
        await SendFrameAsync(
            new HandshakeMessage { ClientHello = new() { Ephemeral = ByteString.CopyFrom(ephemeral.PublicKey) } }.ToByteArray(),
            NoiseProtocol.Prologue.ToArray());
        await FinishAsync(state, ephemeral, noise, payload);
    }

    /// <summary>Runs the handshake that resumes with a known server key; falls back when the server wants it.</summary>
    /// <returns>Whether the server accepted the resumption.</returns>
    public async Task<bool> ResumeAsync(KeyPair noise, byte[] payload, byte[] serverStatic)
    {
        var ephemeral = KeyPair.Generate();
        using var state = new NoiseState(NoiseProtocol.Ik);
        state.MixHash(NoiseProtocol.Prologue);
        state.MixHash(serverStatic);
        state.MixHash(ephemeral.PublicKey);
        state.MixAgreement(ephemeral, serverStatic);
        var @static = state.Encrypt(noise.PublicKey);
        state.MixAgreement(noise, serverStatic);
        var sealedPayload = state.Encrypt(payload);
        var hello = new HandshakeMessage.Types.ClientHello
        {
            Ephemeral = ByteString.CopyFrom(ephemeral.PublicKey),
            Static = ByteString.CopyFrom(@static),
            Payload = ByteString.CopyFrom(sealedPayload),
        };
        await SendFrameAsync(new HandshakeMessage { ClientHello = hello }.ToByteArray(), NoiseProtocol.Prologue.ToArray());
        var answer = HandshakeMessage.Parser.ParseFrom(await ReceiveFrameAsync()).ServerHello;
        if (!answer.HasStatic)
        {
            state.MixHash(answer.Ephemeral.Span);
            state.MixAgreement(ephemeral, answer.Ephemeral.Span);
            state.MixAgreement(noise, answer.Ephemeral.Span);
            Chain = state.Decrypt(answer.Payload.Span);
            _transport = state.SplitForClient();
            return true;
        }

        using var fallback = new NoiseState(NoiseProtocol.XxFallback);
        fallback.MixHash(NoiseProtocol.Prologue);
        fallback.MixHash(ephemeral.PublicKey);
        await FinishAsync(fallback, ephemeral, noise, payload, answer);
        return false;
    }

    public Task SendAsync(Node node) => SendPlaintextAsync(NodeWriter.Encode(node));

    public Task SendPlaintextAsync(byte[] plaintext)
    {
        var payload = new byte[NoiseTransport.SealedSize(plaintext.Length)];
        _transport!.Seal(plaintext, payload);
        return SendFrameAsync(payload);
    }

    public Task SendFrameAsync(byte[] payload, byte[]? before = null) =>
        SendRawAsync([.. before ?? [], (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, .. payload]);

    public Task SendRawAsync(byte[] bytes) =>
        _socket.SendAsync(bytes, WebSocketMessageType.Binary, true, default).WaitAsync(Guard);

    /// <summary>Sends a request and returns the answer; other stanzas in between are dropped.</summary>
    public Task<Node> AskAsync(string type, string xmlns, params Node[] children)
    {
        var id = $"t.{++_lastId}";
        return AskAsync(new Node("iq", [("id", id), ("to", Jid.WhatsApp), ("type", type), ("xmlns", xmlns)], children));
    }

    public async Task<Node> AskAsync(Node iq)
    {
        await SendAsync(iq);
        while (true)
        {
            var node = await ReceiveAsync();
            if (node.Tag == "iq" && node["id"] == iq["id"])
            {
                return node;
            }
        }
    }

    /// <summary>Acknowledges a stanza as it should be.</summary>
    public Task AckAsync(Node stanza) => SendAsync(new Node("ack",
    [
        ("id", stanza["id"]), ("class", stanza.Tag), ("to", stanza["from"]), ("type", stanza["type"]), ("participant", stanza["participant"]),
    ]));

    public async Task<Node> ReceiveAsync(string? tag = null)
    {
        var frame = await ReceiveFrameAsync();
        var plaintext = new byte[NoiseTransport.OpenedSize(frame.Length)];
        _transport!.Open(frame, plaintext);
        FormatBytes.Add(plaintext[0]);
        var node = NodeReader.Read(plaintext);
        Assert.True(tag is null || node.Tag == tag, $"expected <{tag}>, got {node}");
        return node;
    }

    public async Task<byte[]> ReceiveFrameAsync() =>
        await TryReceiveFrameAsync() ?? throw new InvalidOperationException("The server closed the connection.");

    /// <summary>Whether the server closes, after nothing more than what the test has read.</summary>
    public async Task ReceiveCloseAsync()
    {
        var frame = await TryReceiveFrameAsync();
        Assert.True(frame is null, "a frame came instead of the close");
    }

    /// <summary>The next payload; <see langword="null"/> when the connection ends instead.</summary>
    public async Task<byte[]?> TryReceiveFrameAsync()
    {
        while (true)
        {
            if (_received.Count >= 3)
            {
                var length = (_received[0] << 16) | (_received[1] << 8) | _received[2];
                if (_received.Count >= 3 + length)
                {
                    var payload = _received.GetRange(3, length).ToArray();
                    _received.RemoveRange(0, 3 + length);
                    return payload;
                }
            }

            if (await ReceiveMessageAsync() is not { } message)
            {
                return null;
            }

            _received.AddRange(message);
        }
    }

    /// <summary>The bytes of the next WebSocket message, or a part of it; <see langword="null"/> when the connection ends.</summary>
    public async Task<byte[]?> ReceiveMessageAsync()
    {
        var buffer = new byte[65536];
        try
        {
            var result = await _socket.ReceiveAsync(buffer, default).WaitAsync(Guard);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            Messages++;
            return buffer[..result.Count];
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Closes in good order.</summary>
    public async Task CloseAsync()
    {
        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).WaitAsync(Guard);
    }

    public async Task<string[]> TakeReferencesAsync()
    {
        var offer = await ReceiveAsync("iq");
        await SendAsync(new Node("iq", [("id", offer["id"]), ("to", Jid.WhatsApp), ("type", "result")]));
        return [.. offer.Child("pair-device")!.Children.ToArray().Select(reference => reference.ContentText!)];
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _transport?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task FinishAsync(
        NoiseState state,
        KeyPair ephemeral,
        KeyPair noise,
        byte[] payload,
        HandshakeMessage.Types.ServerHello? hello = null)
    {
        hello ??= HandshakeMessage.Parser.ParseFrom(await ReceiveFrameAsync()).ServerHello;
        state.MixHash(hello.Ephemeral.Span);
        state.MixAgreement(ephemeral, hello.Ephemeral.Span);
        ServerStatic = state.Decrypt(hello.Static.Span);
        state.MixAgreement(ephemeral, ServerStatic);
        Chain = state.Decrypt(hello.Payload.Span);
        var @static = state.Encrypt(noise.PublicKey);
        state.MixAgreement(noise, hello.Ephemeral.Span);
        var finish = new HandshakeMessage.Types.ClientFinish
        {
            Static = ByteString.CopyFrom(@static),
            Payload = ByteString.CopyFrom(state.Encrypt(payload)),
        };
        await SendFrameAsync(new HandshakeMessage { ClientFinish = finish }.ToByteArray());
        _transport = state.SplitForClient();
    }
}
