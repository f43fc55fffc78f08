using System.Buffers;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Queries;

public class GroupQueryTests
{
    private const string Id = "12.345-6";

    private static readonly Jid Group = Jid.Parse("120363021234567890@g.us");
    private static readonly Jid Community = Jid.Parse("120363029999999999@g.us");

    [Fact]
    public void Queries_are_written_as_documented()
    {
        StanzaVectors.AssertSame(StanzaVectors.Node("groups-list-request"), GroupQuery.BuildAll(Id));
        StanzaVectors.AssertSame(StanzaVectors.Node("group-info-request"), GroupQuery.BuildOne(Id, Group));
        StanzaVectors.AssertSame(
            StanzaVectors.Node("group-batch-request"), GroupQuery.BuildBatch(Id, [Group, Jid.Parse("120363020000000001@g.us")]));
        StanzaVectors.AssertSame(StanzaVectors.Node("subgroups-request"), GroupQuery.BuildSubgroups(Id, Community));
        StanzaVectors.AssertSame(StanzaVectors.Node("linked-participants-request"), GroupQuery.BuildCommunityMembers(Id, Community));
    }

    [Fact]
    public void Group_list_is_read_completely()
    {
        var groups = GroupQuery.ParseAll(StanzaVectors.Node("groups-list-response"));
        var expected = StanzaVectors.Expect("groups-list-response");

        Assert.Equal(expected.GetProperty("groups").GetArrayLength(), groups.Count);
        foreach (var (group, fields) in groups.Zip(expected.GetProperty("groups").EnumerateArray()))
        {
            AssertGroup(fields, group);
        }

        var pairs = groups.SelectMany(g => g.AddressPairs()).Select(p => (p.Phone.ToString(), p.Lid.ToString())).ToHashSet();
        foreach (var mapping in expected.GetProperty("mappings").EnumerateArray())
        {
            Assert.Contains((mapping[0].GetString()!, mapping[1].GetString()!), pairs);
        }
    }

    [Fact]
    public void List_with_half_a_million_members_is_within_the_limits_of_a_frame()
    {
        const int groups = 500, members = 1000;
        var member = new Node("participant", [("jid", Jid.Parse("100000000000001@lid"))]);
        var all = Enumerable.Repeat(member, members).ToArray();
        var list = new Node("groups", [], [.. Enumerable.Range(0, groups).Select(i => new Node("group", [("id", $"1203630{i}")], all))]);
        var frame = new ArrayBufferWriter<byte>();
        NodeWriter.Write(new Node("iq", [("type", "result")], [list]), frame);
        Assert.InRange(frame.WrittenCount, 5_000_000, NodeLimits.Default.MaxFrameLength);

        var read = GroupQuery.ParseAll(NodeReader.Read(frame.WrittenSpan));

        Assert.Equal((groups, groups * members), (read.Count, read.Sum(group => group.Members.Count)));
    }

    [Fact]
    public void One_group_is_read_like_a_group_of_the_list()
    {
        var found = Assert.IsType<GroupOutcome.Found>(GroupQuery.ParseOne(StanzaVectors.Node("group-info-response"), Group));

        AssertGroup(StanzaVectors.Expect("groups-list-response").GetProperty("groups")[0], found.Group);
    }

    [Fact]
    public void Refusals_about_a_group_are_outcomes()
    {
        Assert.Equal(
            new GroupOutcome.NotMember(Group), GroupQuery.ParseOne(StanzaVectors.Node("group-info-error-403"), Group));
        Assert.Equal(
            new GroupOutcome.NotFound(Group), GroupQuery.ParseOne(StanzaVectors.Node("group-info-error-404"), Group));
        Assert.True(Assert.Throws<QueryRefusedException>(
            () => GroupQuery.ParseAll(StanzaVectors.Node("groups-list-error-429"))).IsRateLimit);
    }

    [Fact]
    public void Batch_tells_full_forbidden_and_truncated_groups_apart()
    {
        var outcomes = GroupQuery.ParseBatch(StanzaVectors.Node("group-batch-response"));

        Assert.Collection(
            outcomes,
            first => Assert.Equal(4, Assert.IsType<GroupOutcome.Found>(first).Group.Members.Count),
            second => Assert.Equal(new GroupOutcome.NotMember(Jid.Parse("120363020000000001@g.us")), second),
            third => Assert.Equal(900, Assert.IsType<GroupOutcome.Truncated>(third).Group.Size));
    }

