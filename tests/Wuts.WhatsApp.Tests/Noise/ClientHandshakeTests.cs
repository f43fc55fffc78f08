using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Noise;

public class ClientHandshakeTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonElement Vectors = VectorFile.Open("noise-handshake.json");
    private static readonly JsonElement Certificates = VectorFile.Open("noise-captured-and-certs.json");
    private static readonly byte[] RootKey = Certificates.GetProperty("testChain").GetProperty("rootKey").HexOf("public");

    [Fact]
    public void Prologue_is_the_recorded_one() => Assert.Equal(Vectors.TextOf("prologue"), Hex.Text(NoiseProtocol.Prologue));

    [Fact]
    public void Full_handshake_gives_the_recorded_messages_and_keys()
    {
        var expected = Vectors.GetProperty("xx");
        using var client = Client();

        var hello = client.CreateClientHello();
        var (serverHello, finish) = Server().AnswerInFull(hello, NoiseProtocol.Xx);
        var result = client.ReadServerHello(serverHello, Now);
        using var transport = result.Transport;
        using var session = finish(result.ClientFinish!);

        AssertMessages(expected, hello, serverHello, result.ClientFinish);
        Assert.Equal(HandshakePattern.Xx, result.Pattern);
        AssertSession(session);
        AssertFrames(expected.GetProperty("transport"), transport, session.State);
    }

    [Fact]
    public void Accepted_resumption_gives_the_recorded_messages_and_keys()
    {
        var expected = Vectors.GetProperty("ik");
        using var client = Client(resume: true);

        var hello = client.CreateClientHello();
        using var session = Server().AnswerResumption(hello);
        var result = client.ReadServerHello(session.ServerHello, Now);
        using var transport = result.Transport;

        AssertMessages(expected, hello, session.ServerHello, clientFinish: null);
        Assert.Null(result.ClientFinish);
        Assert.Equal(HandshakePattern.Ik, result.Pattern);
        AssertSession(session);
        AssertKeys(expected.GetProperty("transport"), transport, session.State);
    }

    [Fact]
    public void Refused_resumption_falls_back_with_the_recorded_messages_and_keys()
    {
        var expected = Vectors.GetProperty("xxFallback");
        using var client = Client(resume: true);

        var hello = client.CreateClientHello();
        var (serverHello, finish) = Server().AnswerInFull(hello, NoiseProtocol.XxFallback);
        var result = client.ReadServerHello(serverHello, Now);
        using var transport = result.Transport;
        using var session = finish(result.ClientFinish!);

        Assert.Equal(Vectors.GetProperty("ik").GetProperty("protobuf").TextOf("clientHello"), Hex.Text(hello));
        AssertMessages(expected, hello: null, serverHello, result.ClientFinish);
        Assert.Equal(HandshakePattern.XxFallback, result.Pattern);
        AssertSession(session);
        AssertKeys(expected.GetProperty("transport"), transport, session.State);
    }

    [Fact]
    public void Captured_production_handshake_is_read_up_to_the_certificate()
    {
        var captured = Certificates.GetProperty("captured");
        var ephemeral = KeyPair.FromPrivateKey(captured.GetProperty("clientEphemeral").HexOf("private"));
        Assert.Equal(captured.GetProperty("clientEphemeral").TextOf("public"), Hex.Text(ephemeral.PublicKey));
        using var state = new NoiseState(NoiseProtocol.Xx);

        state.MixHash(captured.HexOf("prologue"));
        Assert.Equal(captured.TextOf("hashAfterPrologue"), Hex.Text(state.Hash));
        state.MixHash(ephemeral.PublicKey);
        Assert.Equal(captured.TextOf("hashAfterClientEphemeral"), Hex.Text(state.Hash));
        state.MixHash(captured.HexOf("serverEphemeralPublic"));
        Assert.Equal(captured.TextOf("hashAfterServerEphemeral"), Hex.Text(state.Hash));
        state.MixAgreement(ephemeral, captured.HexOf("serverEphemeralPublic"));
        Assert.Equal(captured.TextOf("chainingKeyAfterEE"), Hex.Text(state.ChainingKey));
        Assert.Equal(captured.TextOf("serverStaticPublic"), Hex.Text(state.Decrypt(captured.HexOf("encryptedServerStatic"))));
        Assert.Equal(captured.TextOf("hashAfterServerStatic"), Hex.Text(state.Hash));
        state.MixAgreement(ephemeral, captured.HexOf("serverStaticPublic"));
        Assert.Equal(captured.TextOf("chainingKeyAfterES"), Hex.Text(state.ChainingKey));
        Assert.Equal(captured.TextOf("certChain"), Hex.Text(state.Decrypt(captured.HexOf("encryptedCertChain"))));
        Assert.Equal(captured.TextOf("hashAfterCertChain"), Hex.Text(state.Hash));
    }

    [Fact]
    public void Captured_production_server_hello_is_accepted_with_the_default_root_key()
    {
        var captured = Certificates.GetProperty("captured");
        var options = new ClientHandshakeOptions(KeyPair.Generate(), Array.Empty<byte>(), ServerCertificate.WhatsAppRootKey.ToArray());
        using var client = new ClientHandshake(
            options, KeyPair.FromPrivateKey(captured.GetProperty("clientEphemeral").HexOf("private")));
        client.CreateClientHello();

        var result = client.ReadServerHello(
            ServerHello(
                captured.HexOf("serverEphemeralPublic"), captured.HexOf("encryptedServerStatic"), captured.HexOf("encryptedCertChain")),
            DateTimeOffset.FromUnixTimeSeconds(captured.GetProperty("validAt").GetInt64()));

        result.Transport.Dispose();
        Assert.Equal(captured.TextOf("serverStaticPublic"), Hex.Text(result.ServerKey.PublicKey.Span));
        var leaf = captured.GetProperty("parsedChain").GetProperty("leaf");
        Assert.Equal(leaf.GetProperty("notAfter").GetInt64(), result.ServerKey.ValidUntil.ToUnixTimeSeconds());
        Assert.True(result.ServerKey.IsUsable(result.ServerKey.ValidUntil));
        Assert.False(result.ServerKey.IsUsable(result.ServerKey.ValidUntil.AddSeconds(1)));
    }

    [Fact]
    public void Server_under_another_root_is_refused()
    {
        using var client = new ClientHandshake(Options() with { RootKey = ServerCertificate.WhatsAppRootKey.ToArray() });
        var (serverHello, _) = Server().AnswerInFull(client.CreateClientHello(), NoiseProtocol.Xx);

        var thrown = Assert.Throws<HandshakeException>(() => client.ReadServerHello(serverHello, Now));

        Assert.Equal(HandshakeFailure.CertificateRejected, thrown.Reason);
        Assert.Equal(ServerCertificateFault.UntrustedIntermediate, thrown.CertificateFault);
    }

    [Fact]
    public void Certificate_that_is_not_valid_now_is_told_from_a_wrong_one()
    {
        using var client = new ClientHandshake(Options());
        var (serverHello, _) = Server().AnswerInFull(client.CreateClientHello(), NoiseProtocol.Xx);

        var thrown = Assert.Throws<HandshakeException>(() => client.ReadServerHello(serverHello, DateTimeOffset.UnixEpoch));

        Assert.Equal(HandshakeFailure.CertificateOutOfDate, thrown.Reason);
        Assert.Equal(ServerCertificateFault.NotYetValid, thrown.CertificateFault);
    }

    [Fact]
    public void Resumption_verifies_the_certificate_as_well()
    {
        using var client = Client(resume: true);
        var otherChain = Certificates.GetProperty("mustReject").EnumerateArray()
            .Single(c => c.TextOf("name").StartsWith("leaf whose issuerSerial", StringComparison.Ordinal)).HexOf("chain");
        using var session = (Server() with { CertChain = otherChain }).AnswerResumption(client.CreateClientHello());

        var thrown = Assert.Throws<HandshakeException>(() => client.ReadServerHello(session.ServerHello, Now));

        Assert.Equal(ServerCertificateFault.UntrustedLeaf, thrown.CertificateFault);
    }

    [Fact]
    public void Server_hello_of_another_handshake_is_not_authentic()
    {
        using var first = new ClientHandshake(Options());
        using var second = new ClientHandshake(Options());
        second.CreateClientHello();
        var (serverHello, _) = Server().AnswerInFull(first.CreateClientHello(), NoiseProtocol.Xx);

        var thrown = Assert.Throws<HandshakeException>(() => second.ReadServerHello(serverHello, Now));

        Assert.Equal(HandshakeFailure.AuthenticationFailed, thrown.Reason);
    }

    public static TheoryData<string, byte[]> MalformedAnswers => new()
    {
        { "no protobuf", [0xff, 0xff, 0xff] },
        { "empty", [] },
        { "a client hello", new HandshakeMessage { ClientHello = new() }.ToByteArray() },
        { "no ephemeral", ServerHello(null, new byte[48], new byte[16]) },
        { "short ephemeral", ServerHello(new byte[31], new byte[48], new byte[16]) },
        { "no static", ServerHello(KeyPair.Generate().PublicKey.ToArray(), null, new byte[16]) },
        { "short static", ServerHello(KeyPair.Generate().PublicKey.ToArray(), new byte[15], new byte[16]) },
        { "no payload", ServerHello(KeyPair.Generate().PublicKey.ToArray(), new byte[48], null) },
    };

    [Theory]
    [MemberData(nameof(MalformedAnswers))]
    public void Malformed_server_hello_is_refused(string _, byte[] answer)
    {
        using var client = new ClientHandshake(Options());
        client.CreateClientHello();

        var thrown = Assert.Throws<HandshakeException>(() => client.ReadServerHello(answer, Now));

        Assert.Equal(HandshakeFailure.MalformedMessage, thrown.Reason);
    }

    [Fact]
    public void Server_ephemeral_of_small_order_is_refused()
    {
        using var client = new ClientHandshake(Options());
        client.CreateClientHello();

        var thrown = Assert.Throws<HandshakeException>(
            () => client.ReadServerHello(ServerHello(new byte[32], new byte[48], new byte[16]), Now));

        Assert.Equal(HandshakeFailure.WeakKey, thrown.Reason);
    }

    [Fact]
    public void Steps_out_of_order_are_a_misuse()
    {
        using var client = new ClientHandshake(Options());

        Assert.Throws<InvalidOperationException>(() => client.ReadServerHello(new byte[1], Now));
        client.CreateClientHello();
        Assert.Throws<InvalidOperationException>(() => client.CreateClientHello());
    }

    private static byte[] ServerHello(byte[]? ephemeral, byte[]? encryptedStatic, byte[]? payload)
    {
        var hello = new HandshakeMessage.Types.ServerHello();
        if (ephemeral is not null)
        {
            hello.Ephemeral = ByteString.CopyFrom(ephemeral);
        }

        if (encryptedStatic is not null)
        {
            hello.Static = ByteString.CopyFrom(encryptedStatic);
        }

        if (payload is not null)
        {
            hello.Payload = ByteString.CopyFrom(payload);
        }

        return new HandshakeMessage { ServerHello = hello }.ToByteArray();
    }

    private static KeyPair Key(string name)
    {
        var key = Vectors.GetProperty("keys").GetProperty(name);
        var pair = KeyPair.FromPrivateKey(key.HexOf("private"));
        Assert.Equal(key.TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }

    private static TestServer Server() => new(Key("serverStatic"), Key("serverEphemeral"), Vectors.HexOf("certChain"));

    private static ClientHandshakeOptions Options(bool resume = false) => new(
        Key("clientStatic"),
        Vectors.HexOf("clientPayload"),
        RootKey,
        resume ? new VerifiedServerKey(Key("serverStatic").PublicKey.ToArray(), DateTimeOffset.MaxValue) : null);

    private static ClientHandshake Client(bool resume = false) => new(Options(resume), Key("clientEphemeral"));

    private static void AssertMessages(JsonElement expected, byte[]? hello, byte[] serverHello, byte[]? clientFinish)
    {
        var (protobuf, wire) = (expected.GetProperty("protobuf"), expected);
        expected.TryGetProperty("wire", out wire);
        AssertMessage("clientHello", "firstClientMessage", hello, NoiseProtocol.Prologue.ToArray());
        AssertMessage("serverHello", "serverHello", serverHello, []);
        AssertMessage("clientFinish", "clientFinish", clientFinish, []);

        void AssertMessage(string name, string wireName, byte[]? message, byte[] intro)
        {
            Assert.Equal(message is not null, protobuf.TryGetProperty(name, out var bytes));
            if (message is null)
            {
                return;
            }

            Assert.Equal(bytes.GetString(), Hex.Text(message));
            if (wire.ValueKind == JsonValueKind.Object)
            {
                Assert.Equal(wire.TextOf(wireName), Hex.Text(intro) + message.Length.ToString("x6", null) + Hex.Text(message));
            }
        }
    }

    private static void AssertSession(TestServer.Session session)
    {
        Assert.Equal(Hex.Text(Key("clientStatic").PublicKey), Hex.Text(session.ClientStatic));
        Assert.Equal(Vectors.TextOf("clientPayload"), Hex.Text(session.ClientPayload));
    }

    private static void AssertFrames(JsonElement expected, NoiseTransport client, NoiseState serverState)
    {
        using var server = serverState.SplitForServer();
        AssertDirection("clientToServer", client, server);
        AssertDirection("serverToClient", server, client);

        void AssertDirection(string direction, NoiseTransport sender, NoiseTransport receiver)
        {
            var counter = 0;
            foreach (var frame in expected.GetProperty(direction).EnumerateArray())
            {
                Assert.Equal(counter++, frame.GetProperty("counter").GetInt32());
                var plaintext = frame.HexOf("plaintext");
                var wire = frame.HexOf("frame").AsSpan(3);
                var sealedFrame = new byte[NoiseTransport.SealedSize(plaintext.Length)];
                sender.Seal(plaintext, sealedFrame);
                Assert.Equal(Hex.Text(wire), Hex.Text(sealedFrame));
                var opened = new byte[plaintext.Length];
                Assert.Equal(plaintext.Length, receiver.Open(sealedFrame, opened));
                Assert.Equal(plaintext, opened);
            }

            Assert.NotEqual(0, counter);
        }
    }

    // Without recorded frames: what the client seals opens under the recorded keys, and the other way round.
    private static void AssertKeys(JsonElement expected, NoiseTransport client, NoiseState serverState)
    {
        var keys = (ToServer: expected.HexOf("clientToServerKey"), ToClient: expected.HexOf("serverToClientKey"));
        var split = (ToServer: new byte[32], ToClient: new byte[32]);
        serverState.Split(split.ToServer, split.ToClient);
        Assert.Equal(keys.ToServer, split.ToServer);
        Assert.Equal(keys.ToClient, split.ToClient);
        using var server = new NoiseTransport(keys.ToClient, keys.ToServer);
        var (sealedFrame, opened) = (new byte[18], new byte[2]);
        client.Seal([1, 2], sealedFrame);
        server.Open(sealedFrame, opened);
        Assert.Equal([1, 2], opened);
        server.Seal([3, 4], sealedFrame);
        client.Open(sealedFrame, opened);
        Assert.Equal([3, 4], opened);
    }
}
