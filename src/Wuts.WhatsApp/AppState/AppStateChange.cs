using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// What a verified change of app state means. One closed set; actions that no contacts product needs give no change, but
/// their records are kept. Sync section 3.13.
/// </summary>
/// <remarks>
/// Several records may concern one person, for example an entry by phone number and one by LID. Changes are not merged here:
/// who belongs together is decided with all observations at hand. For one person the <see cref="ContactSet"/> entry is to be
/// preferred to the <see cref="LidContactSet"/> one.
/// </remarks>
public abstract record AppStateChange
{
    private AppStateChange()
    {
    }

    /// <summary>When the writer made the change; <see langword="null"/> when it does not say, and for removals.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>The kind of change. Names and numbers are left out: they are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>An address-book entry was added or edited. All names may be absent: a known contact without a name.</summary>
    /// <param name="Contact">Whom the entry is for, by phone number (usual) or by LID.</param>
    /// <param name="Names">The names in the entry.</param>
    /// <param name="Lid">The contact's LID, when the entry is by phone number and says so.</param>
    /// <param name="Phone">The contact's phone number, when the entry is by LID and says so.</param>
    /// <param name="SavedOnPhone">Whether the entry is in the phone's own address book, not only inside WhatsApp.</param>
    public sealed record ContactSet(Jid Contact, ContactNames Names, Jid? Lid, Jid? Phone, bool SavedOnPhone) : AppStateChange;

    /// <summary>An address-book entry was removed: its name is no longer valid.</summary>
    public sealed record ContactRemoved(Jid Contact) : AppStateChange;

    /// <summary>An entry for a person who is known by LID or user name only was added or edited.</summary>
    public sealed record LidContactSet(Jid Contact, ContactNames Names) : AppStateChange;

    /// <summary>An entry for a person known by LID only was removed.</summary>
    public sealed record LidContactRemoved(Jid Contact) : AppStateChange;

    /// <summary>A person whom the phone knows from another app, not from its address book.</summary>
    public sealed record OutContactSet(Jid Contact, ContactNames Names) : AppStateChange;

    /// <summary>A person known from another app was forgotten.</summary>
    public sealed record OutContactRemoved(Jid Contact) : AppStateChange;

    /// <summary>The phone number of somebody with whom there is a LID chat.</summary>
    public sealed record PhoneForLidChatSet(Jid Lid, Jid Phone) : AppStateChange;

    /// <summary>The phone number of a LID chat is no longer stated. Pairs learnt from it stay observations.</summary>
    public sealed record PhoneForLidChatRemoved(Jid Lid) : AppStateChange;

    /// <summary>The account's own push name.</summary>
    public sealed record OwnPushNameSet(string Name) : AppStateChange;

    /// <summary>The account's own locale.</summary>
    public sealed record OwnLocaleSet(string Locale) : AppStateChange;

    /// <summary>The complete list of favourite chats; empty after a removal.</summary>
    public sealed record FavoritesSet(IReadOnlyList<Jid> Favorites) : AppStateChange;

    /// <summary>A label was created or edited.</summary>
    public sealed record LabelSet(string LabelId, string Name, int Color) : AppStateChange;

    /// <summary>A label was deleted.</summary>
    public sealed record LabelRemoved(string LabelId) : AppStateChange;

    /// <summary>A label was put on a chat or taken off it.</summary>
    public sealed record ChatLabelSet(string LabelId, Jid Chat, bool Labeled) : AppStateChange;

    /// <summary>The salt for client-side privacy tokens; <see langword="null"/> after a removal.</summary>
    public sealed record ClientTokenSaltSet(ReadOnlyMemory<byte>? Salt) : AppStateChange;
}

/// <summary>The names of an address-book entry, each absent when the entry does not have it. Never empty text.</summary>
public readonly record struct ContactNames(string? FullName, string? FirstName, string? Username = null)
{
    /// <summary>The name to show: full name, else first name, else user name.</summary>
    public string? Display => FullName ?? FirstName ?? Username;

    /// <summary>Nothing: names are personal.</summary>
    public override string ToString() => nameof(ContactNames);
}
