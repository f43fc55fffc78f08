using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Notifications;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What linked devices are told about other people. Sync sections 6.4, 7.2 and 10.3 to 10.7.</summary>
public class PersonNoticeTests
{
    [Fact]
    public async Task Picture_of_a_contact_is_told_with_its_id_and_its_removal()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);

        var picture = alice.SetPicture();
        var set = await scene.NotificationAsync();
        alice.RemovePicture();

        Assert.Equal((alice.Jid.ToString(), "picture"), (set["from"], set["type"]));
        Assert.Equal(new NotificationItem.PictureSet(new ContactRef(alice.Jid, null), picture.Id, alice.Jid), Assert.Single(NotificationParser.Parse(set).Items));
        Assert.Equal(alice.Jid, Assert.IsType<NotificationItem.PictureRemoved>(await scene.FactAsync()).Who.Jid);
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Side_contact_is_named_by_hash_and_nothing_else()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        scene.Self.AddContact(alice);

        var picture = alice.SetPicture();
        alice.SetAbout("Busy");
        alice.AnnounceUpdate();
        alice.SetBusiness(new BusinessCard { Name = "Bakery" });
        alice.AddCompanion(new CompanionDevice(7, 3));

        var set = await scene.NotificationAsync();
        Assert.Equal("s.whatsapp.net", set["from"]!.TrimStart('@'));
        Assert.Equal((ContactHash.Of(alice.Jid), picture.Id, null), (set.Child("set")!["hash"], set.Child("set")!["id"], set.Child("set")!["jid"]));
        Assert.Equal([("hash", "set"), ("hash", "update"), ("hash", "verified_name"), ("hash", "update")], new[]
        {
            await NamedAsync(scene), await NamedAsync(scene), await NamedAsync(scene), await NamedAsync(scene),
        });
    }

    [Fact]
    public async Task Names_can_be_forced_to_addresses_and_hashes()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        scene.Self.AddContact(alice);

        scene.Server.Notices.Names = NoticeAddress.Jid;
        alice.SetPicture();
        Assert.Equal(alice.Jid.ToString(), (await scene.NotificationAsync()).Child("set")!["jid"]);

        alice.AddContact(scene.Self);
        scene.Server.Notices.Names = NoticeAddress.Hash;
        alice.SetPicture();
        Assert.Null((await scene.NotificationAsync()).Child("set")!["jid"]);
    }

    [Fact]
    public async Task Stranger_and_somebody_who_blocks_the_account_are_not_heard_of()
    {
        await using var scene = await WorldScene.StartAsync();
        var stranger = scene.AddPerson(1);
        var foe = Contact(scene, 2);
        foe.SetBlocked(scene.Self, block: true);

        stranger.SetPicture();
        stranger.SetAbout("Hello");
        foe.SetPicture();
        foe.AnnounceUpdate();

        await scene.AssertNothingWaitsAsync();
    }

    [Fact]
    public async Task What_is_hidden_is_not_told_until_a_token_opens_it()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        scene.Self.AddChat(alice);
        alice.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Contacts);
        alice.SetPicture();
        await scene.AssertNothingWaitsAsync();

        var token = alice.Trust(scene.Self);
        var notice = await scene.NotificationAsync();
        alice.SetPicture();

        Assert.Equal((alice.Jid.ToString(), alice.Lid.ToString()), (notice["from"], notice["sender_lid"]));
        var received = Assert.IsType<NotificationItem.PrivacyTokenReceived>(Assert.Single(NotificationParser.Parse(notice).Items));
        Assert.Equal(alice.Lid, received.Owner);
        Assert.Equal(token.ToArray(), received.Token.Bytes.ToArray());
        Assert.IsType<NotificationItem.PictureSet>(await scene.FactAsync());
    }

    [Fact]
    public async Task About_is_told_with_its_text_and_an_empty_one_without()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);

        alice.SetAbout("Busy until Monday");
        alice.SetAbout("");

        Assert.Equal(new NotificationItem.AboutChanged(new ContactRef(alice.Jid, null), "Busy until Monday"), await scene.FactAsync());
        Assert.Null(Assert.IsType<NotificationItem.AboutChanged>(await scene.FactAsync()).Text);
    }

    [Fact]
    public async Task Number_change_keeps_the_person_and_names_both_numbers_and_lids()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);
        var (old, lid) = (alice.Jid, alice.Lid);

        alice.ChangeNumber("491700000777");
        var moved = await scene.FactAsync();
        alice.ChangeNumber(lid: "100000000000777");

        Assert.Equal(new NotificationItem.NumberChanged(old, alice.Jid, lid, lid), moved);
        Assert.Equal(new NotificationItem.NumberChanged(alice.Jid, alice.Jid, lid, alice.Lid), await scene.FactAsync());
        Assert.True(scene.Self.Knows(alice));
        Assert.Null(scene.Server.People.Find(old));
        Assert.Same(alice, scene.Server.People.Find("491700000777"));
        Assert.Throws<InvalidOperationException>(() => scene.Self.ChangeNumber("491700000778"));
        Assert.Throws<ArgumentException>(() => alice.ChangeNumber(scene.Self.Phone));
    }

    [Fact]
    public async Task Number_of_somebody_else_leads_to_a_new_person_with_a_lid_of_their_own()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self] });
        Assert.IsType<GroupChange.Joined>(await scene.GroupChangeAsync());

        var bob = scene.Server.People.Reassign(alice.Phone, new PersonSpec { PushName = "Bob" });

        Assert.IsType<GroupChange.Removed>(await scene.GroupChangeAsync());
        Assert.Equal("contacts", (await scene.NotificationAsync())["type"]);
        var identity = await scene.NotificationAsync();
        Assert.Equal(("encrypt", bob.Jid.ToString(), bob.Lid.ToString()), (identity["type"], identity["from"], identity["lid"]));
        Assert.IsType<NotificationItem.ContactChanged>(await scene.FactAsync());
        Assert.NotEqual(alice.Lid, bob.Lid);
        Assert.False(group.HasMember(alice));
        Assert.Same(bob, scene.Server.People.Find(alice.Jid));
        Assert.True(scene.Self.Knows(bob));
    }

    [Fact]
    public async Task Devices_come_and_go_with_hash_and_key_indexes()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);

        alice.AddCompanion(new CompanionDevice(7, 3));
        var added = await scene.NotificationAsync();
        alice.RemoveCompanion(7);
        var removed = await scene.NotificationAsync();

        Assert.Equal(("devices", alice.Jid.ToString(), alice.Lid.ToString()), (added["type"], added["from"], added["lid"]));
        var device = added.Child("add")!.Child("device")!;
        Assert.Equal(
            (alice.Jid.WithDevice(7).ToString(), alice.Lid.WithDevice(7).ToString(), "3"), (device["jid"], device["lid"], device["key-index"]));
        Assert.False(added.Child("add")!.Child("key-index-list")!.ContentBytes.IsEmpty);
        Assert.NotEqual(added.Child("add")!["device_hash"], removed.Child("remove")!["device_hash"]);
        Assert.NotNull(removed.Child("remove")!.Child("key-index-list")!["ts"]);
    }

    [Fact]
    public async Task Business_is_told_when_it_comes_changes_and_goes()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);

        alice.SetBusiness(new BusinessCard { Name = "Bakery", VerifiedLevel = "high" });
        Assert.Equal("Bakery", Assert.IsType<NotificationItem.BusinessNameChanged>(await scene.FactAsync()).Name!.Name);
        alice.SetBusiness(alice.Business! with { Profile = new BusinessDetails { Email = "a@bakery.example" } });
        Assert.IsType<NotificationItem.BusinessProfileChanged>(await scene.FactAsync());
        alice.SetBusiness(null);
        Assert.IsType<NotificationItem.BusinessRemoved>(await scene.FactAsync());
    }

    [Fact]
    public async Task New_phone_new_timer_and_leaving_the_network_are_told()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);

        alice.SetDisappearingTimer(TimeSpan.FromDays(1));
        alice.Reinstall();
        alice.SetRegistered(false);

        Assert.Equal(new NotificationItem.DisappearingModeChanged(alice.Jid, TimeSpan.FromDays(1)), await scene.FactAsync());
        Assert.Equal(new NotificationItem.IdentityChanged(alice.Jid), await scene.FactAsync());
        Assert.Equal(alice.Jid.ToString(), (await scene.NotificationAsync()).Child("remove")!["jid"]);
    }

    [Fact]
    public async Task Member_whose_number_is_hidden_is_named_by_lid()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var creator = scene.AddPerson(2);
        scene.Server.Groups.Create(new GroupSpec { Creator = creator, Members = [scene.Self, alice], IsIncognito = true, Announce = false });

        alice.SetPicture();

        Assert.Equal(alice.Lid.ToString(), (await scene.NotificationAsync())["from"]);
    }

    [Fact]
    public async Task Change_while_the_device_is_away_comes_with_the_backlog_or_leaves_a_dirty_bit()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = Contact(scene);
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self], Announce = false });
        await scene.DisconnectAsync();
        alice.SetPicture();

        await scene.ReconnectAsync();
        var backlog = await scene.Client.GoActiveAsync();
        Assert.Equal(("picture", "0"), (backlog[0]["type"], backlog[0]["offline"]));
        await scene.Client.AckAsync(backlog[0]);
        await scene.DisconnectAsync();

        scene.Server.Notices.LoseWhileAway = true;
        alice.SetPicture();
        group.SetSubject("Missed");
        await scene.ReconnectAsync();

        Assert.Contains("groups", scene.Linked.DirtyMarks().Select(mark => mark.Type));
        Assert.Equal(0, scene.Linked.QueuedStanzas);
    }

    [Fact]
    public async Task Somebody_whom_a_linked_device_has_saved_is_a_contact()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        alice.AddContact(scene.Self);

        scene.Account.Handset.AddressBook.Add(new PhoneContact(alice.Jid, "Alice"));
        alice.SetPicture();

        Assert.Equal(alice.Jid.ToString(), (await scene.NotificationAsync())["from"]);
        Assert.True(scene.Self.Knows(alice));
    }

    [Fact]
    public async Task Server_asks_for_a_refresh_of_all_contacts()
    {
        await using var scene = await WorldScene.StartAsync();
        var after = DateTimeOffset.FromUnixTimeSeconds(1_780_000_060);

        scene.Server.AskForContactRefresh(scene.Account, after);

        Assert.Equal(new NotificationItem.ContactRefreshDue(after), await scene.FactAsync());
    }

    [Fact]
    public async Task Backlog_that_is_lost_leaves_dirty_bits()
    {
        await using var scene = await WorldScene.StartAsync();
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = Contact(scene), Members = [scene.Self], Announce = false });
        await scene.DisconnectAsync();
        group.SetSubject("Missed");
        scene.Self.SetAbout("Missed too");
        using var script = new WorldScript(scene.Host);

        var lost = await script.SendAsync("POST", $"accounts/{scene.Account.Phone}/devices/1/lose");

        Assert.Equal((2, 0), (lost.GetProperty("count").GetInt32(), scene.Linked.QueuedStanzas));
        Assert.Equal(["account_sync", "groups"], scene.Linked.DirtyMarks().Select(mark => mark.Type).Order());
    }

    private static Person Contact(WorldScene scene, int number = 1)
    {
        var person = scene.AddPerson(number);
        scene.Self.AddContact(person);
        person.AddContact(scene.Self);
        return person;
    }

    private static async Task<(string Attribute, string Tag)> NamedAsync(WorldScene scene)
    {
        var child = Assert.Single((await scene.NotificationAsync()).Children.ToArray());
        return (child["jid"] is null && child["hash"] is not null ? "hash" : "jid", child.Tag);
    }
}
