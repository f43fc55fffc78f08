using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Contacts;

/// <summary>Fetches the files of pictures.</summary>
public interface IPictureDownloader
{
    /// <summary>Fetches a picture and checks that it is what WhatsApp described.</summary>
    /// <exception cref="PictureUnavailableException">It is not there, not reachable, too large, or not a picture.</exception>
    Task<byte[]> DownloadAsync(PictureInfo picture, CancellationToken cancellationToken);
}

/// <summary>A picture's file could not be fetched, or is not what it should be.</summary>
public sealed class PictureUnavailableException : WhatsApp.WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="isGone">Whether the address does not work any more, so that a new one helps.</param>
    /// <param name="problem">What happened, without address.</param>
    /// <param name="innerException">The failure behind it.</param>
    public PictureUnavailableException(bool isGone, string problem, Exception? innerException = null)
        : base($"The picture could not be fetched: {problem}.", innerException) => IsGone = isGone;

    /// <summary>Whether the address does not work any more, so that a new one helps.</summary>
    public bool IsGone { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
