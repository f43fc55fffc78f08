using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Notifications;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Something about the account's people changed. Raised after the change is stored, in the order of the commits. A process that
/// dies between the two raises it no more: a store that keeps <see cref="AccountCommit.Events"/> loses none.
/// </summary>
public abstract record AccountEvent
{
    private AccountEvent()
    {
    }

    /// <summary>The kind of event: values are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>A contact's names changed, appeared or went. Read the contact for its new state.</summary>
    public sealed record ContactChanged(Jid Jid) : AccountEvent;

    /// <summary>A person chose another name.</summary>
    public sealed record PushNameChanged(Jid Jid, string? Old, string New) : AccountEvent;

    /// <summary>A phone number and a LID were found to belong together.</summary>
    public sealed record PairLearned(AddressPair Pair, ObservationSource Source) : AccountEvent;

    /// <summary>A phone number belongs to another LID than before: perhaps another person is behind it. Drop cached profiles of it.</summary>
    public sealed record PhoneReassigned(AddressPair Now, AddressPair Before) : AccountEvent;

    /// <summary>A notification told something that is not kept here, but that a cache of profiles needs to know.</summary>
    public sealed record Notified(NotificationItem Item) : AccountEvent;

    /// <summary>A group changed, or this account joined it. Read the group for its new state.</summary>
    public sealed record GroupChanged(Jid Group) : AccountEvent;

    /// <summary>This account is no longer in a group.</summary>
    public sealed record GroupLeft(Jid Group) : AccountEvent;

    /// <summary>People were blocked or unblocked.</summary>
    public sealed record BlocklistChanged : AccountEvent;

    /// <summary>A collection is up to date. Raised once per fetch that changed it, after everything is stored.</summary>
    public sealed record CollectionSynced(AppStateCollection Collection, ulong Version, int Changes) : AccountEvent;

    /// <summary>The health of a collection changed.</summary>
    public sealed record CollectionHealthChanged(AppStateCollection Collection, CollectionHealth Health) : AccountEvent;

    /// <summary>A part of the history was read and stored.</summary>
    public sealed record HistoryRead(HistorySyncType Type, int Progress) : AccountEvent;

    /// <summary>
    /// A part of the history is lost: it could not be downloaded and the phone did not upload it again, or it cannot be read. What
    /// was read of it before is kept.
    /// </summary>
    /// <param name="Type">Which part; <see langword="null"/> when not even its announcement can be read.</param>
    public sealed record HistoryLost(HistorySyncType? Type) : AccountEvent;

    /// <summary>
    /// A message of an own device, usually the phone, could not be read although it was asked for again as often as is allowed.
    /// Missing app-state keys are asked for anew; history that it announced does not come again.
    /// </summary>
    /// <param name="Device">The device that sent it.</param>
    public sealed record OwnMessageLost(Jid Device) : AccountEvent;

    /// <summary>The own push name changed.</summary>
    public sealed record OwnPushNameChanged(string Name) : AccountEvent;
}
