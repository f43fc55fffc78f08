using System.Text.Json;
using Wuts.Simulator;
using Wuts.Simulator.Noise;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>
/// A recorded client against the simulator. Server keys, certificate chain, phone key and clock come from the file, so the
/// handshake answers must be the recorded bytes, and the signatures that the client once made must verify again.
/// </summary>
internal sealed class RecordedSession : IAsyncDisposable
{
    private readonly JsonElement _file;

    private RecordedSession(JsonElement file, SimulatorHost simulator, ADVDeviceIdentity identity)
    {
        _file = file;
        Simulator = simulator;
        Account = simulator.Server.Accounts.Create(new AccountSpec
        {
            Phone = "15550001234",
            Lid = "100000012345678",
            FirstDeviceId = 7,
            FirstKeyIndex = identity.KeyIndex,
            RawId = identity.RawId,
            Identity = Pair(file.GetProperty("phoneIdentity")),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1752020041),
        });
    }

    public SimulatorHost Simulator { get; }

    public Account Account { get; }

    public JsonElement[] Connections => [.. _file.GetProperty("connections").EnumerateArray()];

    public byte[] CompanionIdentity => _file.HexOf("companionIdentityPublic");

    public static async Task<RecordedSession> StartAsync(string fileName)
    {
        var file = VectorFile.Open(fileName);
        var connections = file.GetProperty("connections").EnumerateArray().ToArray();
        var identity = RecordedIdentity(connections[0]);
        var simulator = await SimulatorHost.StartAsync(new SimulatorOptions
        {
            Time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds((long)identity.Timestamp)),
            Seed = 1,
            FirstIqId = 4177847319,
            Identity = ServerIdentity.From(
                Pair(file.GetProperty("certRoot")),
                Pair(file.GetProperty("certIntermediate")),
                Pair(file.GetProperty("serverStatic")),
                file.HexOf("certChain")),
            Ephemeral = number => Pair(connections[number - 1].GetProperty("serverEphemeral")),
        });
        return new RecordedSession(file, simulator, identity);
    }

    public ValueTask DisposeAsync() => Simulator.DisposeAsync();

    /// <summary>The plaintexts of the recorded answers of the server, by id of the request.</summary>
    public static Dictionary<string, byte[]> RecordedAnswers(JsonElement connection)
    {
        var answers = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var item in connection.GetProperty("items").EnumerateArray())
        {
            if (item.TextOf("dir") == "s2c" && item.TryGetProperty("plaintext", out _))
            {
                var plaintext = item.HexOf("plaintext");
                var node = NodeReader.Read(plaintext);
                if (node.Tag == "iq" && node["type"] == "result")
                {
                    answers[node["id"]!] = plaintext;
                }
            }
        }

        return answers;
    }

    private static KeyPair Pair(JsonElement pair) => KeyPair.FromPrivateKey(pair.HexOf("private"));

    private static ADVDeviceIdentity RecordedIdentity(JsonElement connection)
    {
        foreach (var item in connection.GetProperty("items").EnumerateArray())
        {
            if (item.TextOf("dir") == "s2c" && item.TryGetProperty("plaintext", out _)
                && NodeReader.Read(item.HexOf("plaintext")).Child("pair-success")?.Child("device-identity") is { } element)
            {
                var container = ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(element.ContentBytes.Span);
                return ADVDeviceIdentity.Parser.ParseFrom(ADVSignedDeviceIdentity.Parser.ParseFrom(container.Details).Details);
            }
        }

        throw new InvalidOperationException("The recording has no pair-success.");
    }
}

/// <summary>One recorded connection, played frame by frame.</summary>
internal sealed class RecordedConnection : IAsyncDisposable
{
    private readonly TestClient _client;
    private readonly Queue<JsonElement> _toSend;
    private readonly NoiseTransport _opener;

    private RecordedConnection(TestClient client, JsonElement recorded)
    {
        _client = client;
        _toSend = new(recorded.GetProperty("items").EnumerateArray().Where(item => item.TextOf("dir") == "c2s"));
        _opener = new NoiseTransport(recorded.HexOf("clientToServerKey"), recorded.HexOf("serverToClientKey"));
    }

    /// <summary>How many recorded frames are still to be sent.</summary>
    public int Left => _toSend.Count;

    /// <summary>Lengths of the frames that came, with their prefix.</summary>
    public List<int> FrameLengths { get; } = [];

    /// <summary>Opens the connection, plays the handshake, and compares the server's answer with the recorded one.</summary>
    public static async Task<RecordedConnection> OpenAsync(SimulatorHost simulator, JsonElement recorded)
    {
        var connection = new RecordedConnection(await TestClient.OpenAsync(simulator), recorded);
        byte[] routing = recorded.TryGetProperty("edgeRoutingIntro", out var intro) ? Hex.Bytes(intro.GetString()!) : [];
        await connection._client.SendRawAsync(
            [.. routing, .. NoiseProtocol.Prologue, .. connection._toSend.Dequeue().HexOf("wire")]);
        var recordedHello = recorded.GetProperty("items").EnumerateArray().First(item => item.TextOf("dir") == "s2c");
        var hello = await connection._client.ReceiveFrameAsync();
        Assert.Equal(recordedHello.TextOf("wire"), Hex.Text([(byte)(hello.Length >> 16), (byte)(hello.Length >> 8), (byte)hello.Length, .. hello]));
        if (connection._toSend.Peek().TextOf("summary") == "client finish")
        {
            await connection.SendNextAsync();
        }

        return connection;
    }

    /// <summary>Sends the next recorded frame.</summary>
    public Task SendNextAsync() => _client.SendRawAsync(_toSend.Dequeue().HexOf("wire"));

    /// <summary>Sends recorded frames up to the next one whose summary begins so, and that one.</summary>
    public async Task SendThroughAsync(string summary)
    {
        while (!_toSend.Peek().TextOf("summary").StartsWith(summary, StringComparison.Ordinal))
        {
            await SendNextAsync();
        }

        await SendNextAsync();
    }

    public async Task SendRestAsync()
    {
        while (_toSend.Count > 0)
        {
            await SendNextAsync();
        }
    }

    public async Task<Node> ReceiveAsync() => NodeReader.Read(await ReceivePlaintextAsync());

    public async Task<byte[]> ReceivePlaintextAsync()
    {
        var frame = await _client.ReceiveFrameAsync();
        FrameLengths.Add(frame.Length + 3);
        var plaintext = new byte[NoiseTransport.OpenedSize(frame.Length)];
        _opener.Open(frame, plaintext);
        return plaintext;
    }

    public Task ReceiveCloseAsync() => _client.ReceiveCloseAsync();

    public async ValueTask DisposeAsync()
    {
        _opener.Dispose();
        await _client.DisposeAsync();
    }
}
