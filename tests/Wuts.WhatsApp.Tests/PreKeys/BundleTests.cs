using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.PreKeys;

public class BundleTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("prekeys.json");

    [Fact]
    public void Recorded_bundles_are_read_and_their_signatures_verify()
    {
        var answer = NodeReader.Read(Vectors.GetProperty("bundleResponse").HexOf("hex"));
        Assert.Equal(NodeText.Of(NodeJson.Read(Vectors.GetProperty("bundleResponse").GetProperty("node"))), NodeText.Of(answer));

        var bundles = BundleQuery.Parse(answer).Select(bundle => Assert.IsType<BundleAnswer.Found>(bundle)).ToList();

        Assert.Equal(["15550001234:7@s.whatsapp.net", "100000087654321@lid"], bundles.Select(bundle => bundle.Device.ToString()));
        Assert.All(bundles, found => Assert.True(SignedPreKey.Verify(
            found.Bundle.IdentityKey, found.Bundle.SignedPreKey, found.Bundle.SignedPreKeySignature)));
        var (first, second) = (bundles[0].Bundle, bundles[1].Bundle);
        Assert.Equal(Vectors.GetProperty("registrationId").GetUInt32(), first.RegistrationId);
        Assert.Equal(Vectors.GetProperty("identity").TextOf("public"), Hex.Text(first.IdentityKey));
        Assert.Equal(Vectors.GetProperty("signedPreKey").GetProperty("id").GetUInt32(), first.SignedPreKeyId);
        Assert.Equal(Vectors.GetProperty("signedPreKey").TextOf("public"), Hex.Text(first.SignedPreKey));
        var oneTime = Vectors.GetProperty("preKeys")[0];
        Assert.Equal(oneTime.GetProperty("id").GetUInt32(), first.OneTimePreKey!.Id);
        Assert.Equal(oneTime.TextOf("public"), Hex.Text(first.OneTimePreKey.Key));
        Assert.Equal(12u, second.SignedPreKeyId);
        Assert.Null(second.OneTimePreKey);
    }
}
