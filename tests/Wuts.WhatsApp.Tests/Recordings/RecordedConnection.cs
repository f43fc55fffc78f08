using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Tests.Noise;

namespace Wuts.WhatsApp.Tests.Recordings;

/// <summary>One stanza of a recorded connection.</summary>
internal sealed record RecordedStanza(bool FromClient, byte[] Plaintext, Node Node);

/// <summary>
/// A recorded connection, replayed with the recorded keys: the server's answers in the handshake and every frame in both
/// directions come out byte for byte, or the replay fails.
/// </summary>
internal sealed record RecordedConnection(string Pattern, byte[] ClientStatic, byte[] ClientPayload, IReadOnlyList<RecordedStanza> Stanzas)
{
    public static RecordedConnection Replay(JsonElement recording, JsonElement connection)
    {
        var server = new TestServer(
            KeyPairOf(recording.GetProperty("serverStatic")),
            KeyPairOf(connection.GetProperty("serverEphemeral")),
            recording.HexOf("certChain"));
        var items = connection.GetProperty("items").EnumerateArray().ToList();
        var pattern = connection.TryGetProperty("handshake", out var name) ? name.GetString()! : "XX";

        using var session = ReplayHandshake(server, pattern, items, out var handshakeItems);
        Assert.Equal(connection.TextOf("clientStatic"), Hex.Text(session.ClientStatic));
        Assert.Equal(connection.TextOf("clientPayload"), Hex.Text(session.ClientPayload));

        var (toServer, toClient) = (new byte[32], new byte[32]);
        session.State.Split(toServer, toClient);
        Assert.Equal(connection.TextOf("clientToServerKey"), Hex.Text(toServer));
        Assert.Equal(connection.TextOf("serverToClientKey"), Hex.Text(toClient));

        using var clientEnd = session.State.SplitForClient();
        using var serverEnd = session.State.SplitForServer();
        var stanzas = items.Skip(handshakeItems).Select(item => ReplayFrame(item, clientEnd, serverEnd)).ToList();
        AssertCounters(items.Skip(handshakeItems));
        return new RecordedConnection(pattern, session.ClientStatic, session.ClientPayload, stanzas);
    }

    public static KeyPair KeyPairOf(JsonElement vector)
    {
        var pair = KeyPair.FromPrivateKey(vector.HexOf("private"));
        Assert.Equal(vector.TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }

    private static TestServer.Session ReplayHandshake(TestServer server, string pattern, List<JsonElement> items, out int used)
    {
        var clientHello = Payload(items[0], "c2s");
        if (pattern == "IK")
        {
            used = 2;
            var resumed = server.AnswerResumption(clientHello);
            Assert.Equal(Hex.Text(Payload(items[1], "s2c")), Hex.Text(resumed.ServerHello));
            return resumed;
        }

        used = 3;
        var (serverHello, finish) = server.AnswerInFull(clientHello, pattern == "XX" ? NoiseProtocol.Xx : NoiseProtocol.XxFallback);
        Assert.Equal(Hex.Text(Payload(items[1], "s2c")), Hex.Text(serverHello));
        return finish(Payload(items[2], "c2s"));
    }

    private static RecordedStanza ReplayFrame(JsonElement item, NoiseTransport clientEnd, NoiseTransport serverEnd)
    {
        var fromClient = item.TextOf("dir") == "c2s";
        var (sender, receiver) = fromClient ? (clientEnd, serverEnd) : (serverEnd, clientEnd);
        var wire = Payload(item, item.TextOf("dir"));
        var plaintext = new byte[NoiseTransport.OpenedSize(wire.Length)];
        receiver.Open(wire, plaintext);
        if (item.TryGetProperty("plaintext", out var recorded))
        {
            Assert.Equal(recorded.GetString(), Hex.Text(plaintext));
        }

        var sealedAgain = new byte[wire.Length];
        sender.Seal(plaintext, sealedAgain);
        Assert.Equal(Hex.Text(wire), Hex.Text(sealedAgain));

        var node = NodeReader.Read(plaintext);
        Assert.Equal(Hex.Text(plaintext), Hex.Text(NodeWriter.Encode(node)));
        return new RecordedStanza(fromClient, plaintext, node);
    }

    private static void AssertCounters(IEnumerable<JsonElement> items) => Assert.All(
        items.GroupBy(item => item.TextOf("dir")),
        direction => Assert.Equal(
            Enumerable.Range(0, direction.Count()), direction.Select(item => item.GetProperty("counter").GetInt32())));

    // The payload of a frame, without its length prefix.
    private static byte[] Payload(JsonElement item, string direction)
    {
        Assert.Equal(direction, item.TextOf("dir"));
        var wire = item.HexOf("wire");
        Assert.Equal(wire.Length - 3, (wire[0] << 16) | (wire[1] << 8) | wire[2]);
        return wire[3..];
    }
}
