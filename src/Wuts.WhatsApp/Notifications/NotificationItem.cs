using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>One fact that a notification tells. What each invalidates is said on it. Sync section 10.</summary>
public abstract record NotificationItem
{
    private NotificationItem()
    {
    }

    /// <summary>A picture was set. Drop its URL and bytes; fetch it again when somebody asks.</summary>
    public sealed record PictureSet(ContactRef Who, string PictureId, Jid? Author) : NotificationItem;

    /// <summary>A picture was removed. It is known that there is none.</summary>
    public sealed record PictureRemoved(ContactRef Who, Jid? Author) : NotificationItem;

    /// <summary>An "about" text changed; <see langword="null"/> when the new text has to be fetched.</summary>
    public sealed record AboutChanged(ContactRef Who, string? Text) : NotificationItem;

    /// <summary>Something in a profile changed: about, picture, devices and business name are stale.</summary>
    public sealed record ContactChanged(ContactRef Who) : NotificationItem;

    /// <summary>A person changed their number. The person stays the same when both LIDs are equal.</summary>
    public sealed record NumberChanged(Jid Old, Jid New, Jid? OldLid, Jid? NewLid) : NotificationItem;

    /// <summary>The server asks for a refresh of all contacts after a time; schedule it with jitter.</summary>
    public sealed record ContactRefreshDue(DateTimeOffset? After) : NotificationItem;

    /// <summary>A person's linked devices changed: the cached list is stale.</summary>
    /// <param name="Who">The person.</param>
    /// <param name="Added">Devices that came, by their addresses.</param>
    /// <param name="Removed">Devices that went.</param>
    public sealed record DevicesChanged(ContactRef Who, IReadOnlyList<Jid> Added, IReadOnlyList<Jid> Removed) : NotificationItem;

    /// <summary>A person's phone has a new identity key (re-installed, or another owner): drop sessions and profile caches.</summary>
    public sealed record IdentityChanged(Jid Who) : NotificationItem;

    /// <summary>A business name was set or changed; <see langword="null"/> when it has to be fetched.</summary>
    public sealed record BusinessNameChanged(ContactRef Who, VerifiedName? Name) : NotificationItem;

    /// <summary>The account is no business any more: clear verified name and profile.</summary>
    public sealed record BusinessRemoved(ContactRef Who) : NotificationItem;

    /// <summary>A business profile changed: it is stale.</summary>
    public sealed record BusinessProfileChanged(ContactRef Who) : NotificationItem;

    /// <summary>A person gave this account a trusted-contact token; hidden pictures and texts may be visible now.</summary>
    public sealed record PrivacyTokenReceived(Jid Owner, PrivacyToken Token) : NotificationItem;

    /// <summary>A person's default timer of disappearing messages.</summary>
    public sealed record DisappearingModeChanged(Jid Who, TimeSpan Duration) : NotificationItem;

    /// <summary>A group changed. Several changes may come in one notification.</summary>
    public sealed record GroupChanged(Jid Group, Jid? Actor, GroupChange Change) : NotificationItem;

    /// <summary>App-state collections have newer versions on the server.</summary>
    public sealed record CollectionsChanged(IReadOnlyDictionary<string, ulong> Versions) : NotificationItem;

    /// <summary>The server's stock of our one-time pre-keys.</summary>
    public sealed record PreKeysLeft(int Count) : NotificationItem;

    /// <summary>The server asks to compare the key bundle that it holds.</summary>
    public sealed record KeyBundleCheckDue : NotificationItem;

    /// <summary>The own push name changed.</summary>
    public sealed record OwnPushNameChanged(string Name) : NotificationItem;

    /// <summary>The complete list of devices of the own account; without our own device, we are about to be logged out.</summary>
    public sealed record OwnDevicesChanged(IReadOnlyList<Jid> Devices) : NotificationItem;

    /// <summary>The own picture changed: fetch it again.</summary>
    public sealed record OwnPictureChanged : NotificationItem;

    /// <summary>The own "about" text changed: fetch it again.</summary>
    public sealed record OwnAboutChanged : NotificationItem;

    /// <summary>The own privacy settings changed: fetch them again.</summary>
    public sealed record PrivacySettingsChanged : NotificationItem;

    /// <summary>People were blocked or unblocked. Apply it if <paramref name="PreviousHash"/> is the stored hash; else read the list.</summary>
    public sealed record BlocklistModified(
        IReadOnlyList<BlockedPerson> Blocked, IReadOnlyList<BlockedPerson> Unblocked, string Hash, string? PreviousHash) : NotificationItem;

    /// <summary>The block list has to be read again.</summary>
    public sealed record BlocklistStale : NotificationItem;

    /// <summary>A notification that tells nothing about contacts, or that this version does not know.</summary>
    public sealed record Other(string Type) : NotificationItem;
}
