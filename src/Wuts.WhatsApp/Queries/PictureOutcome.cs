namespace Wuts.WhatsApp.Queries;

/// <summary>
/// What a picture query learned. A query that was not answered is none of these: it fails with a time-out, and what was known
/// before stays as it is. Sync section 6.2.
/// </summary>
public abstract record PictureOutcome
{
    private PictureOutcome()
    {
    }

    /// <summary>There is a picture.</summary>
    public sealed record Found(PictureInfo Info) : PictureOutcome;

    /// <summary>The id that the query named is still current.</summary>
    public sealed record Unchanged : PictureOutcome;

    /// <summary>There is no picture.</summary>
    public sealed record NotSet : PictureOutcome;

    /// <summary>Privacy hides the picture from this account; a privacy token may change that later.</summary>
    public sealed record Hidden : PictureOutcome;

    /// <summary>A group that this account may not look at.</summary>
    public sealed record NotPermitted : PictureOutcome;

    /// <summary>The account is slowed down; keep what is cached and wait, for as long as the server said if it did.</summary>
    public sealed record Limited(TimeSpan? Backoff) : PictureOutcome;
}

/// <summary>A picture that can be downloaded.</summary>
/// <param name="Id">Picture id; an opaque string even when it looks like a number.</param>
/// <param name="Url">Where it is, without any authentication, until it expires. Personal data: do not log it.</param>
/// <param name="Size">Which size this is.</param>
/// <param name="DirectPath">Path and query of the URL, when the server sent it.</param>
/// <param name="Sha256">SHA-256 of the file, or empty when the server sent none.</param>
/// <param name="ExpiresAt">When the URL stops working, if that can be read from it.</param>
public sealed record PictureInfo(
    string Id, Uri Url, PictureSize Size, string? DirectPath, ReadOnlyMemory<byte> Sha256, DateTimeOffset? ExpiresAt);
