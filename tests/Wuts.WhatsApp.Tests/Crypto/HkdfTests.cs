using System.Security.Cryptography;
using Wuts.Testing;

namespace Wuts.WhatsApp.Tests.Crypto;

public class HkdfTests
{
    /// <summary>The base library derives what the protocol expects, also with an empty salt and with empty key material.</summary>
    [Fact]
    public void Key_derivation_of_the_base_library_matches_the_vectors()
    {
        foreach (var vector in VectorFile.Open("hkdf.json").GetProperty("vectors").EnumerateArray())
        {
            var output = new byte[vector.GetProperty("length").GetInt32()];

            HKDF.DeriveKey(HashAlgorithmName.SHA256, vector.HexOf("ikm"), output, vector.HexOf("salt"), vector.HexOf("info"));

            Assert.Equal(vector.TextOf("okm"), Hex.Text(output));
        }
    }
}
