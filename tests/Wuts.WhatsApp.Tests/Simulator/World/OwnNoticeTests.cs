using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What linked devices are told about their own account. Sync sections 8.3 and 10.6.</summary>
public class OwnNoticeTests
{
    [Fact]
    public async Task Block_on_the_phone_is_told_with_the_hash_before_and_after()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var before = BlocklistQuery.Parse(await scene.AskAsync(BlocklistQuery.Build(scene.NextId()))).Hash;

        scene.Self.SetBlocked(alice, block: true);
        var change = Assert.IsType<NotificationItem.BlocklistModified>(await scene.FactAsync());
        var after = BlocklistQuery.Parse(await scene.AskAsync(BlocklistQuery.Build(scene.NextId()))).Hash;
        scene.Self.SetBlocked(alice, block: false);
        var undone = Assert.IsType<NotificationItem.BlocklistModified>(await scene.FactAsync());

        Assert.Equal((before, after), (change.PreviousHash, change.Hash));
        Assert.Equal([new BlockedPerson(alice.Jid, alice.Lid)], change.Blocked);
        Assert.Equal((after, alice.Lid), (undone.PreviousHash, Assert.Single(undone.Unblocked).LidJid));
    }

    [Fact]
    public async Task Block_may_be_told_without_saying_whom()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.Notices.OmitBlocklistItems = true;

        scene.Self.SetBlocked(scene.AddPerson(1), block: true);

        Assert.IsType<NotificationItem.BlocklistStale>(await scene.FactAsync());
    }

    [Fact]
    public async Task Device_is_not_told_what_it_has_done_itself()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);

        await scene.AskAsync(BlocklistQuery.BuildChange(scene.NextId(), block: true, alice.Lid, alice.Jid));
        await scene.Client.AskAsync("set", "status", new Node("status", [], "Here"u8.ToArray()));
        await scene.Client.AskAsync(
            "set", "privacy", new Node("privacy", [], [new Node("category", [("name", "status"), ("value", "contacts")])]));
        await scene.Client.AskAsync("set", "w:profile:picture", new Node("picture", [("type", "image")], alice.SetPicture().ToJpeg(preview: true)));

        await scene.AssertNothingWaitsAsync();
        Assert.True(scene.Self.HasBlocked(alice));
    }

    [Fact]
    public async Task Profile_and_privacy_on_the_phone_are_told()
    {
        await using var scene = await WorldScene.StartAsync();

        scene.Self.SetPicture();
        scene.Self.SetAbout("Away");
        scene.Self.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        scene.Self.SetPushName("New name");

        Assert.IsType<NotificationItem.OwnPictureChanged>(await scene.FactAsync());
        Assert.IsType<NotificationItem.OwnAboutChanged>(await scene.FactAsync());
        Assert.IsType<NotificationItem.PrivacySettingsChanged>(await scene.FactAsync());
        Assert.Equal(new NotificationItem.OwnPushNameChanged("New name"), await scene.FactAsync());
        Assert.Equal("New name", scene.Self.PushName);
    }

    [Fact]
    public async Task Other_devices_and_contacts_hear_of_a_new_device_and_of_its_end()
    {
        await using var scene = await WorldScene.StartAsync();
        var (other, _) = await TestClient.BringUpAsync(scene.Host, scene.Account);
        await using var disposing = other;

        var added = Assert.IsType<NotificationItem.OwnDevicesChanged>(await scene.FactAsync());
        scene.Server.Unlink(scene.Account, 2);
        var removed = Assert.IsType<NotificationItem.OwnDevicesChanged>(await scene.FactAsync());

        Assert.Equal([0, 1, 2], added.Devices.Select(device => (int)device.Device));
        Assert.Equal([0, 1], removed.Devices.Select(device => (int)device.Device));
    }

    [Fact]
    public async Task Accounts_hear_of_each_others_devices()
    {
        await using var scene = await WorldScene.StartAsync();
        var bob = scene.Server.People.Of(scene.Server.Accounts.Create());
        scene.Self.AddContact(bob);
        bob.AddContact(scene.Self);

        var (other, _) = await TestClient.BringUpAsync(scene.Host, bob.Account!);
        await using var disposing = other;

        var notice = await scene.NotificationAsync();
        Assert.Equal(("devices", bob.Jid.WithDevice(1).ToString()), (notice["type"], notice.Child("add")!.Child("device")!["jid"]));
    }
}
