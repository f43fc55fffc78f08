using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using GroupRole = Wuts.WhatsApp.Queries.GroupRole;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What the simulator answers about groups. Sync section 9.</summary>
public class GroupAnswerTests
{
    [Fact]
    public async Task All_groups_are_told_in_both_addressing_modes()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var bob = scene.AddPerson(2);
        var modern = scene.Server.Groups.Create(new GroupSpec
        {
            Creator = alice,
            Members = [scene.Self, bob],
            Subject = "Test Group",
            Description = "About this group",
            IsAnnouncement = true,
            IsLocked = true,
            NeedsApproval = true,
            DisappearingTimer = TimeSpan.FromDays(1),
        });
        modern.SetNumberHidden(bob, hidden: true);
        var old = scene.Server.Groups.Create(new GroupSpec
        {
            Id = "491700000001-1500000000",
            Creator = alice,
            Members = [scene.Self],
            LidAddressing = false,
        });

        var groups = GroupQuery.ParseAll(await scene.AskAsync(GroupQuery.BuildAll(scene.NextId())));

        var first = groups.Single(group => group.Jid == modern.Jid);
        Assert.True(first is { LidAddressing: true, IsAnnounce: true, IsLocked: true, JoinApproval: true, Subject: "Test Group" });
        Assert.Equal(("About this group", TimeSpan.FromDays(1), 3), (first.Description, first.Ephemeral, first.Size));
        Assert.Equal((alice.Lid, alice.Jid), (first.Creator, first.CreatorPhone));
        Assert.Equal(
            [(alice.Lid, alice.Jid, GroupRole.SuperAdmin), (scene.Self.Lid, scene.Self.Jid, GroupRole.Member), (bob.Lid, null, GroupRole.Member)],
            first.Members.Select(member => (member.LidJid!.Value, member.PhoneJid, member.Role)));
        Assert.Equal("+49∙∙∙∙∙∙∙∙02", first.Members[2].DisplayName);

