using System.Net;
using System.Security.Cryptography;
using Wuts.Core.Contacts;
using Wuts.Core.Metrics;
using Wuts.Core.Tests.Stores;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Contacts;

public sealed class PictureTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_picture_has_an_address_and_is_asked_for_once()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        using var watch = new QueryWatch(scene.Server, "w:profile:picture");

        var first = await scene.Contact(person.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Value();
        var second = await scene.Contact(person.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Value();

        Assert.Equal(person.Picture!.Id, first.Info!.Id);
        Assert.Equal(first.Info.Url, second.Info!.Url);
        Assert.Equal(1, watch.Count);
    }

    [Fact]
    public async Task A_picture_that_the_caller_has_is_unchanged()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });

        var picture = await scene.Contact(person.Jid)
            .GetPictureAsync(PictureSize.Preview, person.Picture!.Id, Day, CancellationToken.None).Value();

        Assert.True(picture.IsUnchanged);
        Assert.Null(picture.Info);
    }

    [Fact]
    public async Task No_picture_and_a_hidden_one_are_told_apart_and_remembered()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var blank = scene.Server.People.Add();
        var shy = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        shy.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        using var watch = new QueryWatch(scene.Server, "w:profile:picture");

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                Visibility.NotSet,
                (await scene.Contact(blank.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Value()).Visibility);
            Assert.Equal(
                Visibility.Hidden,
                (await scene.Contact(shy.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Value()).Visibility);
        }

        Assert.Equal(2, watch.Count);
    }

    [Fact]
    public async Task A_rate_limit_is_never_no_picture()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        scene.Server.Faults.Add(new Fault.RequestError { Xmlns = "w:profile:picture", Code = 429, Backoff = 30 });

        var failure = await scene.Contact(person.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Failure();

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(30), IsOwnLimit: false), failure);
    }

    [Fact]
    public async Task A_file_is_fetched_once_and_kept()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });

        var files = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            scene.Contact(person.Jid).GetPictureFileAsync(PictureSize.Preview, Day, CancellationToken.None))).Within();
        await scene.RestartAsync();
        var later = await scene.Contact(person.Jid).GetPictureFileAsync(PictureSize.Preview, Day, CancellationToken.None).Value();

        Assert.All(files, f => Assert.Equal(person.Picture!.ToJpeg(preview: true), f.Value!.Jpeg.ToArray()));
        Assert.Equal(person.Picture!.Id, later.Id);
        Assert.Equal(person.Picture.ToJpeg(preview: true), later.Jpeg.ToArray());
        Assert.Equal(1, scene.Database.PictureWrites);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read_to_its_end()
    {
        using var metrics = new GatewayMetrics();
        using var downloader = new PictureDownloader(metrics, false, new FixedHandler(() => new byte[PictureDownloader.MaxSize + 1]));

        var failure = await Assert.ThrowsAsync<PictureUnavailableException>(() => downloader.DownloadAsync(Info(default), CancellationToken.None));

        Assert.False(failure.IsGone);
        Assert.Contains("too large", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_largest_size_with_the_right_hash_is_taken()
    {
        var file = new byte[PictureDownloader.MaxSize];
        (file[0], file[1], file[2]) = (0xFF, 0xD8, 0xFF);
        using var metrics = new GatewayMetrics();
        using var downloader = new PictureDownloader(metrics, false, new FixedHandler(() => file));

        Assert.Equal(file, await downloader.DownloadAsync(Info(SHA256.HashData(file)), CancellationToken.None));
    }

    [Theory]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "not a JPEG")]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "hash")]
    public async Task A_file_that_is_not_what_it_should_be_is_refused(byte[] file, string problem)
    {
        using var metrics = new GatewayMetrics();
        using var downloader = new PictureDownloader(metrics, false, new FixedHandler(() => file));

        var failure = await Assert.ThrowsAsync<PictureUnavailableException>(
            () => downloader.DownloadAsync(Info(SHA256.HashData("other"u8)), CancellationToken.None));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Gone, true)]
    [InlineData(HttpStatusCode.Found, false)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    public async Task An_address_that_does_not_work_any_more_is_told_apart_and_no_redirect_is_followed(HttpStatusCode status, bool isGone)
    {
        using var metrics = new GatewayMetrics();
        using var downloader = new PictureDownloader(metrics, false, new FixedHandler(() => [], status));

        var failure = await Assert.ThrowsAsync<PictureUnavailableException>(() => downloader.DownloadAsync(Info(default), CancellationToken.None));

        Assert.Equal(isGone, failure.IsGone);
    }

    [Fact]
    public async Task An_address_without_TLS_is_not_asked()
    {
        using var metrics = new GatewayMetrics();
        using var downloader = new PictureDownloader(metrics, false, new FixedHandler(() => throw new InvalidOperationException("It was asked.")));

        await Assert.ThrowsAsync<PictureUnavailableException>(
            () => downloader.DownloadAsync(Info(default) with { Url = new Uri("http://pps.whatsapp.net/a.jpg") }, CancellationToken.None));
    }

    private static PictureInfo Info(ReadOnlyMemory<byte> hash) =>
        new("1", new Uri("https://pps.whatsapp.net/a.jpg"), PictureSize.Full, null, hash, null);

    private sealed class FixedHandler(Func<byte[]> file, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StreamContent(new MemoryStream(file())) });
    }
}
