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
/// <see cref="Failure.NoDevice"/>, <see cref="Failure.DeviceDestroyed"/> and <see cref="Failure.Unavailable"/>. What has to ask
/// WhatsApp may also answer <see cref="Failure.NotReady"/>, <see cref="Failure.RateLimited"/>, <see cref="Failure.TimedOut"/> and
/// <see cref="Failure.Refused"/>; only further failures are named at a call.
/// </remarks>
public interface IDevice
{
    /// <summary>How it is doing. Contract wuts 2.6.</summary>
    Task<Answer<DeviceStatus>> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A QR code to link it with: the one that is shown now, or the first of a new pairing. <see cref="Failure.Conflict"/> for a device
    /// that is linked, whose pairing is being answered, or whose account has no room. Contract wuts 2.3.
    /// </summary>
    /// <param name="refresh">End a pairing that is going on and start over.</param>
    /// <param name="wait">How long to wait for a code of WhatsApp; then <see cref="Failure.TimedOut"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// A code of eight characters to link it with: the one that is valid now for the same number, or a new one. Fails as
    /// <see cref="GetQrAsync"/> does, and with <see cref="Failure.Invalid"/> for a number that WhatsApp gives out no code for.
    /// Contract wuts 2.5.
    /// </summary>
    /// <param name="phone">The number of the phone that will type it.</param>
    /// <param name="refresh">End a pairing that is going on and start over.</param>
    /// <param name="wait">How long to wait for a code of WhatsApp; then <see cref="Failure.TimedOut"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Connects a linked device, and keeps it connected from then on. <see cref="Failure.Conflict"/> for one that is not linked or is
    /// being linked. Contract wuts 2.7.
    /// </summary>
    /// <param name="wait">How long to wait for the login; afterwards it goes on by itself and the status says so.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Connects it if it should be connected and nobody else owns it; called after a start and when an owner died.</summary>
    Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken);

    /// <summary>Disconnects it, or ends a pairing, and keeps the credentials. Contract wuts 2.8.</summary>
    Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Unlinks it at WhatsApp, and deletes its credentials, contacts, pairs and pictures. Needs a connection. Contract wuts 2.9.
    /// </summary>
    Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken);

    /// <summary>Unlinks it if it can, and deletes it for good; only the fact that it existed is kept. Contract wuts 2.10.</summary>
    Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken);

    /// <summary>Gives up ownership without ending anything for good: called before the process or the activation ends.</summary>
    Task HandOverAsync(CancellationToken cancellationToken);

    /// <summary>The synced contacts. Works while disconnected. Contract wuts 3.1.</summary>
    Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken);

    /// <summary>What is stored about some addresses, one entry per address in their order. Works while disconnected.</summary>
    Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken);

    /// <summary>
    /// Which LID is which phone number, with names: stored knowledge first, then one live lookup for the rest. At most 160 addresses,
    /// else <see cref="Failure.Invalid"/>. Contract wuts 3.4.
    /// </summary>
    Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken);

    /// <summary>The known pairs of LID and phone number of this account, ordered by LID. Works while disconnected.</summary>
    /// <param name="offset">How many to pass over.</param>
    /// <param name="limit">How many to return at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken);

    /// <summary>Which numbers are registered, in their order. Contract wuts 3.5.</summary>
    /// <param name="phones">At most 160, else <see cref="Failure.Invalid"/>.</param>
    /// <param name="maxAge">How old a positive answer may be; a negative one may be a 24th of that, and at most an hour.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<IReadOnlyList<Registration>>> CheckAsync(IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>
    /// Looks people up for their contact actors: about, picture id, devices, business name, LID. Lookups that arrive close together
    /// are one query, and equal ones in flight are one. Sync section 4.
    /// </summary>
    Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken);

    /// <summary>Asks for a picture for a contact actor; <see cref="Failure.Invalid"/> for who can have none. Sync section 6.</summary>
    Task<Answer<PictureOutcome>> AskPictureAsync(Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken);

    /// <summary>Asks for a business profile for a contact actor; a value of <see langword="null"/> inside says that there is none. Sync section 7.1.</summary>
    Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken);

    /// <summary>
    /// Creates or renames an address-book entry. Durable when it returns; reaches the phone as soon as it can. Works while
    /// disconnected; <see cref="Failure.Conflict"/> for a device that is not linked. Sync section 3.12.
    /// </summary>
    Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken);

    /// <summary>Who is blocked. Contract wuts 4.1.</summary>
    Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken);

    /// <summary>Blocks or unblocks somebody; the same again changes nothing. Contract wuts 4.2.</summary>
    /// <param name="person">By LID or phone number; <see cref="Failure.NotFound"/> for a number that is not on WhatsApp.</param>
    /// <param name="block">Block, or unblock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken);

    /// <summary>Fetches app state; returns when everything asked for is up to date, after 60 s at most. Contract wuts 5.</summary>
    /// <param name="scopes">What; everything when empty.</param>
    /// <param name="full">Read it anew from snapshots, which is costly for the account.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken);

    /// <summary>The groups that the account is in. Works while disconnected, unless refreshed. Contract wuts 6.1.</summary>
    /// <param name="refresh">Read them from WhatsApp, at most once a minute; otherwise the mirror is kept current by notifications.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken);

    /// <summary>One group with its members: from the mirror when it is current, else from WhatsApp. Contract wuts 6.2.</summary>
    Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken);

    /// <summary>
    /// The current invite link of a group; <see cref="Failure.NotPermitted"/> when this account may not see it. Contract wuts 6.3.
    /// </summary>
    Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken);

    /// <summary>What an invite code leads to; <see cref="Failure.NotFound"/> when it leads nowhere, or no longer.</summary>
    Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken);

    /// <summary>Named contacts and joined groups with their pins, archives and mutes. Works while disconnected. Contract wuts 6.4.</summary>
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
