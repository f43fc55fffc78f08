using Wuts.Testing;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Tests.Crypto;

public class HkdfSha256Tests
{
    [Fact]
    public void Every_vector_gives_its_output()
    {
        var vectors = VectorFile.Open("hkdf.json").GetProperty("vectors").EnumerateArray().ToList();
        Assert.NotEmpty(vectors);

        Assert.All(vectors, vector =>
        {
            var output = new byte[vector.GetProperty("length").GetInt32()];
            HkdfSha256.Derive(vector.HexOf("ikm"), vector.HexOf("salt"), vector.HexOf("info"), output);
            Assert.Equal(vector.TextOf("okm"), Hex.Text(output));
        });
    }
}
