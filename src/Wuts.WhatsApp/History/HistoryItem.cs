using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.History;

/// <summary>
/// One thing that a history blob says about people. JIDs are without device. Everything in history says how things were when
/// the phone wrote it: app state and live observations are newer. Sync section 2.3.
/// </summary>
public abstract record HistoryItem
{
    private HistoryItem()
    {
    }

    /// <summary>The kind of item. Names and numbers are left out: they are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>Somebody's own name, from the list of push names or from a message.</summary>
    /// <param name="Person">Whose name it is; also the own account.</param>
    /// <param name="Name">Never empty and never the placeholder <c>-</c>.</param>
    /// <param name="Source">A name from a message is the less trustworthy one.</param>
    public sealed record PushName(Jid Person, string Name, HistoryNameSource Source) : HistoryItem;

    /// <summary>The name of a business as a message stated it.</summary>
    public sealed record BusinessName(Jid Person, string Name) : HistoryItem;

    /// <summary>
    /// How the phone titles the chat with a person: the name in its address book if there is one, else perhaps a push name or
    /// a formatted number. It ranks below a name from app state.
    /// </summary>
    public sealed record ChatTitle(Jid Person, string Title) : HistoryItem;

    /// <summary>The subject of a group, which is not a contact.</summary>
    public sealed record GroupSubject(Jid Group, string Subject) : HistoryItem;

    /// <summary>A phone number and a LID of one person.</summary>
    public sealed record IdentityPair(Jid Phone, Jid Lid, HistoryPairSource Source) : HistoryItem;

    /// <summary>An address-book entry: the rank of one from app state, but older than any.</summary>
    /// <param name="Phone">The contact's phone number, when stated. One of the two addresses always is.</param>
    /// <param name="Lid">The contact's LID, when stated.</param>
    /// <param name="FullName">Address-book name.</param>
    /// <param name="FirstName">Given name.</param>
    /// <param name="Username">User name.</param>
    public sealed record InlineContact(Jid? Phone, Jid? Lid, string? FullName, string? FirstName, string? Username) : HistoryItem;

    /// <summary>The token that shows a person that this account may see what it shows to contacts. Sync section 6.5.</summary>
    public sealed record PrivacyToken(Jid Person, ReadOnlyMemory<byte> Token, DateTimeOffset? IssuedAt, DateTimeOffset? SentAt) : HistoryItem;

    /// <summary>The salt of client-side tokens. Sync section 6.6.</summary>
    public sealed record ClientTokenSalt(ReadOnlyMemory<byte> Salt) : HistoryItem;

    /// <summary>The own account by LID, with its user name.</summary>
    public sealed record OwnAccount(Jid Lid, string? Username, string? CountryCode) : HistoryItem;

    /// <summary>The phone's chats moved to LIDs at this time. Sync section 5.7.</summary>
    public sealed record LidMigration(DateTimeOffset At) : HistoryItem;

    /// <summary>A chat moved to another address because the person changed the number.</summary>
    public sealed record ChatMoved(Jid From, Jid To) : HistoryItem;
}

/// <summary>Where history has a push name from.</summary>
public enum HistoryNameSource
{
    /// <summary>The phone's list of push names.</summary>
    List = 0,

    /// <summary>The header of an old message.</summary>
    Message = 1,
}

/// <summary>Where history has a pair of addresses from.</summary>
public enum HistoryPairSource
{
    /// <summary>The phone's list of pairs.</summary>
    MappingList = 0,

    /// <summary>The properties of a chat.</summary>
    Conversation = 1,

    /// <summary>An address-book entry.</summary>
    InlineContact = 2,

    /// <summary>Who confirmed receipt of an own message in the chat: the last resort.</summary>
    Receipt = 3,
}
