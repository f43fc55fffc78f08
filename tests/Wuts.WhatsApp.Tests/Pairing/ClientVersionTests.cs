using Wuts.Testing;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Pairing;

public class ClientVersionTests
{
    [Fact]
    public void Default_version_and_its_build_hash_are_the_recorded_ones()
    {
        var vectors = VectorFile.Open("client-payload.json");
        var numbers = vectors.GetProperty("version").EnumerateArray().Select(n => n.GetUInt32()).ToArray();

        Assert.Equal(new ClientVersion(numbers[0], numbers[1], numbers[2]), ClientVersion.Default);
        Assert.Equal(vectors.GetProperty("buildHash").TextOf("input"), ClientVersion.Default.ToString());
        Assert.Equal(vectors.GetProperty("buildHash").TextOf("md5"), Hex.Text(ClientVersion.Default.BuildHash()));
    }

    [Fact]
    public void Written_form_is_parsed() =>
        Assert.Equal(new ClientVersion(2, 3000, 1045649367), ClientVersion.Parse("2.3000.1045649367"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1045649367")]
    [InlineData("2.3000")]
    [InlineData("2.3000.1.2")]
    [InlineData("2.3000.-1")]
    [InlineData("2.3000.4294967296")]
    [InlineData("2.3000. 1")]
    [InlineData("2.3000.x")]
    public void Other_text_is_no_version(string? text)
    {
        Assert.False(ClientVersion.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ClientVersion.Parse(text!));
    }

    [Theory]
    [InlineData("""x,"client_revision":1045649368,"y":1""")]
    [InlineData("""x={\"client_revision\":1045649368,\"y\":1}""")]
    [InlineData("client_revision: 1045649368")]
    public void Revision_is_found_in_the_page(string page)
    {
        Assert.True(ClientVersion.TryFindIn(page, out var version));
        Assert.Equal("2.3000.1045649368", version.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("client_revision")]
    [InlineData("client_revision=5")]
    [InlineData("client_revision:")]
    [InlineData("client_revision:x")]
    [InlineData("client_revision:99999999999999999999")]
    public void Page_without_a_revision_gives_none(string page) => Assert.False(ClientVersion.TryFindIn(page, out _));
}
