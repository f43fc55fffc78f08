using System.Numerics;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using static Wuts.WhatsApp.Tests.Crypto.CurveData;

namespace Wuts.WhatsApp.Tests.Crypto;

public class XEdDsaTests
{
    [Fact]
    public void Signing_with_the_randomness_of_a_vector_gives_its_signature()
    {
        foreach (var vector in VectorFile.Open("curve25519.json").GetProperty("signatures").EnumerateArray())
        {
            var signature = new byte[XEdDsa.SignatureSize];

            XEdDsa.Sign(vector.HexOf("private"), vector.HexOf("message"), vector.HexOf("random"), signature);

            Assert.Equal(vector.TextOf("signature"), Hex.Text(signature));
            Assert.Equal(vector.GetProperty("signBit").GetInt32(), signature[63] >> 7);
        }
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("signatureWithoutRandom")]
    [InlineData("signatureSpecXEdDSA")]
    public void Every_variant_of_a_signature_verifies(string variant)
    {
        foreach (var vector in VectorFile.Open("curve25519.json").GetProperty("signatures").EnumerateArray())
        {
            Assert.True(XEdDsa.Verify(vector.HexOf("public"), vector.HexOf("message"), vector.HexOf(variant)), vector.TextOf("name"));
        }
    }

    [Fact]
    public void Verification_vectors_have_their_results()
    {
        foreach (var vector in VectorFile.Open("curve25519.json").GetProperty("verification").EnumerateArray())
        {
            var valid = XEdDsa.Verify(vector.HexOf("public"), vector.HexOf("message"), vector.HexOf("signature"));

            Assert.True(vector.GetProperty("valid").GetBoolean() == valid, vector.TextOf("name"));
        }
    }

    [Fact]
    public void What_is_signed_verifies_and_any_change_does_not() => ForAll32(60, static (privateKey, message) =>
    {
        var pair = KeyPair.FromPrivateKey(privateKey);
        var signature = XEdDsa.Sign(privateKey, message);
        var bit = message.Sum(static value => value);
        return XEdDsa.Verify(pair.PublicKey, message, signature)
            && !XEdDsa.Verify(pair.PublicKey, message, Flip(signature, bit))
            && !XEdDsa.Verify(pair.PublicKey, Flip(message, bit), signature)
            && !XEdDsa.Verify(Flip(pair.PublicKey, bit), message, signature)
            && !XEdDsa.Verify(pair.PublicKey, [.. message, 0], signature);
    });

    [Fact]
    public void Every_bit_of_a_signature_counts()
    {
        var vector = VectorFile.Open("curve25519.json").GetProperty("signatures")[0];
        var (publicKey, message, signature) = (vector.HexOf("public"), vector.HexOf("message"), vector.HexOf("signature"));

        for (var bit = 0; bit < 8 * XEdDsa.SignatureSize; bit++)
        {
            Assert.False(XEdDsa.Verify(publicKey, message, Flip(signature, bit)), $"Bit {bit} was changed.");
        }
    }

    [Fact]
    public void Signing_twice_gives_two_valid_signatures()
    {
        var pair = KeyPair.Generate();

        var (first, second) = (XEdDsa.Sign(pair.PrivateKey, [1, 2, 3]), XEdDsa.Sign(pair.PrivateKey, [1, 2, 3]));

        Assert.NotEqual(first, second);
        Assert.True(XEdDsa.Verify(pair.PublicKey, [1, 2, 3], first));
        Assert.True(XEdDsa.Verify(pair.PublicKey, [1, 2, 3], second));
    }

    [Fact]
    public void An_s_from_the_group_order_upward_is_refused()
    {
        foreach (var vector in VectorFile.Open("curve25519.json").GetProperty("signatures").EnumerateArray())
        {
            var signature = vector.HexOf("signature");
            var sign = signature[63] & 0x80;
            signature[63] &= 0x7F;
            Encode(Number(signature.AsSpan(32)) + L).CopyTo(signature, 32);
            signature[63] |= (byte)sign;

            Assert.False(XEdDsa.Verify(vector.HexOf("public"), vector.HexOf("message"), signature), vector.TextOf("name"));
        }
    }

    [Fact]
    public void Keys_of_small_order_verify_nothing()
    {
        // Under a key A whose order divides 8, R = S·B satisfies R = S·B − h·A for every eighth message at least.
        var nonce = Encode(12345);
        var signature = new byte[XEdDsa.SignatureSize];
        BasePoint.Multiply(nonce).Encode(signature);
        nonce.CopyTo(signature, 32);
        foreach (var text in SmallOrderKeys)
        {
            for (var i = 0; i < 64; i++)
            {
                Assert.False(XEdDsa.Verify(Hex.Bytes(text), [(byte)i], signature), text);
            }
        }
    }

    [Fact]
    public void A_key_that_is_not_below_p_is_refused()
    {
        // The private scalar 1 belongs to u = 9, which has a second encoding below 2^255 and two more with bit 255.
        var (nonce, challenge, signature) = (Encode(12345), new byte[32], new byte[XEdDsa.SignatureSize]);
        var edwardsKey = new byte[32];
        BasePoint.Multiply(Encode(1)).Encode(edwardsKey);
        BasePoint.Multiply(nonce).Encode(signature);
        Ed25519.HashToScalar(signature.AsSpan(0, 32), edwardsKey, [], [], challenge);
        Scalar.MultiplyAdd(challenge, Encode(1), nonce, signature.AsSpan(32));

        Assert.True(XEdDsa.Verify(Encode(9), [], signature));
        Assert.False(XEdDsa.Verify(Encode(P + 9), [], signature));
        Assert.False(XEdDsa.Verify(Encode(9 + BigInteger.Pow(2, 255)), [], signature));
        Assert.False(XEdDsa.Verify(Encode(P + 9 + BigInteger.Pow(2, 255)), [], signature));
    }

    [Fact]
    public void A_key_on_the_twist_is_refused() =>
        Assert.False(XEdDsa.Verify(Encode(2), [], new byte[XEdDsa.SignatureSize]));

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 0)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    public void Keys_and_signatures_of_other_lengths_do_not_verify(int keyLength, int signatureLength) =>
        Assert.False(XEdDsa.Verify(new byte[keyLength], [], new byte[signatureLength]));

    [Theory]
    [InlineData(31, 64, 64)]
    [InlineData(32, 63, 64)]
    [InlineData(32, 64, 63)]
    [InlineData(32, 64, 65)]
    public void Wrong_lengths_when_signing_are_a_fault_of_the_caller(int keyLength, int randomLength, int signatureLength) =>
        Assert.Throws<ArgumentException>(
            () => XEdDsa.Sign(new byte[keyLength], [], new byte[randomLength], new byte[signatureLength]));

    private static byte[] Flip(ReadOnlySpan<byte> bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8 % flipped.Length] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
