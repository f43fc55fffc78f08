using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.WhatsApp.Notifications;

/// <summary>A notification stanza, read. It is acknowledged after what it tells is stored. Sync section 10.1.</summary>
/// <param name="Id">Stanza id.</param>
/// <param name="Type">Its type on the wire.</param>
/// <param name="From">Who it is from: the server, a person or a group.</param>
/// <param name="Time">When the server made it.</param>
/// <param name="Offline">Whether it waited for this device to connect.</param>
/// <param name="Items">What it tells; never empty.</param>
/// <param name="Pairs">LIDs and phone numbers that it shows to belong together.</param>
public sealed record Notification(
    string Id,
    string Type,
    Jid From,
    DateTimeOffset? Time,
    bool Offline,
    IReadOnlyList<NotificationItem> Items,
    IReadOnlyList<AddressPair> Pairs);
