using System.Net;
using Wuts.Testing;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Tests.Media;

public sealed class MediaDownloaderTests : IDisposable
{
    private static readonly byte[] MediaKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Plain = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];
    private static readonly EncryptedMedia File = MediaFile.Encrypt(Plain, MediaKey, MediaKind.AppState);
    private static readonly TimeSpan Guard = Testing.Guard.Limit;

    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedHandler _server = new();
    private readonly CountingHosts _hosts = new("one.example", "two.example", "three.example");

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task File_is_fetched_verified_and_decrypted()
    {
        _server.Enqueue(_ => Bytes(File.File));

        var outcome = await DownloadAsync();

        var downloaded = Assert.IsType<MediaDownloadOutcome.Downloaded>(outcome);
        using var content = downloaded.Content;
        using var copy = new MemoryStream();
        await content.OpenRead().CopyToAsync(copy);
        Assert.Equal(Plain, copy.ToArray());
        var request = Assert.Single(_server.Requests);
        Assert.Equal("one.example", request.Url.Host);
        Assert.Equal("https://web.whatsapp.com", request.Origin);
        Assert.Equal("https://web.whatsapp.com/", request.Referrer);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Gone)]
    public async Task Expired_file_is_asked_for_once(HttpStatusCode status)
    {
        _server.Enqueue(_ => new HttpResponseMessage(status));

        Assert.Equal(new MediaDownloadOutcome.Expired(status), await DownloadAsync());
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Hosts_take_turns_with_growing_pauses()
    {
        _server.Enqueue(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        _server.Enqueue(HttpResponseMessage (_) => throw new HttpRequestException("no route"));
        _server.Enqueue(_ => new HttpResponseMessage(HttpStatusCode.TooManyRequests));
        _server.Enqueue(_ => Bytes(File.File));

        var download = DownloadAsync();
        foreach (var pause in (int[])[1, 2, 3])
        {
            await _time.WhenTimersArmedAsync().WaitAsync(Guard);
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.False(download.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var downloaded = Assert.IsType<MediaDownloadOutcome.Downloaded>(await download.WaitAsync(Guard));
        downloaded.Content.Dispose();
        Assert.Equal(["one.example", "two.example", "three.example", "one.example"], _server.Requests.Select(r => r.Url.Host));
    }

    [Fact]
    public async Task Download_gives_up_after_its_attempts_and_says_what_the_last_server_said()
    {
        for (var i = 0; i < 5; i++)
        {
            _server.Enqueue(_ => new HttpResponseMessage(HttpStatusCode.BadGateway));
        }

        var outcome = await RunAsync(DownloadAsync());

        Assert.Equal(HttpStatusCode.BadGateway, Assert.IsType<MediaDownloadOutcome.Unreachable>(outcome).LastStatus);
        Assert.Equal(5, _server.Requests.Count);
    }

    [Fact]
    public async Task Corrupt_file_is_fetched_from_another_host()
    {
        var broken = (byte[])File.File.Clone();
        broken[100] ^= 1;
        _server.Enqueue(_ => Bytes(broken));
        _server.Enqueue(_ => Bytes(File.File));

        var outcome = await RunAsync(DownloadAsync());

        Assert.IsType<MediaDownloadOutcome.Downloaded>(outcome).Content.Dispose();
        Assert.Equal(["one.example", "two.example"], _server.Requests.Select(r => r.Url.Host));
    }

    [Fact]
    public async Task File_that_stays_corrupt_is_reported_as_corrupt()
    {
        for (var i = 0; i < 5; i++)
        {
            _server.Enqueue(_ => Bytes(File.File[..^1]));
        }

        Assert.Equal(new MediaDownloadOutcome.Corrupt(MediaFault.EncryptedHash), await RunAsync(DownloadAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_larger_than_the_limit_is_not_read_to_its_end(bool announced)
    {
        _server.Enqueue(_ => Bytes(File.File, announced));

        Assert.Equal(new MediaDownloadOutcome.TooLarge(File.File.Length - 1), await DownloadAsync(File.File.Length - 1));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task File_of_exactly_the_limit_is_accepted()
    {
        _server.Enqueue(_ => Bytes(File.File, announceLength: false));

        var outcome = await DownloadAsync(File.File.Length);

        Assert.IsType<MediaDownloadOutcome.Downloaded>(outcome).Content.Dispose();
    }

    [Fact]
    public async Task Connection_that_breaks_in_the_body_is_tried_again()
    {
        _server.Enqueue(_ => Body(new BreakingStream(File.File.AsMemory(0, 1000), new IOException("reset"))));
        _server.Enqueue(_ => Bytes(File.File));

        var outcome = await RunAsync(DownloadAsync());

        Assert.IsType<MediaDownloadOutcome.Downloaded>(outcome).Content.Dispose();
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_left_after_the_time_out()
    {
        var options = MediaDownloadOptions.Default with { Attempts = 1 };
        _server.Enqueue(async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("unreachable");
        });

        var download = DownloadAsync(options: options);
        await _time.WhenTimersArmedAsync().WaitAsync(Guard);
        _time.Advance(options.AttemptTimeout);

        var outcome = Assert.IsType<MediaDownloadOutcome.Unreachable>(await download.WaitAsync(Guard));
        Assert.IsType<TimeoutException>(outcome.Cause);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_an_exception()
    {
        using var caller = new CancellationTokenSource();
        _server.Enqueue(async cancellation =>
        {
            await caller.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException("unreachable");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DownloadAsync(cancellationToken: caller.Token));
    }

    [Fact]
    public async Task Host_that_wants_authentication_makes_the_next_attempt_ask_for_hosts_again()
    {
        _server.Enqueue(_ => new HttpResponseMessage(HttpStatusCode.Unauthorized));
        _server.Enqueue(_ => Bytes(File.File));

        var outcome = await RunAsync(DownloadAsync());

        Assert.IsType<MediaDownloadOutcome.Downloaded>(outcome).Content.Dispose();
        Assert.Equal([false, true], _hosts.Refreshes);
    }

    private Task<MediaDownloadOutcome> DownloadAsync(
        long limit = 1_000_000, MediaDownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        Assert.True(MediaReference.TryCreate("/f?x=1", MediaKey, File.EncryptedHash, File.PlainHash, out var reference));
        var downloader = new MediaDownloader(new HttpClient(_server), _hosts, options ?? MediaDownloadOptions.Default, _time);
        return downloader.DownloadAsync(reference, MediaKind.AppState, limit, cancellationToken);
    }

    private async Task<MediaDownloadOutcome> RunAsync(Task<MediaDownloadOutcome> download)
    {
        while (await Task.WhenAny(download, _time.WhenTimersArmedAsync()).WaitAsync(Guard) != download)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        return await download;
    }

    private static HttpResponseMessage Bytes(byte[] bytes, bool announceLength = true) =>
        announceLength ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) } : Body(new BreakingStream(bytes, null));

    private static HttpResponseMessage Body(Stream stream) => new(HttpStatusCode.OK) { Content = new StreamContent(stream) };

    private sealed class CountingHosts(params string[] hosts) : IMediaHosts
    {
        public List<bool> Refreshes { get; } = [];

        public ValueTask<IReadOnlyList<Uri>> GetAsync(bool refresh, CancellationToken cancellationToken)
        {
            Refreshes.Add(refresh);
            return new([.. hosts.Select(h => new Uri($"https://{h}"))]);
        }
    }

    /// <summary>Answers requests by script and keeps what was asked.</summary>
    private sealed class ScriptedHandler : HttpMessageHandler
    {
        private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _script = new();

        public List<(Uri Url, string? Origin, string? Referrer)> Requests { get; } = [];

        public void Enqueue(Func<CancellationToken, HttpResponseMessage> step) => _script.Enqueue(c => Task.FromResult(step(c)));

        public void Enqueue(Func<CancellationToken, Task<HttpResponseMessage>> step) => _script.Enqueue(step);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!, request.Headers.GetValues("Origin").Single(), request.Headers.Referrer?.AbsoluteUri));
            return _script.Dequeue()(cancellationToken);
        }
    }

    /// <summary>A body without a known length that ends well, or with an exception.</summary>
    private sealed class BreakingStream(ReadOnlyMemory<byte> bytes, Exception? end) : ForwardOnlyStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            var read = Math.Min(Math.Min(buffer.Length, 700), bytes.Length - _position);
            if (read == 0 && end is not null)
            {
                throw end;
            }

            bytes.Span.Slice(_position, read).CopyTo(buffer);
            _position += read;
            return read;
        }
    }
}
