using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;
using GroupRole = Wuts.WhatsApp.Queries.GroupRole;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What linked devices are told about groups. Sync section 9.4.</summary>
public class GroupNoticeTests
{
    [Fact]
    public async Task Account_that_is_added_gets_the_whole_group()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { PushName = "alice" });

        var created = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self], Subject = "New" });
        var create = await scene.NotificationAsync();
        var joined = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Subject = "Old", Announce = false });
        joined.Add([scene.Self]);

        Assert.Equal(
            (created.Jid.ToString(), alice.Lid.ToString(), alice.Jid.ToString(), "lid", "alice", "new"),
            (create["from"], create["participant"], create["participant_pn"], create["addressing_mode"], create["notify"], create.Child("create")!["type"]));
        var info = Assert.IsType<GroupChange.Joined>(await scene.GroupChangeAsync()).Group;
        Assert.Equal(("Old", 2), (info.Subject, info.Members.Count));
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Members_come_and_go_in_one_sequence_of_versions()
    {
        var (scene, alice, group) = await StartAsync();
        await using var disposing = scene;
        var bob = scene.AddPerson(2);
        var version = await VersionAsync(scene, group);

        group.Add([bob]);
        var added = Assert.IsType<GroupChange.Added>(await scene.GroupChangeAsync());
        group.Leave(bob);
        var left = await scene.NotificationAsync();
        group.Join(bob);
        var joined = await scene.NotificationAsync();
        group.Remove([scene.Self], by: alice);
        var removed = Assert.IsType<GroupChange.Removed>(await scene.GroupChangeAsync());
        group.Remove([bob]);

        Assert.Equal((version, bob.Lid, bob.Jid), (added.PreviousVersion, added.Members[0].LidJid, added.Members[0].PhoneJid));
        Assert.Equal((bob.Lid.ToString(), added.Version), (left["participant"], left.Child("remove")!["prev_v_id"]));
        Assert.Equal(("invite", left.Child("remove")!["v_id"]), (joined.Child("add")!["reason"], joined.Child("add")!["prev_v_id"]));
        Assert.Equal((joined.Child("add")!["v_id"], scene.Self.Lid), (removed.PreviousVersion, removed.Members[0].LidJid));
        await scene.AssertNothingWaitsAsync();
    }

    [Fact]
    public async Task Administrators_are_made_and_unmade()
    {
        var (scene, _, group) = await StartAsync();
        await using var disposing = scene;

        group.SetAdmin([scene.Self], admin: true);
        group.SetAdmin([scene.Self], admin: false);
        Assert.Equal(0, group.SetAdmin([group.Creator], admin: false));

        Assert.Equal(scene.Self.Lid, Assert.IsType<GroupChange.Promoted>(await scene.GroupChangeAsync()).Members[0].LidJid);
        Assert.Equal(scene.Self.Lid, Assert.IsType<GroupChange.Demoted>(await scene.GroupChangeAsync()).Members[0].LidJid);
    }

    [Fact]
    public async Task Every_setting_is_told()
    {
        var (scene, alice, group) = await StartAsync();
        await using var disposing = scene;
        var community = scene.Server.Groups.Create(new GroupSpec { Creator = alice, IsCommunity = true, Subject = "Community" });

        group.SetSubject("New subject", by: alice);
        group.SetDescription("New description");
        group.SetDescription(null);
        group.SetAnnouncement(true);
        group.SetLocked(true);
        group.SetLocked(false);
        group.SetDisappearingTimer(TimeSpan.FromDays(7));
        group.SetDisappearingTimer(TimeSpan.Zero);
        group.SetApproval(true);
        group.SetEveryoneAdds(true);
        group.RevokeInvite();
        group.SetCommunity(community);
        group.SetCommunity(null);

        var subject = Assert.IsType<GroupChange.Subject>(await scene.GroupChangeAsync());
        Assert.Equal(("New subject", alice.Lid), (subject.Value, subject.SetBy));
        Assert.Equal("New description", Assert.IsType<GroupChange.Description>(await scene.GroupChangeAsync()).Value);
        Assert.Null(Assert.IsType<GroupChange.Description>(await scene.GroupChangeAsync()).Value);
        Assert.Equal(new GroupChange.Announce(true), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.Locked(true), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.Locked(false), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.Ephemeral(TimeSpan.FromDays(7)), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.Ephemeral(TimeSpan.Zero), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.JoinApproval(true), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.MemberAddMode("all_member_add"), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.InviteCode(group.InviteCode), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.LinkedParent(community.Jid), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.LinkedParent(null), await scene.GroupChangeAsync());
    }

    [Fact]
    public async Task Community_hears_of_the_groups_that_come_to_it()
    {
        var (scene, alice, group) = await StartAsync();
        await using var disposing = scene;
        var community = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self], IsCommunity = true, Announce = false });
        group.Remove([scene.Self]);
        await scene.NotificationAsync();

        group.SetCommunity(community);
        var linked = await scene.NotificationAsync();
        group.SetCommunity(null);
        var unlinked = await scene.NotificationAsync();

        Assert.Equal((community.Jid.ToString(), "sub_group"), (linked["from"], linked.Child("link")!["link_type"]));
        Assert.Equal(group.Jid.ToString(), linked.Child("link")!.Child("group")!["jid"]);
        Assert.Equal("sub_group", unlinked.Child("unlink")!["unlink_type"]);
    }

    [Fact]
    public async Task Group_picture_and_the_end_of_the_group_are_told()
    {
        var (scene, alice, group) = await StartAsync();
        await using var disposing = scene;

        var picture = group.SetPicture(alice);
        var set = await scene.NotificationAsync();
        group.RemovePicture(alice);
        await scene.NotificationAsync();
        group.Delete();

        Assert.Equal(
            ("picture", group.Jid.ToString(), picture.Id, alice.Lid.ToString()),
            (set["type"], set["from"], set.Child("set")!["id"], set.Child("set")!["author"]));
        Assert.IsType<GroupChange.Deleted>(await scene.GroupChangeAsync());
        Assert.IsType<GroupOutcome.NotFound>(GroupQuery.ParseOne(
            await scene.AskAsync(GroupQuery.BuildOne(scene.NextId(), group.Jid)), group.Jid));
    }

    [Theory]
    [InlineData(false, "491700000777", null)]
    [InlineData(true, null, "100000000000777")]
    public async Task New_address_of_a_member_is_told_to_the_group_that_uses_it(bool lidAddressing, string? phone, string? lid)
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var group = scene.Server.Groups.Create(new GroupSpec
        {
            Creator = alice,
            Members = [scene.Self],
            LidAddressing = lidAddressing,
            Announce = false,
        });
        var before = lidAddressing ? alice.Lid : alice.Jid;

        alice.ChangeNumber(phone, lid);
        Assert.IsType<NotificationItem.NumberChanged>(await scene.FactAsync());
        var modify = await scene.NotificationAsync();

        Assert.Equal((group.Jid.ToString(), before.ToString()), (modify["from"], modify["participant"]));
        Assert.Equal((lidAddressing ? alice.Lid : alice.Jid).ToString(), modify.Child("modify")!.Child("participant")!["jid"]);
    }

    [Fact]
    public async Task Hidden_numbers_are_masked_in_notifications_too()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self], IsIncognito = true, Announce = false });

        group.Add([scene.AddPerson(2)]);

        var stanza = await scene.NotificationAsync();
        var member = stanza.Child("add")!.Child("participant")!;
        Assert.Equal((null, null, "+49∙∙∙∙∙∙∙∙02"), (stanza["participant_pn"], member["phone_number"], member["display_name"]));
    }

    [Fact]
    public async Task Group_without_administrator_gets_the_member_of_longest_standing()
    {
        var (scene, alice, group) = await StartAsync();
        await using var disposing = scene;

        group.Leave(alice);

        Assert.IsType<GroupChange.Removed>(await scene.GroupChangeAsync());
        var info = Assert.IsType<GroupOutcome.Found>(GroupQuery.ParseOne(
            await scene.AskAsync(GroupQuery.BuildOne(scene.NextId(), group.Jid)), group.Jid)).Group;
        Assert.Equal(GroupRole.Admin, Assert.Single(info.Members).Role);
    }

    [Fact]
    public async Task Full_queue_leaves_a_dirty_bit_for_what_was_dropped()
    {
        await using var scene = await WorldScene.StartAsync(new SimulatorOptions { DeviceQueueCapacity = 2 });
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = scene.AddPerson(1), Members = [scene.Self], Announce = false });
        await scene.DisconnectAsync();

        for (var i = 0; i < 3; i++)
        {
            group.SetSubject($"Subject {i}");
        }

        Assert.Equal(2, scene.Linked.QueuedStanzas);
        Assert.Contains("groups", scene.Linked.DirtyMarks().Select(mark => mark.Type));
    }

    private static async Task<(WorldScene Scene, Person Alice, Group Group)> StartAsync()
    {
        var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { PushName = "alice" });
        return (scene, alice, scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self], Announce = false }));
    }

    private static async Task<string?> VersionAsync(WorldScene scene, Group group) =>
        (await scene.AskAsync(GroupQuery.BuildOne(scene.NextId(), group.Jid))).Child("group")!["p_v_id"];
}
