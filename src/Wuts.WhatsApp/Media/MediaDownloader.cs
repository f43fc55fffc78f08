using System.Buffers;
using System.Net;

namespace Wuts.WhatsApp.Media;

/// <summary>
/// Fetches encrypted files over HTTP: hosts in order, a few attempts with growing pauses, nothing trusted before it is
/// verified. Sync sections 13.2 and 13.3.
/// </summary>
public sealed class MediaDownloader : IMediaDownloader
{
    private const int PieceSize = 64 * 1024;

    private readonly HttpClient _http;
    private readonly IMediaHosts _hosts;
    private readonly MediaDownloadOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a downloader.</summary>
    /// <param name="http">Sends the requests. It should not follow redirects: a media host has no reason to send any.</param>
    /// <param name="hosts">Where files are.</param>
    /// <param name="options">Attempts, pauses and limits.</param>
    /// <param name="time">The clock behind pauses and time-outs.</param>
    public MediaDownloader(HttpClient http, IMediaHosts hosts, MediaDownloadOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Attempts, 1);
        _http = http;
        _hosts = hosts;
        _options = options;
        _time = time;
    }

    /// <inheritdoc/>
    public async Task<MediaDownloadOutcome> DownloadAsync(
        MediaReference reference, MediaKind kind, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        MediaDownloadOutcome? last = null;
        var refresh = false;
        for (var attempt = 0; attempt < _options.Attempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(Pause(attempt), _time, cancellationToken);
            }

            var hosts = await _hosts.GetAsync(refresh, cancellationToken);
            var url = MediaUrl.Build(hosts[attempt % hosts.Count], reference, kind);
            last = await TryOnceAsync(url, reference, kind, limit, cancellationToken);
            if (last is not (MediaDownloadOutcome.Corrupt or MediaDownloadOutcome.Unreachable))
            {
                return last;
            }

            refresh = last is MediaDownloadOutcome.Unreachable { LastStatus: HttpStatusCode.Unauthorized };
        }

        return last!;
    }

    private TimeSpan Pause(int attempt)
    {
        var pause = _options.RetryDelay * attempt;
        return pause < _options.MaxRetryDelay ? pause : _options.MaxRetryDelay;
    }

    private async Task<MediaDownloadOutcome> TryOnceAsync(
        Uri url, MediaReference reference, MediaKind kind, long limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Origin", "https://web.whatsapp.com");
            request.Headers.Referrer = new Uri("https://web.whatsapp.com/");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK when response.Content.Headers.ContentLength > limit => new MediaDownloadOutcome.TooLarge(limit),
                HttpStatusCode.OK => await ReadAsync(response.Content, reference, kind, limit, either.Token),
                HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone =>
                    new MediaDownloadOutcome.Expired(response.StatusCode),
                var other => new MediaDownloadOutcome.Unreachable(other, null),
            };
        }
        catch (HttpRequestException e)
        {
            return new MediaDownloadOutcome.Unreachable(null, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new MediaDownloadOutcome.Unreachable(null, new TimeoutException("A media host took too long.", e));
        }
    }

    private async Task<MediaDownloadOutcome> ReadAsync(
        HttpContent body, MediaReference reference, MediaKind kind, long limit, CancellationToken cancellationToken)
    {
        using var incoming = new IncomingMedia(reference, kind, _options.MemoryLimit, _options.SpoolDirectory);
        await using var stream = await body.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await stream.ReadAsync(buffer, cancellationToken);
                }
                catch (IOException e)
                {
                    // Only the connection: a full disk is no reason to ask another host and surfaces as what it is.
                    return new MediaDownloadOutcome.Unreachable(null, e);
                }

                if (read == 0)
                {
                    break;
                }

                if (incoming.Length + read > limit)
                {
                    return new MediaDownloadOutcome.TooLarge(limit);
                }

                await incoming.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return incoming.Complete(out var content) is { } fault
            ? new MediaDownloadOutcome.Corrupt(fault)
            : new MediaDownloadOutcome.Downloaded(content!);
    }
}
