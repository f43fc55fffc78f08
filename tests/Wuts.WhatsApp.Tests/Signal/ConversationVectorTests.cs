using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Two conversations between a phone and a companion, with the keys of both sides: every byte is known.</summary>
public class ConversationVectorTests
{
    [Theory]
    [InlineData("with_one_time_prekey")]
    [InlineData("without_one_time_prekey")]
    public void Both_sides_reproduce_every_message_and_refuse_what_was_refused(string name)
    {
        var vector = VectorFile.Open("signal-conversation.json").GetProperty(name);
        var entropy = new ScriptedEntropySource(
            vector.GetProperty("generated_keys_in_order").EnumerateArray().Select(key => key.HexOf("priv")));
        var parties = vector.GetProperty("initial").EnumerateObject().ToDictionary(
            party => party.Name, party => Party(party.Value, entropy));
        var messages = vector.GetProperty("messages").EnumerateArray().ToDictionary(message => message.TextOf("name"));
        var sent = new Dictionary<string, SessionEncryption>();

        var companion = parties["companion"];
        uint[] before = [.. companion.PreKeys.Keys];
        parties["phone"].Initiate(companion.Bundle(before.Length == 0 ? null : before[0]));

        foreach (var step in vector.GetProperty("steps").EnumerateArray())
        {
            var message = messages[step.TextOf("message")];
            if (step.TextOf("action") == "send")
            {
                var encrypted = parties[step.TextOf("from")].Send(message.HexOf("padded_plaintext"));
                Assert.Equal(message.TextOf("enc_type"), encrypted.IsPreKeyMessage ? "pkmsg" : "msg");
                Assert.Equal(message.TextOf("ciphertext"), Hex.Text(encrypted.Payload));
                sent.Add(message.TextOf("name"), encrypted);
                continue;
            }

            var receiver = parties[step.TextOf("to")];
            if (step.TextOf("expect") == "ok")
            {
                var padded = receiver.Receive(sent[message.TextOf("name")]);
                Assert.Equal(message.TextOf("padded_plaintext"), Hex.Text(padded));
                Assert.True(MessagePadding.TryUnpad(padded, out var plaintext));
                Assert.Equal(message.TextOf("plaintext"), Hex.Text(plaintext));
                Assert.Equal(message.GetProperty("padding").GetInt32(), padded.Length - plaintext.Length);
            }
            else
            {
                Assert.Equal(SignalFailure.Duplicate, receiver.Refusal(sent[message.TextOf("name")]));
            }
        }

        Assert.Equal(messages.Count, sent.Count);
        Assert.Equal(0, entropy.Left);
        var consumed = vector.GetProperty("consumed_one_time_prekeys").EnumerateArray().Select(id => id.GetUInt32());
        Assert.Equal(consumed, before.Except(companion.PreKeys.Keys));
    }

