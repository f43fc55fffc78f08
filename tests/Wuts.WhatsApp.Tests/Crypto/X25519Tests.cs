using System.Security.Cryptography;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using static Wuts.WhatsApp.Tests.Crypto.CurveData;

namespace Wuts.WhatsApp.Tests.Crypto;

public class X25519Tests
{
    [Fact]
    public void Both_sides_of_an_agreement_vector_reach_its_secret()
    {
        foreach (var vector in VectorFile.Open("curve25519.json").GetProperty("agreement").EnumerateArray())
        {
            var a = KeyPair.FromPrivateKey(vector.HexOf("privateA"));
            var b = KeyPair.FromPrivateKey(vector.HexOf("privateB"));

            Assert.Equal(vector.TextOf("publicA"), Hex.Text(a.PublicKey));
            Assert.Equal(vector.TextOf("publicB"), Hex.Text(b.PublicKey));
            Assert.Equal(vector.TextOf("shared"), Hex.Text(X25519.Agree(a.PrivateKey, b.PublicKey)));
            Assert.Equal(vector.TextOf("shared"), Hex.Text(X25519.Agree(b.PrivateKey, a.PublicKey)));
        }
    }

    // RFC 7748 section 5.2. Bit 255 of the second u coordinate is set.
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Published_vectors_hold(string scalar, string u, string result) =>
        Assert.Equal(result, Hex.Text(X25519.Agree(Hex.Bytes(scalar), Hex.Bytes(u))));

    [Theory]
    [InlineData(1, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")]
    [InlineData(1000, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")]
    public void The_iterated_function_reaches_the_published_values(int iterations, string result)
    {
        var k = Encode(9);
        var u = Encode(9);
        for (var i = 0; i < iterations; i++)
        {
            (k, u) = (X25519.Agree(k, u), k);
        }

        Assert.Equal(result, Hex.Text(k));
    }

    [Fact]
    public void Agreement_is_symmetric() => ForAll32(100, static (a, b) =>
    {
        var (publicA, publicB) = (new byte[32], new byte[32]);
        X25519.DerivePublicKey(a, publicA);
        X25519.DerivePublicKey(b, publicB);
        return X25519.Agree(a, publicB).AsSpan().SequenceEqual(X25519.Agree(b, publicA));
    });

    [Fact]
    public void A_public_key_from_p_upward_stands_for_its_remainder()
    {
        var privateKey = Hex.Bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        for (var u = 2; u < 19; u++)
        {
            Assert.Equal(X25519.Agree(privateKey, Encode(u)), X25519.Agree(privateKey, Encode(P + u)));
        }
    }

    [Fact]
    public void Bit_255_of_a_public_key_is_ignored() => ForAll32(20, static (privateKey, publicKey) =>
    {
        byte[] flipped = [.. publicKey];
        flipped[31] ^= 0x80;
        var (one, other) = (new byte[32], new byte[32]);
        return X25519.TryAgree(privateKey, publicKey, one) == X25519.TryAgree(privateKey, flipped, other)
            && one.AsSpan().SequenceEqual(other);
    });

    [Fact]
    public void Keys_of_small_order_are_refused()
    {
        var privateKey = Hex.Bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        foreach (var text in SmallOrderKeys)
        {
            var publicKey = Hex.Bytes(text);
            foreach (var highBit in new byte[] { 0x00, 0x80 })
            {
                publicKey[31] = (byte)((publicKey[31] & 0x7F) | highBit);
                var secret = new byte[32];
                secret.AsSpan().Fill(0xAA);

                Assert.False(X25519.TryAgree(privateKey, publicKey, secret), text);
                Assert.Equal(new byte[32], secret);
                Assert.Throws<CryptographicException>(() => X25519.Agree(privateKey, publicKey));
            }
        }
    }

    [Fact]
    public void Only_clamped_bits_of_a_private_key_count()
    {
        var key = Hex.Bytes("a046e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449a44");
        byte[] loose = [.. key];
        loose[0] |= 7;
        loose[31] = (byte)((loose[31] | 0x80) & ~0x40);

        Assert.Equal(X25519.Agree(key, Encode(9)), X25519.Agree(loose, Encode(9)));
        Assert.Equal(KeyPair.FromPrivateKey(key).PublicKey, KeyPair.FromPrivateKey(loose).PublicKey);
    }

    [Fact]
    public void The_result_may_replace_an_operand()
    {
        var privateKey = Hex.Bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        var buffer = Hex.Bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");

        Assert.True(X25519.TryAgree(privateKey, buffer, buffer));

        Assert.Equal("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552", Hex.Text(buffer));
    }

    [Fact]
    public void Bytes_behind_the_result_are_left_alone()
    {
        var publicKey = new byte[33];
        publicKey[32] = 7;
        var secret = new byte[33];
        secret[32] = 8;

        X25519.DerivePublicKey(Encode(1), publicKey);
        Assert.True(X25519.TryAgree(Encode(1), publicKey.AsSpan(0, 32), secret));

        Assert.Equal(7, publicKey[32]);
        Assert.Equal(8, secret[32]);
    }

    [Theory]
    [InlineData(31, 32, 32)]
    [InlineData(33, 32, 32)]
    [InlineData(32, 31, 32)]
    [InlineData(32, 33, 32)]
    [InlineData(32, 32, 31)]
    public void Wrong_lengths_are_a_fault_of_the_caller(int privateLength, int publicLength, int secretLength) =>
        Assert.Throws<ArgumentException>(
            () => X25519.TryAgree(new byte[privateLength], new byte[publicLength], new byte[secretLength]));
}
