namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// Which history the phone is asked to send after pairing. It is asked once, at registration, and sent once. Chats and
/// contact names come in any case; a full sync adds older chats and so more names. Protocol section 4.5.
/// </summary>
public sealed record HistorySyncOptions
{
    /// <summary>What WhatsApp Web asks for: recent history, and contacts with it.</summary>
    public static HistorySyncOptions Default { get; } = new();

    /// <summary>Whether older history is wanted too, as desktop applications do. Default: no.</summary>
    public bool FullSync { get; init; }

    /// <summary>How many days back a full sync goes. Default <see langword="null"/>: left to the phone.</summary>
    public uint? FullSyncDays { get; init; }

    /// <summary>How many megabytes a full sync may take. Default <see langword="null"/>: left to the phone.</summary>
    public uint? FullSyncMegabytes { get; init; }

    /// <summary>How many days back the recent history goes. Default <see langword="null"/>: left to the phone.</summary>
    public uint? RecentSyncDays { get; init; }

    /// <summary>Storage that the companion says it has, in megabytes. Default 10240.</summary>
    public uint StorageQuotaMegabytes { get; init; } = 10240;

    /// <summary>How many days back thumbnails are wanted; <see langword="null"/> says nothing. Default 60, as WhatsApp Web.</summary>
    public uint? ThumbnailDays { get; init; } = 60;

    /// <summary>Whether the companion may ask for more history later. Default: no.</summary>
    public bool OnDemand { get; init; }

    /// <summary>Whether address-book entries are wanted in the first part of the history. Default: yes.</summary>
    public bool InlineContacts { get; init; } = true;
}
