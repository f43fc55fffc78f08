using System.Net;

namespace Wuts.WhatsApp.Media;

/// <summary>What became of a download. Sync sections 13.2 and 13.3.</summary>
public abstract record MediaDownloadOutcome
{
    private MediaDownloadOutcome()
    {
    }

    /// <summary>The file is here and verified. The receiver disposes the content.</summary>
    public sealed record Downloaded(MediaContent Content) : MediaDownloadOutcome;

    /// <summary>
    /// The servers refuse the path for good (403, 404 or 410): the file expired or was deleted. Ask for a new reference.
    /// </summary>
    public sealed record Expired(HttpStatusCode Status) : MediaDownloadOutcome;

    /// <summary>Every attempt gave a file that is not the right one. Ask for a new reference, or try later.</summary>
    public sealed record Corrupt(MediaFault Fault) : MediaDownloadOutcome;

    /// <summary>The file is larger than the limit; it was not read to its end.</summary>
    public sealed record TooLarge(long Limit) : MediaDownloadOutcome;

    /// <summary>No host delivered it: the network, or the servers, are the cause. Try later.</summary>
    /// <param name="LastStatus">What the server of the last attempt said, if one was reached.</param>
    /// <param name="Cause">Why the last attempt reached no server or broke off.</param>
    public sealed record Unreachable(HttpStatusCode? LastStatus, Exception? Cause) : MediaDownloadOutcome;
}

/// <summary>Fetches encrypted files.</summary>
public interface IMediaDownloader
{
    /// <summary>Fetches, verifies and opens a file.</summary>
    /// <param name="reference">Where it is and what proves that it is right.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="limit">Largest encrypted size in bytes.</param>
    /// <param name="cancellationToken">Ends the attempt with an exception.</param>
    Task<MediaDownloadOutcome> DownloadAsync(
        MediaReference reference, MediaKind kind, long limit, CancellationToken cancellationToken);
}
