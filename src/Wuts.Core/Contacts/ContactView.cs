using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Contacts;

/// <summary>One person, or one address of a person, as the mirror of the account has it.</summary>
/// <param name="Jid">The address it is listed under: the phone number when it is known, else the LID.</param>
public sealed record ContactView(Jid Jid)
{
    /// <summary>By phone number, when known.</summary>
    public Jid? Phone { get; init; }

    /// <summary>By LID, when known.</summary>
    public Jid? Lid { get; init; }

    /// <summary>Given name in the address book.</summary>
    public string? FirstName { get; init; }

    /// <summary>Name in the address book.</summary>
    public string? FullName { get; init; }

    /// <summary>The name that the person chose.</summary>
    public string? PushName { get; init; }

    /// <summary>Verified business name.</summary>
    public string? BusinessName { get; init; }

    /// <summary>User name.</summary>
    public string? Username { get; init; }

    /// <summary>Whether the address book has an entry.</summary>
    public bool IsSaved { get; init; }

    /// <summary>Whether the person is blocked.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>Whether it is the account itself.</summary>
    public bool IsMe { get; init; }

    /// <summary>Whether the number is known to be registered; <see langword="null"/> when nothing says so.</summary>
    public bool? IsRegistered { get; init; }

    /// <summary>Whether it is a business, as far as known.</summary>
    public bool IsBusiness { get; init; }

    /// <summary>Whether it is a large business on WhatsApp's platform, as far as known: by the issuer of its verified name. Sync section 7.3.</summary>
    public bool IsEnterprise { get; init; }

    /// <summary>Whether anything is stored about the address.</summary>
    public bool IsKnown { get; init; }

    /// <summary>The address only: names are personal.</summary>
    public override string ToString() => nameof(ContactView);
}

/// <summary>Which contacts to list.</summary>
public sealed record ContactListRequest
{
    /// <summary>One row per person (pairs that hold are one), or one per address.</summary>
    public bool PerPerson { get; init; } = true;

    /// <summary>Only what changed after this version of the book; deletions included.</summary>
    public long? Since { get; init; }

    /// <summary>Only rows in which a name or an address contains this text, whatever its case.</summary>
    public string? Search { get; init; }

    /// <summary>At most so many rows; all when absent.</summary>
    public int? Limit { get; init; }

    /// <summary>Only rows after this one in the order by address.</summary>
    public string? After { get; init; }

    /// <summary>When the book still has this version, the answer holds no rows and says so.</summary>
    public long? KnownVersion { get; init; }
}

/// <summary>A page of the address book.</summary>
/// <param name="Version">Version of the book: it grows with every change, and survives restarts.</param>
/// <param name="Rows">Ordered by address, ordinal.</param>
/// <param name="Removed">With <see cref="ContactListRequest.Since"/>: addresses that are no longer listed.</param>
/// <param name="HasMore">Whether the limit cut the list.</param>
/// <param name="StaleSince">Since when the device is not connected; <see langword="null"/> while it is.</param>
public sealed record ContactPage(
    long Version, IReadOnlyList<ContactView> Rows, IReadOnlyList<Jid> Removed, bool HasMore, DateTimeOffset? StaleSince)
{
    /// <summary>Whether the book still has the version that the caller knows; then there are no rows.</summary>
    public bool IsUnchanged { get; init; }

    /// <summary>Whether the cursor is older than what is kept of removals: the caller has to read everything.</summary>
    public bool CursorTooOld { get; init; }
}

/// <summary>Whether a number is registered.</summary>
/// <param name="Phone">As it was asked.</param>
/// <param name="IsRegistered">Whether it is on WhatsApp.</param>
/// <param name="Jid">The address that WhatsApp uses for it, which may have other digits; only when registered.</param>
/// <param name="Lid">Its LID, when WhatsApp said it.</param>
/// <param name="CheckedAt">When WhatsApp said so.</param>
public sealed record Registration(PhoneNumber Phone, bool IsRegistered, Jid? Jid, Jid? Lid, DateTimeOffset CheckedAt);

/// <summary>The block list.</summary>
/// <param name="Items">In the order of the server.</param>
/// <param name="Hash">The server's hash of it; empty when it sends none.</param>
public sealed record BlocklistView(IReadOnlyList<BlockedContact> Items, string Hash);

/// <summary>Somebody who is blocked.</summary>
/// <param name="Phone">By phone number, when known.</param>
/// <param name="Lid">By LID, when known.</param>
public readonly record struct BlockedContact(Jid? Phone, Jid? Lid);

/// <summary>What came of blocking or unblocking.</summary>
/// <param name="Phone">The person by phone number, when known.</param>
/// <param name="Lid">The person by LID, when known.</param>
/// <param name="Changed">Whether anything changed.</param>
/// <param name="List">The list afterwards.</param>
public sealed record BlockResult(Jid? Phone, Jid? Lid, bool Changed, BlocklistView List);

/// <summary>A chat with its settings.</summary>
/// <param name="Jid">The person or group.</param>
/// <param name="IsGroup">Which of the two.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Pinned">Whether it is pinned.</param>
/// <param name="Archived">Whether it is archived.</param>
/// <param name="MutedUntil">Until when it is muted; <see cref="DateTimeOffset.MaxValue"/> for ever.</param>
/// <param name="Participants">Number of members; 1 for a person.</param>
public sealed record ChatView(
    Jid Jid, bool IsGroup, string Name, bool Pinned, bool Archived, DateTimeOffset? MutedUntil, int Participants);
