using System.Net;
using System.Security.Cryptography;
using Wuts.Core.Metrics;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Contacts;

/// <summary>
/// Fetches pictures over HTTPS: no redirects, no cookies, at most <see cref="MaxSize"/>, a JPEG with the hash that WhatsApp named.
/// Sync section 6.3.
/// </summary>
public sealed class PictureDownloader : IPictureDownloader, IDisposable
{
    /// <summary>The largest picture, in bytes. WhatsApp's own have some 100 KiB.</summary>
    public const int MaxSize = 2 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly bool _allowHttp;
    private readonly GatewayMetrics _metrics;

    /// <summary>Creates a downloader.</summary>
    /// <param name="metrics">Counts the downloads.</param>
    /// <param name="allowHttp">Whether addresses without TLS are taken; for test servers.</param>
    /// <param name="proxy">The proxy to go through.</param>
    public PictureDownloader(GatewayMetrics metrics, bool allowHttp = false, IWebProxy? proxy = null)
        : this(
            metrics,
            allowHttp,
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Proxy = proxy, UseProxy = proxy is not null })
    {
    }

    internal PictureDownloader(GatewayMetrics metrics, bool allowHttp, HttpMessageHandler handler)
    {
        _metrics = metrics;
        _allowHttp = allowHttp;
        _http = new HttpClient(handler) { Timeout = Patience };
    }

    /// <inheritdoc/>
    public async Task<byte[]> DownloadAsync(PictureInfo picture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var outcome = "failed";
        try
        {
            var file = await FetchAsync(picture.Url, cancellationToken).ConfigureAwait(false);
            Check(picture, file);
            outcome = "ok";
            return file;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new PictureUnavailableException(isGone: false, "the host did not answer", failure);
        }
        finally
        {
            _metrics.PictureFetched(outcome);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static void Check(PictureInfo picture, byte[] file)
    {
        if (file is not [0xFF, 0xD8, 0xFF, ..])
        {
            throw new PictureUnavailableException(isGone: false, "it is not a JPEG");
        }

        if (!picture.Sha256.IsEmpty && !SHA256.HashData(file).AsSpan().SequenceEqual(picture.Sha256.Span))
        {
            throw new PictureUnavailableException(isGone: false, "it does not have the hash that WhatsApp named");
        }
    }

    private async Task<byte[]> FetchAsync(Uri url, CancellationToken cancellationToken)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(_allowHttp && url.Scheme == Uri.UriSchemeHttp))
        {
            throw new PictureUnavailableException(isGone: false, "its address is not HTTPS");
        }

        using var answer = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden)
        {
            throw new PictureUnavailableException(isGone: true, "the address does not work any more");
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new PictureUnavailableException(isGone: false, $"the host answered {(int)answer.StatusCode}");
        }

        if (answer.Content.Headers.ContentLength > MaxSize)
        {
            throw new PictureUnavailableException(isGone: false, "it is too large");
        }

        // The length is only a promise: what arrives is counted.
        using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var file = new MemoryStream(answer.Content.Headers.ContentLength is { } length ? (int)length : 0);
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (file.Length + count > MaxSize)
            {
                throw new PictureUnavailableException(isGone: false, "it is too large");
            }

            file.Write(buffer, 0, count);
        }

        return file.ToArray();
    }
}