        var second = groups.Single(group => group.Jid == old.Jid);
        Assert.False(second.LidAddressing);
        Assert.Equal([(alice.Jid, alice.Lid), (scene.Self.Jid, scene.Self.Lid)], second.Members.Select(member => (member.PhoneJid!.Value, member.LidJid!.Value)));
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Lighter_list_leaves_members_and_description_out()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self, Members = [scene.AddPerson(1)], Description = "Text" });

        var answer = await scene.AskAsync(new Node(
            "iq", [("id", "g"), ("xmlns", "w:g2"), ("type", "get"), ("to", Jid.Groups)], [new Node("participating")]));
        var group = answer.Child("groups")!.Children[0];

        Assert.Equal("@g.us", answer["from"] is { } from && from.StartsWith('@') ? from : "@" + answer["from"]);
        Assert.Null(group.Child("participant"));
        Assert.Null(group.Child("description"));
        Assert.Equal("2", group["size"]);
    }

    [Fact]
    public async Task One_group_is_for_its_members()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var mine = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self] });
        var foreign = scene.Server.Groups.Create(new GroupSpec { Creator = alice });
        var nowhere = Jid.Parse("120363999999999999@g.us");

        Assert.IsType<GroupOutcome.Found>(await OneAsync(scene, mine.Jid));
        Assert.IsType<GroupOutcome.NotMember>(await OneAsync(scene, foreign.Jid));
        Assert.IsType<GroupOutcome.NotFound>(await OneAsync(scene, nowhere));
    }

    [Fact]
    public async Task Batch_tells_each_group_truncated_or_why_not()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.DirectoryAnswers.BatchMemberLimit = 2;
        var alice = scene.AddPerson(1);
        var small = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self] });
        var large = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self, scene.AddPerson(2)] });
        var foreign = scene.Server.Groups.Create(new GroupSpec { Creator = alice });
        var nowhere = Jid.Parse("120363999999999999@g.us");

        var outcomes = GroupQuery.ParseBatch(await scene.AskAsync(
            GroupQuery.BuildBatch(scene.NextId(), [small.Jid, large.Jid, foreign.Jid, nowhere])));

        Assert.Equal(small.Jid, Assert.IsType<GroupOutcome.Found>(outcomes[0]).Group.Jid);
        Assert.Equal(3, Assert.IsType<GroupOutcome.Truncated>(outcomes[1]).Group.Size);
        Assert.IsType<GroupOutcome.NotMember>(outcomes[2]);
        Assert.IsType<GroupOutcome.NotFound>(outcomes[3]);
    }

    [Fact]
    public async Task Community_lists_its_groups_and_all_their_members()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var bob = scene.AddPerson(2);
        var community = scene.Server.Groups.Create(new GroupSpec { Creator = alice, IsCommunity = true });
        var announcements = scene.Server.Groups.Create(new GroupSpec
        {
            Creator = alice,
            Members = [scene.Self],
            Community = community,
            IsDefaultSubgroup = true,
            IsAnnouncement = true,
        });
        var topic = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [bob], Community = community });

        var groups = GroupQuery.ParseSubgroups(await scene.AskAsync(GroupQuery.BuildSubgroups(scene.NextId(), community.Jid)));
        var members = GroupQuery.ParseCommunityMembers(await scene.AskAsync(GroupQuery.BuildCommunityMembers(scene.NextId(), community.Jid)));
        var one = Assert.IsType<GroupOutcome.Found>(await OneAsync(scene, announcements.Jid)).Group;

        Assert.Equal([announcements.Jid, topic.Jid], groups.Select(group => group.Jid));
        Assert.True(groups[0].IsDefaultSubgroup);
        Assert.Equal([alice.Lid, scene.Self.Lid, bob.Lid], members.Select(member => member.Jid));
        Assert.Equal(community.Jid, one.LinkedParent);
        Assert.Equal("401", (await scene.AskAsync(GroupQuery.BuildSubgroups(scene.NextId(), announcements.Jid))).Child("error")!["code"]);
    }

    [Fact]
    public async Task Invite_shows_a_group_without_its_members()
    {
        await using var scene = await WorldScene.StartAsync();
        var foreign = scene.Server.Groups.Create(new GroupSpec { Creator = scene.AddPerson(1), Subject = "Come in" });

        var preview = Assert.IsType<GroupOutcome.Found>(GroupQuery.ParseOne(
            await scene.AskAsync(GroupQuery.BuildInvitePreview(scene.NextId(), foreign.InviteCode)), foreign.Jid)).Group;
        var wrong = await scene.AskAsync(GroupQuery.BuildInvitePreview(scene.NextId(), "wrong"));

        Assert.Equal(("Come in", 1), (preview.Subject, preview.Size));
        Assert.Empty(preview.Members);
        Assert.Equal("406", wrong.Child("error")!["code"]);
    }

    [Fact]
    public async Task Invite_code_is_for_administrators()
    {
        await using var scene = await WorldScene.StartAsync();
        var mine = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self });
        var other = scene.Server.Groups.Create(new GroupSpec { Creator = scene.AddPerson(1), Members = [scene.Self] });

        Assert.Equal(mine.InviteCode, GroupQuery.ParseInviteCode(await scene.AskAsync(GroupQuery.BuildInviteCode(scene.NextId(), mine.Jid))));
        Assert.Equal("401", (await scene.AskAsync(GroupQuery.BuildInviteCode(scene.NextId(), other.Jid))).Child("error")!["code"]);
    }

    [Fact]
    public async Task Incognito_group_shows_numbers_only_of_people_one_knows()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var bob = scene.AddPerson(2);
        scene.Self.AddContact(bob);
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self, bob], IsIncognito = true });

        var members = Assert.IsType<GroupOutcome.Found>(await OneAsync(scene, group.Jid)).Group.Members;

        Assert.Equal([null, scene.Self.Jid, bob.Jid], members.Select(member => member.PhoneJid));
        Assert.Equal("+49∙∙∙∙∙∙∙∙01", members[0].DisplayName);
    }

    [Fact]
    public async Task Six_hundred_groups_and_twelve_hundred_members_are_told_whole()
    {
        await using var scene = await WorldScene.StartAsync();
        var people = Enumerable.Range(101, 1200).Select(number => scene.AddPerson(number)).ToList();
        var large = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self, Members = people });
        for (var i = 0; i < 599; i++)
        {
            scene.Server.Groups.Create(new GroupSpec { Creator = people[i], Members = [scene.Self] });
        }

        var groups = GroupQuery.ParseAll(await scene.AskAsync(GroupQuery.BuildAll(scene.NextId())));

        Assert.Equal(600, groups.Count);
        Assert.Equal(1201, groups.Single(group => group.Jid == large.Jid).Members.Count);
    }

    [Fact]
    public async Task List_that_would_not_fit_into_a_frame_leaves_members_out()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.DirectoryAnswers.ListMemberLimit = 5;
        var people = Enumerable.Range(1, 3).Select(number => scene.AddPerson(number)).ToArray();
        var groups = Enumerable.Range(0, 2).Select(_ => scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self, Members = people })).ToArray();

        var answer = await scene.AskAsync(GroupQuery.BuildAll(scene.NextId()));
        var listed = GroupQuery.ParseAll(answer);

        Assert.Equal([groups[0].Jid, groups[1].Jid], listed.Select(group => group.Jid));
        Assert.Equal([4, 0], listed.Select(group => group.Members.Count));
        Assert.Equal([4, 4], listed.Select(group => group.Size));
        Assert.Equal("true", answer.Child("groups")!.Children[1]["truncated"]);
    }

    private static async Task<GroupOutcome> OneAsync(WorldScene scene, Jid group) =>
        GroupQuery.ParseOne(await scene.AskAsync(GroupQuery.BuildOne(scene.NextId(), group)), group);
}
