using Wuts.Testing;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Tests.Crypto;

public class KeyPairTests
{
    [Fact]
    public void A_generated_pair_is_clamped_consistent_and_new()
    {
        var pair = KeyPair.Generate();
        var expected = new byte[X25519.KeySize];
        X25519.DerivePublicKey(pair.PrivateKey, expected);

        Assert.Equal(expected, pair.PublicKey);
        Assert.Equal(0, pair.PrivateKey[0] & 7);
        Assert.Equal(0x40, pair.PrivateKey[31] & 0xC0);
        Assert.NotEqual(Hex.Text(pair.PrivateKey), Hex.Text(KeyPair.Generate().PrivateKey));
    }

    [Fact]
    public void A_restored_pair_is_a_clamped_copy()
    {
        var stored = new byte[X25519.KeySize];
        stored.AsSpan().Fill(0xFF);

        var pair = KeyPair.FromPrivateKey(stored);
        stored.AsSpan().Clear();

        Assert.Equal("f8" + string.Concat(Enumerable.Repeat("ff", 30)) + "7f", Hex.Text(pair.PrivateKey));
    }

    [Fact]
    public void The_text_form_reveals_nothing() => Assert.Equal("KeyPair", KeyPair.Generate().ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_private_key_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => KeyPair.FromPrivateKey(new byte[length]));
}
