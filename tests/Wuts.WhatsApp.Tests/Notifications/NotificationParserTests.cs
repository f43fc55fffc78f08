using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Notifications;

public class NotificationParserTests
{
    private static readonly Jid Alice = Jid.Parse("491700000001@s.whatsapp.net");
    private static readonly Jid AliceLid = Jid.Parse("100000000000001@lid");
    private static readonly Jid Group = Jid.Parse("120363021234567890@g.us");

    public static TheoryData<string, NotificationItem> Facts => new()
    {
        { "picture-set", new NotificationItem.PictureSet(Who(Alice), "1780000001", Alice) },
        { "picture-set-hash-only", new NotificationItem.PictureSet(Hashed("P2DY"), "1780000002", null) },
        { "picture-delete", new NotificationItem.PictureRemoved(Who(Alice), Alice) },
        { "picture-bare", new NotificationItem.PictureRemoved(Who(Alice), null) },
        { "picture-set-group", new NotificationItem.PictureSet(Who(Group), "1780000003", AliceLid) },
        { "status-set", new NotificationItem.AboutChanged(Who(Alice), "Busy until Monday") },
        { "status-set-hash", new NotificationItem.AboutChanged(Hashed("s7oK"), null) },
        { "contacts-update", new NotificationItem.ContactChanged(Who(Alice)) },
        { "contacts-update-hash", new NotificationItem.ContactChanged(Hashed("4ZhY")) },
        {
            "contacts-modify",
            new NotificationItem.NumberChanged(
                Alice, Jid.Parse("491700000010@s.whatsapp.net"), AliceLid, Jid.Parse("100000000000010@lid"))
        },
        { "contacts-sync", new NotificationItem.ContactRefreshDue(DateTimeOffset.FromUnixTimeSeconds(1780000060)) },
        { "contacts-add", new NotificationItem.Other("contacts") },
        { "account-sync-pushname", new NotificationItem.OwnPushNameChanged("New Own Name") },
        { "account-sync-picture", new NotificationItem.OwnPictureChanged() },
        { "account-sync-status", new NotificationItem.OwnAboutChanged() },
        { "account-sync-privacy", new NotificationItem.PrivacySettingsChanged() },
        { "blocklist-notification-refetch", new NotificationItem.BlocklistStale() },
        { "encrypt-identity", new NotificationItem.IdentityChanged(Alice) },
        { "encrypt-count", new NotificationItem.PreKeysLeft(4) },
        { "disappearing-mode", new NotificationItem.DisappearingModeChanged(Alice, TimeSpan.FromDays(1)) },
        { "mex-linked-profiles", new NotificationItem.Other("mex") },
        { "unknown-type", new NotificationItem.Other("w:growth") },
        { "mediaretry", new NotificationItem.Other("mediaretry") },
        { "mediaretry-error", new NotificationItem.Other("mediaretry") },
        { "biz-notification-verified-name-hash", new NotificationItem.BusinessNameChanged(Hashed("s7oK"), null) },
        { "biz-notification-remove", new NotificationItem.BusinessRemoved(Who(Alice)) },
        { "biz-notification-profile", new NotificationItem.BusinessProfileChanged(Who(Alice)) },
        { "gp2-subject", Changed(new GroupChange.Subject("New Subject", DateTimeOffset.FromUnixTimeSeconds(1780000000), AliceLid)) },
        { "gp2-description", Changed(new GroupChange.Description("New description", "3EB0DDDD0002")) },
        { "gp2-description-delete", Changed(new GroupChange.Description(null, "3EB0DDDD0003")) },
        { "gp2-announcement", Changed(new GroupChange.Announce(true)) },
        { "gp2-not-announcement", Changed(new GroupChange.Announce(false)) },
        { "gp2-locked", Changed(new GroupChange.Locked(true)) },
        { "gp2-unlocked", Changed(new GroupChange.Locked(false)) },
        { "gp2-ephemeral", Changed(new GroupChange.Ephemeral(TimeSpan.FromDays(7))) },
        { "gp2-not-ephemeral", Changed(new GroupChange.Ephemeral(TimeSpan.Zero)) },
        { "gp2-member-add-mode", Changed(new GroupChange.MemberAddMode("all_member_add")) },
        { "gp2-approval-mode", Changed(new GroupChange.JoinApproval(false)) },
        { "gp2-invite", Changed(new GroupChange.InviteCode("AbCdEfGhIjKlMnOpQrStUv")) },
        { "gp2-delete", Changed(new GroupChange.Deleted()) },
        { "gp2-link-parent", Changed(new GroupChange.LinkedParent(Jid.Parse("120363029999999999@g.us"))) },
        { "gp2-unlink", Changed(new GroupChange.LinkedParent(null)) },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void Notification_tells_its_fact(string name, NotificationItem expected) => Assert.Equal([expected], Parse(name).Items);

    [Theory]
    [InlineData("gp2-add", "added")]
    [InlineData("gp2-remove", "removed")]
    [InlineData("gp2-promote", "promoted")]
    [InlineData("gp2-demote", "demoted")]
    public void Members_of_a_group_change(string name, string property)
    {
        var change = Assert.IsType<NotificationItem.GroupChanged>(Assert.Single(Parse(name).Items)).Change;

        IReadOnlyList<GroupMember> members = change switch
        {
            GroupChange.Added added => added.Members,
            GroupChange.Removed removed => removed.Members,
            GroupChange.Promoted promoted => promoted.Members,
            GroupChange.Demoted demoted => demoted.Members,
            _ => throw new InvalidOperationException(change.ToString()),
        };
        Assert.Equal(
            StanzaVectors.Expect(name).GetProperty(property).EnumerateArray().Select(j => j.GetString()),
            members.Select(m => m.Jid.ToString()));
    }

    [Fact]
    public void Added_members_come_with_versions_that_show_a_gap()
    {
        var change = Assert.IsType<NotificationItem.GroupChanged>(Assert.Single(Parse("gp2-add").Items));

        var added = Assert.IsType<GroupChange.Added>(change.Change);
        Assert.Equal(("1", "2"), (added.PreviousVersion, added.Version));
        Assert.Equal(AliceLid, change.Actor);
        Assert.Equal("dave.example", added.Members[0].Username);
    }

    [Fact]
    public void Changed_number_of_a_member_names_the_new_address()
    {
        var change = Assert.IsType<NotificationItem.GroupChanged>(Assert.Single(Parse("gp2-modify").Items));

        var modified = Assert.IsType<GroupChange.MemberAddressChanged>(change.Change);
        Assert.Equal("491700000010@s.whatsapp.net", Assert.Single(modified.NewAddresses).Jid.ToString());
        Assert.Equal(AliceLid, change.Actor);
    }

    [Fact]
    public void Group_that_was_joined_comes_complete()
    {
        var joined = Assert.IsType<GroupChange.Joined>(
            Assert.IsType<NotificationItem.GroupChanged>(Assert.Single(Parse("gp2-create").Items)).Change);

        Assert.Equal(Group, joined.Group.Jid);
        Assert.Equal(4, joined.Group.Members.Count);
    }

    [Fact]
    public void Unknown_group_change_makes_the_group_stale()
    {
        var stanza = new Node("notification", [("from", Group), ("type", "w:gp2"), ("id", "1")], [new Node("never_seen")]);

        Assert.Equal([Changed(new GroupChange.Stale("never_seen")) with { Actor = null }], NotificationParser.Parse(stanza).Items);
    }

    [Fact]
    public void Devices_come_and_go()
    {
        var added = Assert.IsType<NotificationItem.DevicesChanged>(Assert.Single(Parse("devices-add").Items));
        Assert.Equal(Who(Alice), added.Who);
        Assert.Equal([Alice.WithDevice(8)], added.Added);

        var removed = Assert.IsType<NotificationItem.DevicesChanged>(Assert.Single(Parse("devices-remove").Items));
        Assert.Equal(Who(AliceLid), removed.Who);
        Assert.Equal([AliceLid.WithDevice(7)], removed.Removed);

        var updated = Assert.IsType<NotificationItem.DevicesChanged>(Assert.Single(Parse("devices-update-hash").Items));
        Assert.Equal(Hashed("s7oK"), updated.Who);
    }

    [Fact]
    public void Own_devices_are_listed_completely()
    {
        var own = Assert.IsType<NotificationItem.OwnDevicesChanged>(Assert.Single(Parse("devices-own").Items));

        Assert.Equal(
            StanzaVectors.Expect("devices-own").GetProperty("own_devices").EnumerateArray().Select(d => d.GetInt32()),
            own.Devices.Select(d => (int)d.Device));
    }

    [Fact]
    public void Changed_collections_carry_their_versions()
    {
        var changed = Assert.IsType<NotificationItem.CollectionsChanged>(Assert.Single(Parse("server-sync").Items));

        Assert.Equal(
            StanzaVectors.Expect("server-sync").GetProperty("fetch_if_local_version_lower").EnumerateObject()
                .ToDictionary(p => p.Name, p => p.Value.GetUInt64()),
            changed.Versions);
    }

    [Fact]
    public void Blocklist_change_says_on_which_list_it_builds()
    {
        var modified = Assert.IsType<NotificationItem.BlocklistModified>(Assert.Single(Parse("blocklist-notification").Items));

        Assert.Equal([new BlockedPerson(null, Jid.Parse("100000000000008@lid"))], modified.Blocked);
        Assert.Equal([new BlockedPerson(null, Jid.Parse("100000000000006@lid"))], modified.Unblocked);
        Assert.Equal(("1779000000002", "1779000000001"), (modified.Hash, modified.PreviousHash));
    }

    [Fact]
    public void Business_name_comes_with_its_certificate()
    {
        var changed = Assert.IsType<NotificationItem.BusinessNameChanged>(Assert.Single(Parse("biz-notification-verified-name").Items));

        Assert.Equal(Who(Alice), changed.Who);
        Assert.Equal("Example Bakery", changed.Name!.Name);
    }

    [Fact]
    public void Privacy_token_belongs_to_the_lid_of_the_sender()
    {
        var expected = StanzaVectors.Expect("privacy-token-notification").GetProperty("store");

        var received = Assert.IsType<NotificationItem.PrivacyTokenReceived>(
            Assert.Single(Parse("privacy-token-notification").Items));

        Assert.Equal(expected.TextOf("lid"), received.Owner.ToString());
        Assert.Equal(expected.TextOf("token"), Hex.Text(received.Token.Bytes.Span));
        Assert.Equal(expected.GetProperty("timestamp").GetInt64(), received.Token.Timestamp.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("gp2-add")]
    [InlineData("contacts-modify")]
    public void Notification_shows_which_addresses_belong_together(string name)
    {
        var pairs = Parse(name).Pairs.Select(p => (p.Phone.ToString(), p.Lid.ToString())).ToHashSet();

        foreach (var mapping in StanzaVectors.Expect(name).GetProperty("mappings").EnumerateArray())
        {
            Assert.Contains((mapping[0].GetString()!, mapping[1].GetString()!), pairs);
        }
    }

    [Fact]
    public void Every_notification_vector_is_read_with_its_header()
    {
        foreach (var name in StanzaVectors.Names("notifications").Concat(StanzaVectors.Names("group-notifications")))
        {
            var notification = Parse(name);

            Assert.NotEmpty(notification.Items);
            Assert.NotEqual("", notification.Id);
            Assert.Equal(1780000000, notification.Time!.Value.ToUnixTimeSeconds());
            Assert.False(notification.Offline);
            if (StanzaVectors.Expect(name).ValueKind != JsonValueKind.Object)
            {
                Assert.Fail($"{name} has no expectation");
            }
        }
    }

    [Fact]
    public void Notification_without_any_attribute_is_still_read()
    {
        var notification = NotificationParser.Parse(new Node("notification"));

        Assert.Equal([new NotificationItem.Other("")], notification.Items);
        Assert.True(notification.From.IsEmpty);
    }

    private static Notification Parse(string name) => NotificationParser.Parse(StanzaVectors.Node(name));

    private static ContactRef Who(Jid jid) => new(jid, null);

    private static ContactRef Hashed(string hash) => new(null, hash);

    private static NotificationItem.GroupChanged Changed(GroupChange change) => new(Group, AliceLid, change);
}
