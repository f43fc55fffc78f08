using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>A group session of an independent implementation. Sync section 1.8.</summary>
public class SenderKeyVectorTests
{
    private static readonly JsonElement Vector = VectorFile.Open("signal-senderkey.json");

    [Fact]
    public void Delivery_in_any_order_reads_every_message_once()
    {
        var record = Distributed();
        foreach (var delivery in Vector.GetProperty("delivery_order").EnumerateArray())
        {
            var vector = Vector.GetProperty("messages")[delivery.GetProperty("deliver_iteration").GetInt32()];
            var message = SenderKeyMessage.Parse(vector.HexOf("enc_bytes"));
            if (delivery.TextOf("expect") == "ok")
            {
                var decrypted = GroupCipher.Decrypt(record, message);
                Assert.Equal(vector.TextOf("padded_plaintext"), Hex.Text(decrypted.Plaintext));
                Assert.True(MessagePadding.TryUnpad(decrypted.Plaintext, out var plaintext));
                Assert.Equal(vector.TextOf("plaintext"), Hex.Text(plaintext));
                record = SenderKeyRecord.Decode(decrypted.After.Encode());
            }
            else
            {
                var refused = Assert.Throws<SignalException>(() => GroupCipher.Decrypt(record, message));
                Assert.Equal(SignalFailure.Duplicate, refused.Failure);
            }
        }
    }

    [Fact]
    public void Damaged_and_unknown_messages_are_refused()
    {
        foreach (var vector in Vector.GetProperty("negative").EnumerateArray())
        {
            var expected = vector.TextOf("name") switch
            {
                "bad signature last byte" or "tampered ciphertext" => SignalFailure.InvalidSignature,
                "unknown key id" => SignalFailure.NoSenderKey,
                var name => throw new InvalidOperationException($"No test for the case {name}."),
            };
            var message = SenderKeyMessage.Parse(vector.HexOf("enc_bytes"));
            Assert.Equal(expected, Assert.Throws<SignalException>(() => GroupCipher.Decrypt(Distributed(), message)).Failure);
        }
    }

    [Fact]
    public void Messages_consist_of_the_known_intermediate_values()
    {
        var signing = Vector.GetProperty("signing_key").HexOf("priv");
        var chain = new ChainKey(Vector.HexOf("initial_chain_key"), 0);
        foreach (var vector in Vector.GetProperty("messages").EnumerateArray())
        {
            Assert.Equal(vector.GetProperty("iteration").GetUInt32(), chain.Index);
            Assert.Equal(vector.TextOf("chain_key"), Hex.Text(chain.Key));
            var seed = new byte[ChainKey.Size];
            chain = chain.Step(seed);
            Assert.Equal(vector.TextOf("message_key_seed"), Hex.Text(seed));
            Assert.Equal(vector.TextOf("next_chain_key"), Hex.Text(chain.Key));

            var keys = new GroupMessageKeys(seed, new byte[GroupMessageKeys.Size]);
            Assert.Equal(vector.TextOf("okm48"), Hex.Text(keys.Iv) + Hex.Text(keys.CipherKey));
            Assert.Equal(vector.TextOf("iv"), Hex.Text(keys.Iv));
            Assert.Equal(vector.TextOf("cipher_key"), Hex.Text(keys.CipherKey));

            // Signatures contain a random nonce, so everything before it is compared and ours is verified.
            var iteration = chain.Index - 1;
            var ciphertext = PayloadCipher.Encrypt(keys.CipherKey, keys.Iv, vector.HexOf("padded_plaintext"));
            var built = SenderKeyMessage.Create(KeyId, iteration, ciphertext, signing, new SeededEntropySource(1));
            var given = vector.HexOf("enc_bytes");
            Assert.Equal(vector.TextOf("signature"), Hex.Text(given.AsSpan(^64..)));
            Assert.Equal(Hex.Text(given.AsSpan(..^64)), Hex.Text(built.Serialized.AsSpan(..^64)));
            Assert.True(built.IsSignedBy(KeyPair.FromPrivateKey(signing).PublicKey));
        }
    }

    [Fact]
    public void Distribution_message_is_read_and_written()
    {
        var carrier = Message.Parser.ParseFrom(Vector.HexOf("carrier_message_plaintext")).SenderKeyDistributionMessage;
        Assert.Equal(Vector.TextOf("group"), carrier.GroupId);
        Assert.Equal(Vector.TextOf("skdm"), Hex.Text(carrier.AxolotlSenderKeyDistributionMessage.Span));

        var distribution = SenderKeyDistribution.Parse(Vector.HexOf("skdm"));
        Assert.Equal(KeyId, distribution.KeyId);
        Assert.Equal(0u, distribution.Chain.Index);
        Assert.Equal(Vector.GetProperty("signing_key").TextOf("pub"), Hex.Text(PublicKeys.ToWire(distribution.SigningPublic)));
        Assert.Equal(Vector.TextOf("skdm"), Hex.Text(distribution.Encode()));

        var sender = Jid.Parse(Vector.TextOf("sender")).WithDevice(Vector.GetProperty("sender_device").GetUInt16());
        var name = new SenderKeyName(Jid.Parse(Vector.TextOf("group")), SignalAddress.FromJid(sender));
        Assert.Equal(
            Vector.TextOf("sender_key_store_id"), $"{name.Group}::{name.Sender.User}::{name.Sender.Device}");
    }

    private static uint KeyId => Vector.GetProperty("key_id").GetUInt32();

    private static SenderKeyRecord Distributed() =>
        GroupCipher.Process(SenderKeyRecord.Empty, SenderKeyDistribution.Parse(Vector.HexOf("skdm")));
}
