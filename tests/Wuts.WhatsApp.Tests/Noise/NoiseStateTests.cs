using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Tests.Noise;

public class NoiseStateTests
{
    [Theory]
    [InlineData("xx")]
    [InlineData("ik")]
    [InlineData("xxFallback")]
    public void Every_step_of_the_recorded_handshake_gives_the_recorded_state(string section)
    {
        var handshake = VectorFile.Open("noise-handshake.json").GetProperty(section);
        using var state = new NoiseState(handshake.TextOf("pattern"));

        foreach (var step in handshake.GetProperty("trace").EnumerateArray())
        {
            Apply(step, state);
            AssertState(step, state);
        }

        var transport = handshake.GetProperty("transport");
        var keys = new byte[64];
        state.Split(keys.AsSpan(0, 32), keys.AsSpan(32));
        Assert.Equal(transport.TextOf("clientToServerKey") + transport.TextOf("serverToClientKey"), Hex.Text(keys));
    }

    [Fact]
    public void Key_is_mixed_and_used_as_in_the_external_vector()
    {
        var vector = VectorFile.Open("noise-captured-and-certs.json").GetProperty("mixKeyOnly");
        using var state = new NoiseState(NoiseProtocol.Xx);
        Assert.Equal(vector.TextOf("chainingKeyBefore"), Hex.Text(state.ChainingKey));

        state.MixAgreement(KeyPair.FromPrivateKey(vector.HexOf("clientEphemeralPrivate")), vector.HexOf("serverEphemeralPublic"));

        Assert.Equal(vector.TextOf("chainingKeyAfter"), Hex.Text(state.ChainingKey));
        Assert.Equal(vector.GetProperty("counter").GetUInt32(), state.Counter);
        using var cipher = new System.Security.Cryptography.AesGcm(state.Key, NoiseProtocol.TagSize);
        var ciphertext = vector.HexOf("ciphertext");
        var plaintext = new byte[32];
        cipher.Decrypt(new byte[12], ciphertext.AsSpan(0, 32), ciphertext.AsSpan(32), plaintext, vector.HexOf("aad"));
        Assert.Equal(vector.TextOf("plaintext"), Hex.Text(plaintext));
    }

    [Fact]
    public void Altered_ciphertext_is_refused()
    {
        var (sender, receiver) = PairOfStates();
        using var owned = sender;
        using var other = receiver;
        var ciphertext = sender.Encrypt("hello"u8);
        ciphertext[^1] ^= 1;

        var thrown = Assert.Throws<HandshakeException>(() => receiver.Decrypt(ciphertext));

        Assert.Equal(HandshakeFailure.AuthenticationFailed, thrown.Reason);
        Assert.False(thrown.IsTransient);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void Ciphertext_shorter_than_a_tag_is_malformed(int length)
    {
        var (sender, receiver) = PairOfStates();
        using var owned = sender;
        using var other = receiver;

        var thrown = Assert.Throws<HandshakeException>(() => receiver.Decrypt(new byte[length]));

        Assert.Equal(HandshakeFailure.MalformedMessage, thrown.Reason);
    }

    [Fact]
    public void Public_key_of_small_order_is_refused()
    {
        using var state = new NoiseState(NoiseProtocol.Xx);

        var thrown = Assert.Throws<HandshakeException>(() => state.MixAgreement(KeyPair.Generate(), new byte[32]));

        Assert.Equal(HandshakeFailure.WeakKey, thrown.Reason);
    }

    [Fact]
    public void Disposed_state_holds_no_keys()
    {
        var (state, other) = PairOfStates();
        other.Dispose();

        state.Dispose();

        Assert.Equal(-1, state.Key.IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, state.ChainingKey.IndexOfAnyExcept((byte)0));
    }

    private static (NoiseState Sender, NoiseState Receiver) PairOfStates()
    {
        var (sender, receiver) = (new NoiseState(NoiseProtocol.Xx), new NoiseState(NoiseProtocol.Xx));
        sender.MixKey("secret"u8);
        receiver.MixKey("secret"u8);
        return (sender, receiver);
    }

    private static void Apply(JsonElement step, NoiseState state)
    {
        switch (step.TextOf("step").Split('(')[0])
        {
            case "init":
                break;
            case "mixHash":
                state.MixHash(step.HexOf("data"));
                break;
            case "mixKey":
                state.MixKey(step.HexOf("sharedSecret"));
                break;
            case "encryptAndHash":
                Assert.Equal(step.GetProperty("counter").GetUInt32(), state.Counter);
                Assert.Equal(step.TextOf("key"), Hex.Text(state.Key));
                Assert.Equal(step.TextOf("aad"), Hex.Text(state.Hash));
                Assert.Equal(step.TextOf("ciphertext"), Hex.Text(state.Encrypt(step.HexOf("plaintext"))));
                break;
            default:
                Assert.Fail($"Unknown step {step.TextOf("step")}.");
                break;
        }
    }

    private static void AssertState(JsonElement step, NoiseState state)
    {
        Assert.Equal(step.TextOf("hash"), Hex.Text(state.Hash));
        if (step.TryGetProperty("chainingKey", out var chainingKey))
        {
            Assert.Equal(chainingKey.GetString(), Hex.Text(state.ChainingKey));
        }

        if (step.TryGetProperty("key", out var key))
        {
            Assert.Equal(key.GetString(), Hex.Text(state.Key));
        }
    }
}
