using System.Globalization;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Media;

namespace Wuts.WhatsApp.Tests.Media;

public class MediaUrlTests
{
    private static readonly JsonElement Vector = VectorFile.Open("media.json").GetProperty("url");

    [Theory]
    [InlineData("md_msg_hist", MediaKind.History)]
    [InlineData("md_app_state", MediaKind.AppState)]
    public void Url_vectors_hold(string name, MediaKind kind)
    {
        var url = MediaUrl.Build(new Uri($"https://{Vector.TextOf("host")}"), Reference(Vector.TextOf("direct_path")), kind);

        Assert.Equal(Vector.TextOf(name), url.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9080/media", "http://127.0.0.1:9080/media/v/f.enc?hash=")]
    [InlineData("http://127.0.0.1:9080/media/", "http://127.0.0.1:9080/media/v/f.enc?hash=")]
    [InlineData("https://host.example", "https://host.example/v/f.enc?hash=")]
    public void Base_url_replaces_the_host_and_keeps_its_own_path(string baseUrl, string expectedStart)
    {
        var url = MediaUrl.Build(new Uri(baseUrl), Reference("/v/f.enc"), MediaKind.Image);

        Assert.StartsWith(expectedStart, url.AbsoluteUri, StringComparison.Ordinal);
        Assert.EndsWith("&mms-type=image&__wa-mms=", url.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("ftp://host.example")]
    [InlineData("https://host.example?x=1")]
    public void Base_url_that_cannot_serve_files_is_refused(string baseUrl) =>
        Assert.Throws<ArgumentException>(() => new FixedMediaHost(new Uri(baseUrl, UriKind.RelativeOrAbsolute)));

    [Fact]
    public void Picture_expiry_vectors_hold()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("picture_url_expiry").GetProperty("cases").EnumerateArray())
        {
            var url = $"https://pps.whatsapp.net/v/t61.24694-24/1_2_3_n.jpg?ccb=11-4&oh=01_A&oe={vector.TextOf("oe")}&_nc_sid=5e03e0";

            Assert.True(MediaUrl.TryGetExpiry(url, out var expiresAt));
            Assert.Equal(vector.GetProperty("expires_at").GetInt64(), expiresAt.ToUnixTimeSeconds());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://pps.whatsapp.net/v/oe=6A3F1C80.jpg")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?oh=1")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?xoe=6A3F1C80")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?oe=")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?oe=xyz")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?oe=FFFFFFFFFFFFFFFF")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?oe=7FFFFFFFFFFFFFFF")]
    [InlineData("https://pps.whatsapp.net/v/a.jpg?oh=1#oe=6A3F1C80")]
    public void Url_without_a_readable_expiry_has_none(string? url) => Assert.False(MediaUrl.TryGetExpiry(url, out _));

    [Fact]
    public void Expiry_is_found_in_last_and_in_first_place()
    {
        var expected = DateTimeOffset.Parse("2026-06-27T00:42:40Z", CultureInfo.InvariantCulture);

        Assert.True(MediaUrl.TryGetExpiry("/v/a.jpg?oe=6a3f1c80", out var first));
        Assert.True(MediaUrl.TryGetExpiry("/v/a.jpg?ccb=11-4&oe=6A3F1C80#x", out var last));
        Assert.Equal(expected, first);
        Assert.Equal(expected, last);
    }

    private static MediaReference Reference(string path)
    {
        Assert.True(MediaReference.TryCreate(path, new byte[32], Vector.HexOf("file_enc_sha256"), default, out var reference));
        return reference;
    }
}
