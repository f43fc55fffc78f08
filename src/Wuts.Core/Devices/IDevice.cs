using Wuts.Core.Contacts;
using Wuts.Core.Groups;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <summary>
/// A device as everybody else sees it: the actor that owns its socket and its account data. Its life cycle is one thing at a
/// time; reads and queries run beside each other.
/// </summary>
/// <remarks>
/// Cancelling stops waiting, not what was begun: a query that others may have joined goes on. Every call may answer
/// <see cref="Failure.NoDevice"/>, <see cref="Failure.DeviceDestroyed"/> and <see cref="Failure.Unavailable"/>.
/// </remarks>
public interface IDevice
{
    /// <summary>How it is doing.</summary>
    Task<Answer<DeviceStatus>> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>A QR code to link it with: the one that is shown now, or the first of a new pairing.</summary>
    /// <param name="refresh">End a pairing that is going on and start over.</param>
    /// <param name="wait">How long to wait for a code of WhatsApp; then <see cref="Failure.TimedOut"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>A code to link it with, for a phone number: the one that is valid now for the same number, or a new one.</summary>
    Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Connects a linked device, and keeps it connected from then on.</summary>
    /// <param name="wait">How long to wait for the login; afterwards it goes on by itself and the status says so.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Connects it if it should be connected and nobody else owns it; called after a start and when an owner died.</summary>
    Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken);

    /// <summary>Disconnects it, or ends a pairing, and keeps the credentials.</summary>
    Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Unlinks it at WhatsApp, and deletes its credentials, contacts, pairs and pictures. Needs a connection. Contract wuts 2.9.
    /// </summary>
    Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken);

    /// <summary>Unlinks it if it can, and deletes it for good; only the fact that it existed is kept.</summary>
    Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken);

    /// <summary>Gives up ownership without ending anything for good: called before the process or the activation ends.</summary>
    Task HandOverAsync(CancellationToken cancellationToken);

    /// <summary>The synced contacts. Works while disconnected.</summary>
    Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken);

    /// <summary>What is stored about some addresses, one entry per address in their order. Works while disconnected.</summary>
    Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken);

    /// <summary>Which LID is which phone number, with names: stored knowledge first, then one live lookup for the rest.</summary>
    Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken);

    /// <summary>The known pairs of this account, ordered by LID. Works while disconnected.</summary>
    Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken);

    /// <summary>Which numbers are registered, in their order.</summary>
    /// <param name="phones">At most 160.</param>
    /// <param name="maxAge">How old a positive answer may be; a negative one may be a 24th of that, and at most an hour.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<IReadOnlyList<Registration>>> CheckAsync(IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>
    /// Looks people up for their contact actors: about, picture id, devices, business name, LID. Lookups that arrive close together
    /// are one query, and equal ones in flight are one.
    /// </summary>
    Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken);

    /// <summary>Asks for a picture for a contact actor.</summary>
    Task<Answer<PictureOutcome>> AskPictureAsync(Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken);

    /// <summary>Asks for a business profile for a contact actor; a value of <see langword="null"/> inside says that there is none.</summary>
    Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken);

    /// <summary>Creates or renames an address-book entry. Durable when it returns; reaches the phone as soon as it can.</summary>
    Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken);

    /// <summary>Who is blocked.</summary>
    Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken);

    /// <summary>Blocks or unblocks somebody; the same again changes nothing.</summary>
    Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken);

    /// <summary>Fetches app state; returns when everything asked for is up to date.</summary>
    Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken);

    /// <summary>The groups that the account is in. Works while disconnected.</summary>
    /// <param name="refresh">Read them from WhatsApp, at most once a minute; otherwise the mirror is kept current by notifications.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken);

    /// <summary>One group with its members: from the mirror when it is current, else from WhatsApp.</summary>
    Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken);

    /// <summary>The current invite link of a group.</summary>
    Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken);

    /// <summary>What an invite code leads to.</summary>
    Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken);

    /// <summary>Named contacts and joined groups with their pins, archives and mutes.</summary>
    Task<Answer<IReadOnlyList<ChatView>>> ListChatsAsync(CancellationToken cancellationToken);
}

/// <summary>How urgent a query is: interactive ones go before background ones when the budget is short.</summary>
public enum QueryPriority
{
    /// <summary>Somebody waits.</summary>
    Interactive,

    /// <summary>Nobody waits.</summary>
    Background,
}

/// <summary>What to sync, in the words of the WUTS dialect. Contract wuts 5.</summary>
public enum SyncScope
{
    /// <summary>The address book.</summary>
    Contacts,

    /// <summary>Mutes, pins and archives.</summary>
    Chats,

    /// <summary>Settings of the account.</summary>
    Settings,

    /// <summary>Pins.</summary>
    Pins,

    /// <summary>What the phone calls critical.</summary>
    Critical,
}
