using Wuts.Testing;
using Wuts.WhatsApp.Crypto;

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
}
