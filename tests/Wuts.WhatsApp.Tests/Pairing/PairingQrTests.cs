using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Pairing;

public class PairingQrTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("pairing-qr.json");
    private static readonly JsonElement Vector = Vectors.GetProperty("qr");
    private static readonly byte[] Noise = Vectors.GetProperty("e2ee").GetProperty("companionNoise").HexOf("public");
    private static readonly byte[] Identity = Vectors.GetProperty("e2ee").GetProperty("companionIdentity").HexOf("public");
    private static readonly byte[] Secret = Vectors.GetProperty("e2ee").GetProperty("advSecret").HexOf("hex");

    [Fact]
    public void Both_forms_are_written_as_recorded()
    {
        Assert.Equal(Vector.TextOf("current"), Qr(Vector.TextOf("clientType")[0]).Format());
        Assert.Equal(Vector.TextOf("legacy"), Qr(null).Format());
        Assert.Equal(Vector.TextOf("clientType")[0], CompanionPlatform.Chrome.ClientType());
    }

    [Theory]
    [InlineData("current", '1')]
    [InlineData("legacy", null)]
    public void Both_forms_are_read(string form, char? clientType)
    {
        Assert.True(PairingQr.TryParse(Vector.TextOf(form), out var qr));

        Assert.Equal(Vector.TextOf("ref"), qr.Reference);
        Assert.Equal(Noise, qr.NoiseKey);
        Assert.Equal(Identity, qr.IdentityKey);
        Assert.Equal(Secret, qr.AdvSecret);
        Assert.Equal(clientType, qr.ClientType);
    }

    [Fact]
    public void Prefix_is_optional_in_either_form()
    {
        Assert.True(PairingQr.TryParse(PairingQr.Prefix + Vector.TextOf("legacy"), out var legacy));
        Assert.Null(legacy.ClientType);
        Assert.True(PairingQr.TryParse(Vector.TextOf("current")[PairingQr.Prefix.Length..], out var current));
        Assert.Equal('1', current.ClientType);
    }

    [Fact]
    public void Reference_may_contain_commas()
    {
        var text = new PairingQr("2@a,b,=,1", Noise, Identity, Secret, '7').Format();

        Assert.True(PairingQr.TryParse(text, out var qr));
        Assert.Equal("2@a,b,=,1", qr.Reference);
    }

    [Fact]
    public void Text_that_is_no_pairing_code_is_refused()
    {
        var legacy = Vector.TextOf("legacy");
        string?[] texts =
        [
            null,
            "",
            ",,,,",
            PairingQr.Prefix,
            "https://example.com/",
            legacy[(legacy.IndexOf(',', StringComparison.Ordinal) + 1)..],
            legacy[legacy.IndexOf(',', StringComparison.Ordinal)..],
            legacy[..^1],
            legacy + ",12",
            legacy.Replace("=", "!", StringComparison.Ordinal),
            legacy.Replace("=,", "= ,", StringComparison.Ordinal),
        ];

        Assert.All(texts, text => Assert.False(PairingQr.TryParse(text, out _)));
    }

    [Fact]
    public void Text_form_for_logs_shows_nothing() => Assert.DoesNotContain("2@", Qr('1').ToString(), StringComparison.Ordinal);

    [Fact]
    public void Keys_of_another_length_are_refused() =>
        Assert.Throws<ArgumentException>(() => new PairingQr("ref", Noise, Identity, new byte[31], null));

    [Fact]
    public void Every_platform_has_its_client_type() => Assert.Equal(
        "9134562" + "78",
        string.Concat(Enum.GetValues<CompanionPlatform>().Select(platform => platform.ClientType())));

    private static PairingQr Qr(char? clientType) => new(Vector.TextOf("ref"), Noise, Identity, Secret, clientType);
}
