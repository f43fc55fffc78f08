using Wuts.WhatsApp.Media;

namespace Wuts.WhatsApp.Tests.History;

/// <summary>Serves one file, checked as a download from a server would be, or an outcome.</summary>
internal sealed class FixedDownloader(byte[]? file, MediaDownloadOutcome? outcome = null) : IMediaDownloader
{
    public int Requests { get; private set; }

    public async Task<MediaDownloadOutcome> DownloadAsync(
        MediaReference reference, MediaKind kind, long limit, CancellationToken cancellationToken)
    {
        Requests++;
        if (outcome is not null)
        {
            return outcome;
        }

        using var incoming = new IncomingMedia(reference, kind, 1024 * 1024, Path.GetTempPath());
        await incoming.WriteAsync(file, cancellationToken);
        return incoming.Complete(out var content) is { } fault
            ? new MediaDownloadOutcome.Corrupt(fault)
            : new MediaDownloadOutcome.Downloaded(content!);
    }
}
