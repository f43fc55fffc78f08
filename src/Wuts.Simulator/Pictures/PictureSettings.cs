namespace Wuts.Simulator;

/// <summary>How the server says that there is no picture. Real servers do all of it. Sync section 6.2.</summary>
public enum NoPictureAnswer
{
    /// <summary>An error 404 of the whole request.</summary>
    Error,

    /// <summary>An error 404 inside of <c>picture</c>.</summary>
    InnerError,

    /// <summary>A <c>picture</c> with status 204.</summary>
    Status,

    /// <summary>An empty <c>picture</c>.</summary>
    EmptyPicture,

    /// <summary>A result with nothing in it.</summary>
    EmptyResult,
}

/// <summary>How the server says that a picture is not for the viewer.</summary>
public enum HiddenPictureAnswer
{
    /// <summary>An error 401 of the whole request.</summary>
    Error,

    /// <summary>An error 401 inside of <c>picture</c>.</summary>
    InnerError,

    /// <summary>As if there were none: an error 404.</summary>
    NotFound,
}

/// <summary>How the server says that the id in the request is still current.</summary>
public enum SamePictureAnswer
{
    /// <summary>A <c>picture</c> with status 304.</summary>
    Status,

    /// <summary>A <c>picture</c> with the id and nothing else.</summary>
    IdOnly,

    /// <summary>A result with nothing in it.</summary>
    EmptyResult,
}

/// <summary>How picture queries are answered. May be changed at any time.</summary>
public sealed class PictureSettings
{
    /// <summary>How long an address of a picture can be used. Default: 4 days.</summary>
    public TimeSpan UrlLifetime { get; set; } = TimeSpan.FromDays(4);

    /// <summary>Whether answers tell the hash of the file. Default: yes.</summary>
    public bool SendHash { get; set; } = true;

    /// <summary>How "no picture" is said.</summary>
    public NoPictureAnswer NoPicture { get; set; }

    /// <summary>How "not for you" is said.</summary>
    public HiddenPictureAnswer Hidden { get; set; }

    /// <summary>How "unchanged" is said.</summary>
    public SamePictureAnswer Unchanged { get; set; }
}
