using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;

namespace Wuts.Core.Events;

/// <summary>What an event of the protocol client means: what it makes void, and what is published. Sync section 10.9.</summary>
/// <param name="Void">Whose cached parts are void, with the id of the new picture where it is known.</param>
/// <param name="Events">What is published afterwards.</param>
internal sealed record MappedEvents(IReadOnlyList<(Jid Jid, ContactParts Parts, string? PictureId)> Void, IReadOnlyList<DeviceEvent> Events);

/// <summary>Translates events of the protocol client. Pure.</summary>
internal static class DeviceEventMapper
{
    private const ContactParts Identity = ContactParts.About | ContactParts.Picture | ContactParts.Devices;

    /// <summary>Somebody has a new identity key.</summary>
    public static MappedEvents Map(DeviceId device, TenantId tenant, DateTimeOffset at, WhatsAppEvent.IdentityChanged changed)
    {
        var void_ = Both(changed.Person, changed.Lid, Identity);
        return new(void_, [.. Profiles(device, tenant, at, void_), new DeviceEvent.IdentityChanged(device, tenant, at, changed.Person.ToBase())]);
    }

    /// <summary>Something about the account's people changed.</summary>
    public static MappedEvents Map(DeviceId device, TenantId tenant, DateTimeOffset at, AccountEvent change, Jid? own)
    {
        switch (change)
        {
            case AccountEvent.ContactChanged(var jid):
                return Only(new DeviceEvent.ContactChanged(device, tenant, at, jid));
            case AccountEvent.PushNameChanged(var jid, var old, var name):
                return Only(new DeviceEvent.PushNameChanged(device, tenant, at, jid, old, name));
            case AccountEvent.PairLearned learned:
                return Only(new DeviceEvent.PairLearned(device, tenant, at, learned.Pair.Phone, learned.Pair.Lid));
            case AccountEvent.PhoneReassigned moved:
                var reassigned = Both(moved.Now.Phone, moved.Now.Lid, ContactParts.All);
                return new(
                    [.. reassigned, (moved.Before.Lid, ContactParts.All, null)],
                    [.. Profiles(device, tenant, at, reassigned), new DeviceEvent.IdentityChanged(device, tenant, at, moved.Now.Phone)]);
            case AccountEvent.GroupChanged(var group):
                return new([(group, ContactParts.Picture, null)], [new DeviceEvent.GroupChanged(device, tenant, at, group)]);
            case AccountEvent.GroupLeft(var group):
                return new([(group, ContactParts.Picture, null)], [new DeviceEvent.GroupLeft(device, tenant, at, group)]);
            case AccountEvent.BlocklistChanged:
                return Only(new DeviceEvent.BlocklistChanged(device, tenant, at));
            case AccountEvent.CollectionSynced synced:
                return Only(new DeviceEvent.AppStateSynced(device, tenant, at, ScopeOf(synced.Collection)));
            case AccountEvent.CollectionHealthChanged changed:
                return Only(new DeviceEvent.SyncHealthChanged(device, tenant, at, ScopeOf(changed.Collection), changed.Health.Status));
            case AccountEvent.HistoryRead read:
                return Only(new DeviceEvent.HistoryRead(device, tenant, at, read.Progress));
            case AccountEvent.HistoryLost lost:
                return Only(new DeviceEvent.HistoryLost(device, tenant, at, lost.Type));
            case AccountEvent.OwnMessageLost lost:
                return Only(new DeviceEvent.OwnMessageLost(device, tenant, at, lost.Device.Device == 0));
            case AccountEvent.Notified(var item):
                var void_ = VoidBy(item, own);
                return new(void_, [.. Profiles(device, tenant, at, void_)]);
            default:
                return new([], []);
        }
    }

    private static List<(Jid, ContactParts, string?)> VoidBy(NotificationItem item, Jid? own) => item switch
    {
        NotificationItem.PictureSet set => Who(set.Who, ContactParts.Picture, set.PictureId),
        NotificationItem.PictureRemoved removed => Who(removed.Who, ContactParts.Picture),
        NotificationItem.AboutChanged about => Who(about.Who, ContactParts.About),
        NotificationItem.ContactChanged contact => Who(contact.Who, ContactParts.All),
        NotificationItem.NumberChanged number =>
        [
            .. Both(number.Old, number.OldLid, ContactParts.All), .. Both(number.New, number.NewLid, ContactParts.All),
        ],
        NotificationItem.DevicesChanged devices => Who(devices.Who, ContactParts.Devices),
        NotificationItem.BusinessNameChanged name => Who(name.Who, ContactParts.Business),
        NotificationItem.BusinessRemoved business => Who(business.Who, ContactParts.Business),
        NotificationItem.BusinessProfileChanged business => Who(business.Who, ContactParts.Business),
        NotificationItem.PrivacyTokenReceived token => Both(token.Owner, null, ContactParts.Hidden),
        NotificationItem.OwnPictureChanged when own is { } me => Both(me, null, ContactParts.Picture),
        NotificationItem.OwnAboutChanged when own is { } me => Both(me, null, ContactParts.About),
        NotificationItem.OwnDevicesChanged when own is { } me => Both(me, null, ContactParts.Devices),
        _ => [],
    };

    private static List<(Jid, ContactParts, string?)> Who(ContactRef who, ContactParts parts, string? pictureId = null) =>
        who.Jid is { } jid ? [(jid.ToBase(), parts, pictureId)] : [];

    private static List<(Jid Jid, ContactParts Parts, string? PictureId)> Both(Jid jid, Jid? lid, ContactParts parts)
    {
        var both = new List<(Jid, ContactParts, string?)> { (jid.ToBase(), parts, null) };
        if (lid is { } other && other.ToBase() != jid.ToBase())
        {
            both.Add((other.ToBase(), parts, null));
        }

        return both;
    }

    internal static IEnumerable<DeviceEvent> Profiles(
        DeviceId device, TenantId tenant, DateTimeOffset at, IEnumerable<(Jid Jid, ContactParts Parts, string? PictureId)> voided) =>
        voided.Select(v => new DeviceEvent.ProfileChanged(device, tenant, at, v.Jid, v.Parts));

    private static SyncScope ScopeOf(AppStateCollection collection) => collection switch
    {
        AppStateCollection.CriticalUnblockLow => SyncScope.Contacts,
        AppStateCollection.CriticalBlock => SyncScope.Critical,
        AppStateCollection.RegularHigh => SyncScope.Chats,
        AppStateCollection.RegularLow => SyncScope.Pins,
        _ => SyncScope.Settings,
    };

    private static MappedEvents Only(DeviceEvent happened) => new([], [happened]);
}
