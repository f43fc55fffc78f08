using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.History;

/// <summary>What became of the attempt to open a history blob.</summary>
internal abstract record HistoryOutcome
{
    private HistoryOutcome()
    {
    }

    /// <summary>The blob is here, verified and ready to be read. The receiver disposes it.</summary>
    public sealed record Opened(HistoryBlob Blob) : HistoryOutcome;

    /// <summary>The notification announces no blob: there is no history.</summary>
    public sealed record Nothing : HistoryOutcome;

    /// <summary>
    /// The blob could not be fetched. Keep the notification: when it <see cref="MediaDownloadOutcome.Expired"/> or is
    /// corrupt, ask the phone to upload it again.
    /// </summary>
    public sealed record Unavailable(MediaDownloadOutcome Cause) : HistoryOutcome;
}

/// <summary>An opened history blob.</summary>
internal sealed class HistoryBlob : IDisposable
{
    private readonly MediaContent? _content;
    private readonly Stream _inflated;

    private HistoryBlob(Stream compressed, MediaContent? content, HistoryLimits limits, Jid ownPhone)
    {
        _content = content;
        _inflated = InflateStream.Zlib(compressed, limits.MaxInflatedSize);
        Reader = new HistoryReader(_inflated, limits, ownPhone);
    }

    /// <summary>Reads the items, once.</summary>
    public HistoryReader Reader { get; }

    /// <summary>Opens the blob of a notification, fetching it where it is not inline. Reading it then blocks on no network.</summary>
    /// <param name="notification">The announcement.</param>
    /// <param name="downloader">Fetches the file.</param>
    /// <param name="limits">Largest sizes.</param>
    /// <param name="ownPhone">The own account.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    public static async Task<HistoryOutcome> OpenAsync(
        HistoryNotification notification, IMediaDownloader downloader, HistoryLimits limits, Jid ownPhone,
        CancellationToken cancellationToken)
    {
        if (notification.InlinePayload is { } payload)
        {
            return new HistoryOutcome.Opened(new HistoryBlob(new MemoryStream(payload.ToArray()), null, limits, ownPhone));
        }

        if (notification.Reference is not { } reference)
        {
            return new HistoryOutcome.Nothing();
        }

        var download = await downloader.DownloadAsync(reference, MediaKind.History, limits.MaxDownloadSize, cancellationToken);
        return download is MediaDownloadOutcome.Downloaded { Content: var content }
            ? new HistoryOutcome.Opened(new HistoryBlob(content.OpenRead(), content, limits, ownPhone))
            : new HistoryOutcome.Unavailable(download);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reader.Dispose();
        _inflated.Dispose();
        _content?.Dispose();
    }
}
