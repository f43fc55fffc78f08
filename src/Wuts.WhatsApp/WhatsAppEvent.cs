using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;

namespace Wuts.WhatsApp;

/// <summary>
/// Something that happened to a <see cref="WhatsAppClient"/>: a closed set. An event that comes from a stanza may be raised again
/// when the connection ends before the stanza is acknowledged.
/// </summary>
public abstract record WhatsAppEvent
{
    private protected WhatsAppEvent()
    {
    }

    /// <summary>
    /// A connection is being made. Raised for the first attempt and for every further one; <see cref="Connected"/> or
    /// <see cref="Disconnected"/> follows.
    /// </summary>
    public sealed record Connecting : WhatsAppEvent;

    /// <summary>
    /// The device is logged in and receives its stanzas. Usually <see cref="OfflinePreview"/> follows, then what was missed, then
    /// <see cref="OfflineCompleted"/>. Protocol sections 6.6 and 6.7.
    /// </summary>
    /// <param name="LoginTime">The server's time of the login.</param>
    public sealed record Connected(DateTimeOffset LoginTime) : WhatsAppEvent;

    /// <summary>
    /// A connection has ended or could not be made. With <paramref name="RetryIn"/> the client connects again by itself;
    /// without, it stays disconnected, and the reason says what to do about it. Protocol sections 6.8 to 6.10.
    /// </summary>
    /// <param name="Reason">Why.</param>
    /// <param name="RetryIn">When the next attempt is made; <see langword="null"/> when there will be none.</param>
    public sealed record Disconnected(DisconnectReason Reason, TimeSpan? RetryIn) : WhatsAppEvent;

    /// <summary>
    /// The device was unlinked for good and its keys are deleted. Raised after <see cref="Disconnected"/>. What was learnt
    /// about people is kept; a new pairing makes a new device.
    /// </summary>
    /// <param name="Reason">Why.</param>
    public sealed record LoggedOut(DisconnectReason Reason) : WhatsAppEvent;

    /// <summary>
    /// The device is linked to an account. Raised once per pairing, when everything is stored and before the phone hears of it;
    /// <see cref="Connected"/> follows. Protocol section 7.5.
    /// </summary>
    /// <param name="Device">The device by phone number.</param>
    /// <param name="Lid">The device by LID; <see langword="null"/> when the server named none.</param>
    public sealed record Paired(Jid Device, Jid? Lid) : WhatsAppEvent;

    /// <summary>Raised soon after <see cref="Connected"/>: how many stanzas have been waiting for the device. Protocol section 6.5.</summary>
    /// <param name="Total">All of it.</param>
    /// <param name="Messages">Messages among it.</param>
    /// <param name="Notifications">Notifications among it.</param>
    /// <param name="Receipts">Receipts among it.</param>
    /// <param name="AppDataChanges">App-state changes among it.</param>
    public sealed record OfflinePreview(int Total, int Messages, int Notifications, int Receipts, int AppDataChanges) : WhatsAppEvent;

    /// <summary>All that was waiting has been delivered and handled; from here on stanzas are live. Protocol section 6.5.</summary>
    /// <param name="Count">How many stanzas it was, as the server counts.</param>
    public sealed record OfflineCompleted(int Count) : WhatsAppEvent;

    /// <summary>
    /// Some state at the server changed while the device was away: read it again, then tell the server that it is clean.
    /// Sync section 10.8.
    /// </summary>
    /// <param name="Type">What: <c>account_sync</c>, <c>groups</c>, <c>syncd_app_state</c>, <c>newsletter_metadata</c>.</param>
    /// <param name="Timestamp">To be returned when it is clean, exactly as it is.</param>
    public sealed record Dirty(string Type, string? Timestamp) : WhatsAppEvent;

    /// <summary>The server will refuse this client version from a certain time on, or has withdrawn such a notice. Protocol section 6.4.</summary>
    /// <param name="At">When; <see langword="null"/> withdraws the notice.</param>
    public sealed record ClientExpiration(DateTimeOffset? At) : WhatsAppEvent;

    /// <summary>
    /// The phone that scanned the code cannot link devices of this kind: its owner has to update WhatsApp. Raised while pairing.
    /// Protocol section 6.4.
    /// </summary>
    public sealed record PhoneTooOld : WhatsAppEvent;

    /// <summary>
    /// A person installed WhatsApp anew, so that everything known about their keys is void; a number may also have a new owner.
    /// Raised when the server says so, and when a message shows it; both may happen.
    /// Sync section 1.12.
    /// </summary>
    /// <param name="Person">The person, by the address that the server used.</param>
    /// <param name="Lid">The same person by LID, when the server said it.</param>
    public sealed record IdentityChanged(Jid Person, Jid? Lid) : WhatsAppEvent;

    /// <summary>Something about the account's people changed, and is stored.</summary>
    /// <param name="Change">What.</param>
    public sealed record AccountChanged(AccountEvent Change) : WhatsAppEvent;

    /// <summary>
    /// Nobody read the events for so long that the oldest were dropped. What is known from events may be stale: read it anew.
    /// </summary>
    /// <param name="Count">How many were dropped since the last event of this kind.</param>
    public sealed record EventsLost(long Count) : WhatsAppEvent;
}
