using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Pairing;

/// <summary>Stanzas of the server with bytes changed: they are refused, and nothing is thrown.</summary>
public class PairingMutationTests
{
    private static readonly JsonElement Account = VectorFile.Open("pairing-qr.json").GetProperty("e2ee");

    [Fact]
    public void Container_with_any_byte_changed_is_rejected()
    {
        var container = Account.HexOf("signedDeviceIdentityHmac");
        Assert.IsType<PairSuccessOutcome.Accepted>(Process(container));

        for (var at = 0; at < container.Length; at++)
        {
            var mutated = (byte[])container.Clone();
            mutated[at] ^= (byte)(1 << (at % 8));
            Assert.IsType<PairSuccessOutcome.Rejected>(Process(mutated));
            Assert.IsType<PairSuccessOutcome.Rejected>(Process(container[..at]));
        }
    }

    [Theory]
    [InlineData(20260820)]
    public void Random_contents_are_rejected(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            Assert.IsType<PairSuccessOutcome.Rejected>(Process(bytes));
            var continuation = new Node(
                "notification",
                [("from", Jid.WhatsApp), ("type", "crsc_continuation")],
                [new Node("primary_ephemeral_identity", [], bytes)]);
            Assert.False(PasskeyStanzas.TryParseContinuation(continuation, out _));
            Assert.False(AdvSignatures.VerifyCompanion(bytes, new byte[32], new byte[32]));
            Assert.False(PairingQr.TryParse(Convert.ToBase64String(bytes) + "," + round, out _));
        }
    }

    private static PairSuccessOutcome Process(byte[] container)
    {
        var recorded = NodeReader.Read(Account.GetProperty("pairSuccess").HexOf("hex"));
        var body = recorded.Children[0];
        Node[] children = [new("device-identity", [], container), .. body.Children[1..]];
        var stanza = new Node("iq", recorded.Attributes, [new Node("pair-success", [], children)]);
        return PairSuccess.Process(
            stanza,
            Account.GetProperty("advSecret").HexOf("hex"),
            KeyPair.FromPrivateKey(Account.GetProperty("companionIdentity").HexOf("private")));
    }
}
