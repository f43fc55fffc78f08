using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Events;

/// <summary>What each event of the protocol makes void. Sync section 10.9.</summary>
public sealed class DeviceEventMapperTests
{
    private static readonly DeviceId Device = DeviceId.New();
    private static readonly TenantId Tenant = new(Guid.NewGuid());
    private static readonly Jid Phone = Jid.Parse("15550002222@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("998877@lid");
    private static readonly Jid Own = Jid.Parse("15550001111@s.whatsapp.net");
    private static readonly ContactRef Who = new(Phone, null);

    public static TheoryData<string, NotificationItem, ContactParts> Notifications => new()
    {
        { "picture set", new NotificationItem.PictureSet(Who, "17", null), ContactParts.Picture },
        { "picture removed", new NotificationItem.PictureRemoved(Who, null), ContactParts.Picture },
        { "status", new NotificationItem.AboutChanged(Who, "Busy"), ContactParts.About },
        { "contacts update", new NotificationItem.ContactChanged(Who), ContactParts.All },
        { "contacts modify", new NotificationItem.NumberChanged(Phone, Phone, null, null), ContactParts.All },
        { "devices", new NotificationItem.DevicesChanged(Who, [], []), ContactParts.Devices },
        { "business", new NotificationItem.BusinessProfileChanged(Who), ContactParts.Business },
        { "business name", new NotificationItem.BusinessNameChanged(Who, null), ContactParts.Business },
        { "business removed", new NotificationItem.BusinessRemoved(Who), ContactParts.Business },
        { "privacy token", new NotificationItem.PrivacyTokenReceived(Phone, new PrivacyToken(new byte[4], default)), ContactParts.Hidden },
    };

    [Theory]
    [MemberData(nameof(Notifications))]
    public void A_notification_makes_void_what_it_is_about(string name, NotificationItem item, ContactParts parts)
    {
        var mapped = Map(new AccountEvent.Notified(item));

        Assert.NotEmpty(name);
        Assert.All(mapped.Void, v => Assert.Equal((Phone, parts), (v.Jid, v.Parts)));
        var happened = Assert.IsType<DeviceEvent.ProfileChanged>(mapped.Events[0]);
        Assert.Equal((Phone, parts), (happened.Jid, happened.Parts));
    }

    [Theory]
    [InlineData(HistorySyncType.InitialBootstrap)]
    [InlineData(null)]
    public void Lost_history_is_told_with_its_part(HistorySyncType? type)
    {
        var mapped = Map(new AccountEvent.HistoryLost(type));

        Assert.Empty(mapped.Void);
        Assert.Equal(type, Assert.IsType<DeviceEvent.HistoryLost>(Assert.Single(mapped.Events)).Type);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4, false)]
    public void A_lost_message_of_an_own_device_says_whether_the_phone_sent_it(ushort device, bool fromPhone)
    {
        var mapped = Map(new AccountEvent.OwnMessageLost(Own.WithDevice(device)));

        Assert.Empty(mapped.Void);
        Assert.Equal(fromPhone, Assert.IsType<DeviceEvent.OwnMessageLost>(Assert.Single(mapped.Events)).FromPhone);
    }

    [Fact]
    public void A_new_picture_is_known_by_its_id() =>
        Assert.Equal("17", Assert.Single(Map(new AccountEvent.Notified(new NotificationItem.PictureSet(Who, "17", null))).Void).PictureId);

    [Fact]
    public void A_new_identity_makes_void_what_another_person_may_have_changed()
    {
        var mapped = DeviceEventMapper.Map(Device, Tenant, default, new WhatsAppEvent.IdentityChanged(Phone.WithDevice(3), Lid));

        Assert.Equal([Phone, Lid], mapped.Void.Select(v => v.Jid));
        Assert.All(mapped.Void, v => Assert.Equal(ContactParts.About | ContactParts.Picture | ContactParts.Devices, v.Parts));
        Assert.Equal(Phone, Assert.Single(mapped.Events.OfType<DeviceEvent.IdentityChanged>()).Jid);
    }

    [Fact]
    public void A_number_with_a_new_owner_makes_everything_void_and_counts_as_a_change_of_identity()
    {
        Assert.True(AddressPair.TryCreate(Phone, Lid, out var now));
        Assert.True(AddressPair.TryCreate(Phone, Jid.Parse("111@lid"), out var before));

        var mapped = Map(new AccountEvent.PhoneReassigned(now, before));

        Assert.Equal([Phone, Lid, before.Lid], mapped.Void.Select(v => v.Jid));
        Assert.All(mapped.Void, v => Assert.Equal(ContactParts.All, v.Parts));
        Assert.Single(mapped.Events.OfType<DeviceEvent.IdentityChanged>());
    }

    [Fact]
    public void A_group_that_changed_may_have_another_picture()
    {
        var group = Jid.Parse("120363000000000001@g.us");

        Assert.Equal((group, ContactParts.Picture), (Map(new AccountEvent.GroupChanged(group)).Void[0].Jid, Map(new AccountEvent.GroupChanged(group)).Void[0].Parts));
    }

    [Fact]
    public void Names_pairs_blocks_and_collections_make_no_profile_void()
    {
        Assert.True(AddressPair.TryCreate(Phone, Lid, out var pair));
        AccountEvent[] changes =
        [
            new AccountEvent.ContactChanged(Phone), new AccountEvent.PushNameChanged(Phone, null, "Joao"),
            new AccountEvent.PairLearned(pair, ObservationSource.UserQuery), new AccountEvent.BlocklistChanged(),
            new AccountEvent.CollectionSynced(AppStateCollection.CriticalUnblockLow, 3, 1),
            new AccountEvent.CollectionHealthChanged(AppStateCollection.CriticalUnblockLow, CollectionHealth.Unknown),
        ];

        Assert.All(changes, c => Assert.Empty(Map(c).Void));
        Assert.Equal(
            [
                typeof(DeviceEvent.ContactChanged), typeof(DeviceEvent.PushNameChanged), typeof(DeviceEvent.PairLearned),
                typeof(DeviceEvent.BlocklistChanged), typeof(DeviceEvent.AppStateSynced), typeof(DeviceEvent.SyncHealthChanged),
            ],
            changes.Select(c => Assert.Single(Map(c).Events).GetType()));
    }

    private static MappedEvents Map(AccountEvent change) => DeviceEventMapper.Map(Device, Tenant, default, change, Own);
}