    [Fact]
    public void Community_lists_its_groups_and_members()
    {
        Assert.Equal(
            StanzaVectors.Expect("subgroups-response").GetProperty("subgroups").EnumerateArray().Select(g => g.GetString()),
            GroupQuery.ParseSubgroups(StanzaVectors.Node("subgroups-response")).Select(g => g.Jid.ToString()));

        var members = GroupQuery.ParseCommunityMembers(StanzaVectors.Node("linked-participants-response"));
        Assert.Equal(["100000000000002@lid", "100000000000004@lid"], members.Select(m => m.Jid.ToString()));
        Assert.Equal("491700000002@s.whatsapp.net", members[0].PhoneJid.ToString());
        Assert.Null(members[1].PhoneJid);
    }

    [Fact]
    public void Invite_code_is_read_and_its_absence_is_not_understood()
    {
        var answer = new Node("iq", [("type", "result")], [new Node("invite", [("code", "AbCd")])]);

        Assert.Equal("AbCd", GroupQuery.ParseInviteCode(answer));
        Assert.Throws<UnexpectedAnswerException>(() => GroupQuery.ParseInviteCode(new Node("iq", [("type", "result")], [new Node("invite")])));
    }

    [Fact]
    public void Person_is_refused_where_a_group_belongs() =>
        Assert.Throws<ArgumentException>(() => GroupQuery.BuildOne(Id, Jid.Parse("491700000001@s.whatsapp.net")));

    private static void AssertGroup(JsonElement fields, GroupInfo group)
    {
        foreach (var field in fields.EnumerateObject())
        {
            switch (field.Name)
            {
                case "id":
                    Assert.Equal(field.Value.GetString(), group.Jid.ToString());
                    break;
                case "addressing_mode":
                    Assert.Equal(field.Value.GetString() == "lid", group.LidAddressing);
                    break;
                case "subject":
                    Assert.Equal(field.Value.GetString(), group.Subject);
                    break;
                case "subject_time":
                    Assert.Equal(field.Value.GetInt64(), group.SubjectSetAt!.Value.ToUnixTimeSeconds());
                    break;
                case "subject_owner":
                    Assert.Equal(field.Value.GetString(), group.SubjectSetBy.ToString());
                    break;
                case "created":
                    Assert.Equal(field.Value.GetInt64(), group.CreatedAt!.Value.ToUnixTimeSeconds());
                    break;
                case "creator":
                    Assert.Equal(field.Value.GetString(), group.Creator.ToString());
                    break;
                case "description":
                    Assert.Equal(field.Value.GetString(), group.Description);
                    break;
                case "description_id":
                    Assert.Equal(field.Value.GetString(), group.DescriptionId);
                    break;
                case "announce":
                    Assert.Equal(field.Value.GetBoolean(), group.IsAnnounce);
                    break;
                case "locked":
                    Assert.Equal(field.Value.GetBoolean(), group.IsLocked);
                    break;
                case "ephemeral":
                    Assert.Equal(TimeSpan.FromSeconds(field.Value.GetInt32()), group.Ephemeral);
                    break;
                case "member_add_mode":
                    Assert.Equal(field.Value.GetString(), group.MemberAddMode);
                    break;
                case "approval":
                    Assert.Equal(field.Value.GetBoolean(), group.JoinApproval);
                    break;
                case "incognito":
                    Assert.Equal(field.Value.GetBoolean(), group.IsIncognito);
                    break;
                case "size":
                    Assert.Equal(field.Value.GetInt32(), group.Size);
                    break;
                case "community":
                    Assert.Equal(field.Value.GetBoolean(), group.IsCommunity);
                    break;
                case "default_membership_approval_mode":
                    Assert.True(group.IsCommunity);
                    break;
                case "linked_parent":
                    Assert.Equal(field.Value.GetString(), group.LinkedParent.ToString());
                    break;
                case "default_sub_group":
                    Assert.Equal(field.Value.GetBoolean(), group.IsDefaultSubgroup);
                    break;
                case "participants":
                    AssertMembers(field.Value, group.Members);
                    break;
                default:
                    Assert.Fail($"The vector field {field.Name} is not compared.");
                    break;
            }
        }
    }

    private static void AssertMembers(JsonElement expected, IReadOnlyList<GroupMember> members)
    {
        Assert.Equal(expected.GetArrayLength(), members.Count);
        foreach (var (fields, member) in expected.EnumerateArray().Zip(members))
        {
            Assert.Equal(fields.TextOf("jid"), member.Jid.ToString());
            Assert.Equal(fields.TextOf("role"), member.Role.ToString().ToLowerInvariant());
            if (fields.TryGetProperty("pn", out var phone))
            {
                Assert.Equal(phone.GetString(), member.PhoneJid?.ToString());
            }

            if (fields.TryGetProperty("lid", out var lid))
            {
                Assert.Equal(lid.GetString(), member.LidJid?.ToString());
            }

            if (fields.TryGetProperty("display_name", out var displayName))
            {
                Assert.Equal(displayName.GetString(), member.DisplayName);
            }
        }
    }
}
