using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Tests.Noise;

/// <summary>What a hostile server can put into its hello: nothing but a <see cref="HandshakeException"/> may come of it.</summary>
public class ServerHelloMutationTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonElement Vectors = VectorFile.Open("noise-handshake.json");
    private static readonly byte[] RootKey =
        VectorFile.Open("noise-captured-and-certs.json").GetProperty("testChain").GetProperty("rootKey").HexOf("public");

    [Fact]
    public void Every_flipped_bit_of_the_authentic_part_is_refused()
    {
        var hello = Vectors.GetProperty("xx").GetProperty("protobuf").HexOf("serverHello");
        Assert.Null(Fault(hello));

        // Every byte is covered, each with one of its bits; a protobuf has no slack that is not authenticated.
        for (var at = 0; at < hello.Length; at++)
        {
            var mutated = (byte[])hello.Clone();
            mutated[at] ^= (byte)(1 << (at % 8));
            Assert.NotNull(Fault(mutated));
        }
    }

    [Theory]
    [InlineData(20260820)]
    public void Random_bytes_and_cuts_are_refused(int seed)
    {
        var random = new Random(seed);
        var hello = Vectors.GetProperty("xx").GetProperty("protobuf").HexOf("serverHello");
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            Assert.NotNull(Fault(bytes));
            Assert.NotNull(Fault(hello[..random.Next(0, hello.Length)]));
        }
    }

    // The fault, null when the hello is accepted; any other exception escapes and fails the test.
    private static HandshakeFailure? Fault(byte[] serverHello)
    {
        var options = new ClientHandshakeOptions(Key("clientStatic"), Array.Empty<byte>(), RootKey);
        using var client = new ClientHandshake(options, Key("clientEphemeral"));
        client.CreateClientHello();
        try
        {
            client.ReadServerHello(serverHello, Now).Transport.Dispose();
            return null;
        }
        catch (HandshakeException refused)
        {
            return refused.Reason;
        }
    }

    private static KeyPair Key(string name) =>
        KeyPair.FromPrivateKey(Vectors.GetProperty("keys").GetProperty(name).HexOf("private"));
}