    [Theory]
    [InlineData("with_one_time_prekey")]
    [InlineData("without_one_time_prekey")]
    public void First_message_consists_of_the_known_intermediate_values(string name)
    {
        var vector = VectorFile.Open("signal-conversation.json").GetProperty(name);
        var expected = vector.GetProperty("intermediates_for_p0");
        var companion = Party(vector.GetProperty("initial").GetProperty("companion"), new SeededEntropySource(1));
        var p0 = vector.GetProperty("messages")[0];

        var message = PreKeySignalMessage.Parse(p0.HexOf("ciphertext"));
        var fields = expected.GetProperty("prekey_message_fields");
        Assert.Equal(NumberOf(fields, "preKeyId_1"), message.PreKeyId);
        Assert.Equal(fields.TextOf("baseKey_2"), Wire(message.BaseKey));
        Assert.Equal(fields.TextOf("identityKey_3"), Wire(message.IdentityKey));
        Assert.Equal(fields.TextOf("message_4"), Hex.Text(message.Message.Serialized));
        Assert.Equal(NumberOf(fields, "registrationId_5"), message.RegistrationId);
        Assert.Equal(NumberOf(fields, "signedPreKeyId_6"), message.SignedPreKeyId);

        var inner = expected.GetProperty("signal_message_fields");
        Assert.Equal(inner.TextOf("ratchetKey_1"), Wire(message.Message.RatchetKey));
        Assert.Equal(NumberOf(inner, "counter_2"), message.Message.Counter);
        Assert.Equal(inner.TextOf("ciphertext_4"), Hex.Text(message.Message.Ciphertext.Span));

        var oneTime = message.PreKeyId is { } id ? companion.PreKeys[id] : null;
        Assert.Equal(expected.TextOf("dh1_ikA_spkB"), Agreed(companion.SignedPreKey.KeyPair, message.IdentityKey));
        Assert.Equal(expected.TextOf("dh2_ekA_ikB"), Agreed(companion.Identity.KeyPair, message.BaseKey));
        Assert.Equal(expected.TextOf("dh3_ekA_spkB"), Agreed(companion.SignedPreKey.KeyPair, message.BaseKey));
        Assert.Equal(expected.GetProperty("dh4_ekA_opkB").GetString(), oneTime is null ? null : Agreed(oneTime, message.BaseKey));

        var (masterRoot, masterChain) = RootKey.Derive(expected.HexOf("master_secret"), default, "WhisperText"u8);
        Assert.True(X3dh.TryRespond(
            companion.Identity.KeyPair.PrivateKey,
            companion.SignedPreKey.KeyPair.PrivateKey,
            oneTime is null ? default : oneTime.PrivateKey,
            message.IdentityKey,
            message.BaseKey,
            out var root,
            out var unused));
        Assert.Equal(expected.TextOf("initial_root_key"), Hex.Text(root.Key));
        Assert.Equal(expected.TextOf("initial_root_key"), Hex.Text(masterRoot.Key));
        Assert.Equal(expected.TextOf("initial_chain_key_unused_by_receiver"), Hex.Text(unused.Key));
        Assert.Equal(expected.TextOf("initial_chain_key_unused_by_receiver"), Hex.Text(masterChain.Key));

        Assert.True(root.TryStep(companion.SignedPreKey.KeyPair.PrivateKey, message.Message.RatchetKey, out var next, out var chain));
        Assert.Equal(expected.TextOf("root_key_after_first_receiver_ratchet"), Hex.Text(next.Key));
        Assert.Equal(expected.TextOf("receiver_chain_key_0"), Hex.Text(chain.Key));

        var seed = new byte[ChainKey.Size];
        Assert.Equal(expected.TextOf("next_chain_key"), Hex.Text(chain.Step(seed).Key));
        Assert.Equal(expected.TextOf("message_key_seed_0"), Hex.Text(seed));

        var keys = new MessageKeys(seed, new byte[MessageKeys.Size]);
        Assert.Equal(expected.TextOf("cipher_key"), Hex.Text(keys.CipherKey));
        Assert.Equal(expected.TextOf("mac_key"), Hex.Text(keys.MacKey));
        Assert.Equal(expected.TextOf("iv"), Hex.Text(keys.Iv));

        var receiverIdentity = companion.Identity.KeyPair.PublicKey;
        var serialized = message.Message.Serialized;
        Assert.Equal(
            expected.TextOf("mac_input"), Wire(message.IdentityKey) + Wire(receiverIdentity) + Hex.Text(serialized.AsSpan(..^8)));
        Assert.Equal(expected.TextOf("mac8"), Hex.Text(serialized.AsSpan(^8..)));
        Assert.True(message.Message.HasValidMac(keys.MacKey, message.IdentityKey, receiverIdentity));
    }

    private static SignalParty Party(JsonElement vector, IEntropySource entropy)
    {
        var signed = vector.GetProperty("signedPreKey");
        var party = new SignalParty
        {
            Identity = new LocalIdentity(Pair(vector.GetProperty("identity")), vector.GetProperty("registrationId").GetUInt32()),
            SignedPreKey = new SignedPreKey(signed.GetProperty("keyId").GetUInt32(), Pair(signed), signed.HexOf("signature")),
            Entropy = entropy,
        };
        foreach (var preKey in vector.GetProperty("preKeys").EnumerateObject())
        {
            party.PreKeys.Add(uint.Parse(preKey.Name, System.Globalization.CultureInfo.InvariantCulture), Pair(preKey.Value));
        }

        return party;
    }

    private static KeyPair Pair(JsonElement vector)
    {
        var pair = KeyPair.FromPrivateKey(vector.HexOf("priv"));
        Assert.Equal(vector.TextOf("pub"), Wire(pair.PublicKey));
        return pair;
    }

    private static uint? NumberOf(JsonElement fields, string name) =>
        fields.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetUInt32() : null;

    private static string Wire(ReadOnlySpan<byte> key) => Hex.Text(PublicKeys.ToWire(key));

    private static string Agreed(KeyPair own, ReadOnlySpan<byte> peer) => Hex.Text(X25519.Agree(own.PrivateKey, peer));
}
