using Wuts.Simulator.Pictures;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Groups;

/// <summary>Requests about groups and communities. Sync sections 9.1, 9.2 and 6.1.</summary>
internal static class GroupHandlers
{
    private const string Xmlns = "w:g2";
    private const int MaxBatch = 10_000;
    private const int MaxPictures = 1_000;

    public static void MapGroups(this IqRoutes routes) => routes.Map(Xmlns, "get", null, IqStage.Linked, Get);

    private static IqAnswer Get(IqRequest request)
    {
        if (request.Child is not { } asked || !request.Stanza.TryGetJid("to", out var to))
        {
            return request.Refuse("A request about groups says what it asks, and whom.", 400);
        }

        var world = request.Server.World;
        var kind = asked.Tag switch
        {
            "participating" => RateClass.GroupList,
            "pictures" => RateClass.Picture,
            _ => RateClass.GroupInfo,
        };
        if (world.Limits.Take(request.Device, kind) is { } over)
        {
            return over.Answer();
        }

        var viewer = world.People.Of(request.Device.Account);
        if (to == Jid.Groups)
        {
            return asked.Tag switch
            {
                "participating" => Participating(world, viewer, asked),
                "query" => Batch(request, world, viewer, asked),
                "invite" => Invite(world, viewer, asked["code"] ?? ""),
                "pictures" => Pictures(request, world, viewer, asked),
                _ => request.Refuse("This is not asked of the group service.", 400),
            };
        }

        if (!to.IsGroup)
        {
            return request.Refuse("A request about a group goes to a group.", 400);
        }

        if (world.Groups.Find(to) is not { } group)
        {
            return IqAnswer.Error(404);
        }

        if (!group.HasMember(viewer) && !(group.IsCommunity && IsInCommunity(group, viewer)))
        {
            return IqAnswer.Error(403);
        }

        return asked.Tag switch
        {
            "query" => One(group, viewer),
            "sub_groups" when group.IsCommunity => Subgroups(group),
            "linked_groups_participants" when group.IsCommunity => CommunityMembers(group, viewer),
            "sub_groups" or "linked_groups_participants" => IqAnswer.Error(401),
            "invite" => InviteCode(group, viewer),
            "pictures" => CommunityPicture(request, world, group, asked),
            _ => request.Refuse("This is not asked of a group.", 400),
        };
    }

    private static bool IsInCommunity(Group community, Person person) => community.Subgroups.Any(group => group.HasMember(person));

    private static IqAnswer Participating(World world, Person viewer, Node asked)
    {
        var withMembers = asked.Child("participants") is not null;
        var withDescription = asked.Child("description") is not null;
        var left = world.OtherAnswers.ListMemberLimit;
        var groups = new List<Node>();
        foreach (var group in viewer.Groups.OrderBy(group => group.Jid.User, StringComparer.Ordinal))
        {
            lock (group.Gate)
            {
                left -= withMembers ? group.Size : 0;
                groups.Add(GroupNodes.Whole(group, viewer, withMembers && left >= 0, withDescription, isTruncated: left < 0));
            }
        }

        return IqAnswer.Result(new Node("groups", [], [.. groups]));
    }

    private static IqAnswer One(Group group, Person viewer)
    {
        lock (group.Gate)
        {
            return IqAnswer.Result(GroupNodes.Whole(group, viewer, withMembers: true, withDescription: true));
        }
    }

    private static IqAnswer Batch(IqRequest request, World world, Person viewer, Node asked)
    {
        if (asked.Children.Length is 0 or > MaxBatch)
        {
            return request.Refuse($"A batch names 1 to {MaxBatch} groups.", 419);
        }

        var answers = new List<Node>();
        foreach (var wanted in asked.Children)
        {
            if (wanted.Tag != "group" || !wanted.TryGetJid("jid", out var jid) || !jid.IsGroup)
            {
                return request.Refuse("A batch holds something else than groups.", 400);
            }

            if (world.Groups.Find(jid) is not { } group)
            {
                answers.Add(new Node("group", [("id", jid.User), ("error", 404)]));
            }
            else if (!group.HasMember(viewer))
            {
                answers.Add(new Node("group", [("id", jid.User), ("error", 403)]));
            }
            else
            {
                lock (group.Gate)
                {
                    answers.Add(group.Size > world.OtherAnswers.BatchMemberLimit
                        ? GroupNodes.Truncated(group)
                        : GroupNodes.Whole(group, viewer, withMembers: true, withDescription: true));
                }
            }
        }

        return IqAnswer.Result(new Node("groups", [], [.. answers]));
    }

