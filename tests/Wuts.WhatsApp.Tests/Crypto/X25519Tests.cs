using Wuts.Testing;
using Wuts.WhatsApp.Crypto;

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
}
