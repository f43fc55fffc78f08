using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// One row change of an account. A store applies the writes of a commit in their order, all or none. Every write says what
/// holds afterwards, so that applying one twice changes nothing.
/// </summary>
public abstract record AccountWrite
{
    private protected AccountWrite()
    {
    }

    /// <summary>The kind of write: values are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>A contact as it is now; a blank one is deleted.</summary>
    public sealed record Contact(ContactRecord Record) : AccountWrite;

    /// <summary>A pair of addresses that holds, new or seen again.</summary>
    public sealed record PairSeen(AddressPair Pair, ObservationSource Source, DateTimeOffset At) : AccountWrite;

    /// <summary>A pair that no longer holds. It is kept, with its end.</summary>
    public sealed record PairEnded(AddressPair Pair, DateTimeOffset At) : AccountWrite;

    /// <summary>A phone number about whose LID sources disagree: the server has to be asked.</summary>
    public sealed record LookupDue(Jid Phone) : AccountWrite;

    /// <summary>The server was asked about a phone number.</summary>
    public sealed record LookupDone(Jid Phone) : AccountWrite;

    /// <summary>A trusted-contact token of a person; an older one does not replace it.</summary>
    public sealed record Token(Jid Owner, PrivacyToken Value) : AccountWrite;

    /// <summary>A group as it is now.</summary>
    public sealed record Group(GroupInfo Info) : AccountWrite;

    /// <summary>A group that this account is no longer in. Its last state is kept.</summary>
    public sealed record GroupLeft(Jid Jid) : AccountWrite;

    /// <summary>A group that has to be read again before it is shown as current.</summary>
    public sealed record GroupStale(Jid Jid) : AccountWrite;

    /// <summary>The complete block list.</summary>
    public sealed record BlockedPeople(Blocklist List) : AccountWrite;

    /// <summary>A value of the account itself, by name; <see langword="null"/> deletes it.</summary>
    public sealed record Setting(AccountSetting Name, string? Value) : AccountWrite;

    /// <summary>A history notification that waits to be downloaded, or that waits again.</summary>
    public sealed record HistoryQueued(HistoryTask Task) : AccountWrite;

    /// <summary>A history notification is done.</summary>
    public sealed record HistoryDone(string MessageId) : AccountWrite;
}

/// <summary>Values of the account itself. The names are stored: never change one, append new ones.</summary>
public enum AccountSetting
{
    /// <summary>The own push name.</summary>
    OwnPushName,

    /// <summary>The salt of client-side tokens, base64.</summary>
    ClientTokenSalt,

    /// <summary>When the account moved to LIDs, Unix seconds.</summary>
    LidMigratedAt,

    /// <summary>When all groups were last read, Unix seconds.</summary>
    GroupsReadAt,

    /// <summary>When app state was last fetched, Unix seconds.</summary>
    AppStateFetchedAt,

    /// <summary>Set while the block list has to be read again.</summary>
    BlocklistIsStale,
}

/// <summary>A history notification on its way. Notifications are worked on in the order of their numbers.</summary>
/// <param name="Order">Position in the queue.</param>
/// <param name="MessageId">Id of the message that brought it; the receipt names it.</param>
/// <param name="Notification">The notification message, serialised; it holds the key of the blob, so it is secret.</param>
/// <param name="AskedAgainAt">When the phone was asked to upload the blob again, which happens once; absent before that.</param>
/// <param name="IsAwaited">Whether the phone's answer to that has not come yet.</param>
/// <param name="IsHandled">Whether nothing is left to do but to tell the phone that it was handled.</param>
public sealed record HistoryTask(
    long Order,
    string MessageId,
    ReadOnlyMemory<byte> Notification,
    DateTimeOffset? AskedAgainAt = null,
    bool IsAwaited = false,
    bool IsHandled = false)
{
    /// <summary>The kind of task: the notification is secret.</summary>
    public override string ToString() => nameof(HistoryTask);
}
