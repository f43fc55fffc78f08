namespace Wuts.WhatsApp.Media;

/// <summary>What an encrypted file holds. It decides how its keys are derived and how servers file it. Sync section 13.2.</summary>
public enum MediaKind
{
    /// <summary>A history blob.</summary>
    History,

    /// <summary>A snapshot or the mutations of a patch of app state.</summary>
    AppState,

    /// <summary>A picture or a sticker.</summary>
    Image,

    /// <summary>A video.</summary>
    Video,

    /// <summary>A voice message or other sound.</summary>
    Audio,

    /// <summary>A document.</summary>
    Document,

    /// <summary>The preview picture of a link.</summary>
    LinkThumbnail,
}

/// <summary>How the kinds are called on the wire.</summary>
internal static class MediaKinds
{
    /// <summary>The value of the <c>mms-type</c> parameter.</summary>
    public static string MmsType(this MediaKind kind) => kind switch
    {
        MediaKind.History => "md-msg-hist",
        MediaKind.AppState => "md-app-state",
        MediaKind.Image => "image",
        MediaKind.Video => "video",
        MediaKind.Audio => "audio",
        MediaKind.Document => "document",
        MediaKind.LinkThumbnail => "thumbnail-link",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The info string of the key derivation.</summary>
    public static ReadOnlySpan<byte> KeyInfo(this MediaKind kind) => kind switch
    {
        MediaKind.History => "WhatsApp History Keys"u8,
        MediaKind.AppState => "WhatsApp App State Keys"u8,
        MediaKind.Image => "WhatsApp Image Keys"u8,
        MediaKind.Video => "WhatsApp Video Keys"u8,
        MediaKind.Audio => "WhatsApp Audio Keys"u8,
        MediaKind.Document => "WhatsApp Document Keys"u8,
        MediaKind.LinkThumbnail => "WhatsApp Link Thumbnail Keys"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