    private static IqAnswer Invite(World world, Person viewer, string code)
    {
        if (world.Groups.FindInvite(code) is not { } group)
        {
            return IqAnswer.Error(world.Groups.WasRevoked(code) ? 410 : 406);
        }

        lock (group.Gate)
        {
            return IqAnswer.Result(GroupNodes.Whole(group, viewer, withMembers: false, withDescription: true));
        }
    }

    private static IqAnswer InviteCode(Group group, Person viewer) => group.Member(viewer) is not { Role: not GroupRole.Member }
        ? IqAnswer.Error(401)
        : IqAnswer.Result(new Node("invite", [("code", group.InviteCode)]));

    private static IqAnswer Subgroups(Group community)
    {
        var groups = community.Subgroups.Select(group => new Node(
            "group",
            [("id", group.Jid.User), ("subject", group.Subject), ("s_t", group.SubjectSetAt.ToUnixTimeSeconds()), ("size", group.Size)],
            group.IsDefaultSubgroup ? [new Node("default_sub_group")] : []));
        return IqAnswer.Result(new Node("sub_groups", [], [.. groups]));
    }

    private static IqAnswer CommunityMembers(Group community, Person viewer)
    {
        var seen = new HashSet<Person>();
        var participants = new List<Node>();
        foreach (var group in (Group[])[community, .. community.Subgroups])
        {
            foreach (var member in group.Members)
            {
                if (seen.Add(member.Person))
                {
                    participants.Add(new Node("participant",
                    [
                        ("jid", member.Person.Lid),
                        ("phone_number", GroupNodes.NumberIn(group, viewer, member.Person)),
                    ]));
                }
            }
        }

        return IqAnswer.Result(new Node("linked_groups_participants", [], [.. participants]));
    }

    private static IqAnswer CommunityPicture(IqRequest request, World world, Group group, Node asked)
    {
        if (asked.Child("picture") is not { } wanted || PictureHandlers.FaultOf(wanted) is not null
            || !wanted.TryGetJid("parent_group_jid", out var parent) || parent != group.Jid)
        {
            return request.Refuse("The picture of a community is asked for with parent_group_jid, type and query=url.", 400);
        }

        if (!group.IsCommunity)
        {
            return IqAnswer.Error(401);
        }

        return group.Picture is { } picture
            ? IqAnswer.Result(new Node("pictures", [], [PictureHandlers.Found(world, wanted, picture, ("parent_group_jid", parent))]))
            : IqAnswer.Error(404);
    }

    private static IqAnswer Pictures(IqRequest request, World world, Person viewer, Node asked)
    {
        if (asked.Children.Length is 0 or > MaxPictures)
        {
            return request.Refuse($"A batch names 1 to {MaxPictures} pictures.", 419);
        }

        var answers = new List<Node>();
        foreach (var wanted in asked.Children)
        {
            if (wanted.Tag != "picture" || !wanted.TryGetJid("jid", out var jid) || PictureHandlers.FaultOf(wanted) is not null)
            {
                return request.Refuse("A batch of pictures names groups, with type and query=url.", 400);
            }

            answers.Add(world.Groups.Find(jid) switch
            {
                null => Error(jid, 404),
                var group when !group.HasMember(viewer) => Error(jid, 403),
                { Picture: null } => Error(jid, 404),
                { Picture: { } picture } when wanted["id"] == picture.Id => new Node("picture", [("jid", jid), ("status", 304)]),
                { Picture: { } picture } => PictureHandlers.Found(world, wanted, picture, ("jid", jid)),
            });
        }

        return IqAnswer.Result(new Node("pictures", [], [.. answers]));
    }

    private static Node Error(Jid group, int code) => new(
        "picture", [("jid", group)], [new Node("error", [("code", code), ("text", IqAnswer.UsualText(code))])]);
}
