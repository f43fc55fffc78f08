using System.Globalization;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Queries;

public class VerifiedNameTests
{
    [Theory]
    [InlineData("high", VerifiedLevel.High)]
    [InlineData("low", VerifiedLevel.Low)]
    [InlineData("other", VerifiedLevel.Unknown)]
    [InlineData(null, VerifiedLevel.Unknown)]
    public void Recorded_certificate_is_read(string? level, VerifiedLevel expectedLevel)
    {
        var vector = VectorFile.Open("misc.json").GetProperty("verified_name_certificate");
        var expected = vector.GetProperty("expect");

        var name = VerifiedName.Read(new Node("verified_name", [("verified_level", level)], vector.HexOf("certificate")));

        Assert.NotNull(name);
        Assert.Equal(expected.TextOf("verified_name"), name.Name);
        Assert.Equal(expected.TextOf("serial"), name.Serial.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(expected.TextOf("issuer"), name.Issuer);
        Assert.Equal(expected.GetProperty("issue_time").GetInt64(), name.IssuedAt?.ToUnixTimeSeconds());
        Assert.Equal(expectedLevel, name.Level);
    }

    [Fact]
    public void Element_without_a_readable_certificate_gives_none()
    {
        Assert.Null(VerifiedName.Read(new Node("verified_name", [("verified_level", "high")])));
        Assert.Null(VerifiedName.Read(new Node("verified_name", [], [0xff])));
    }
}
