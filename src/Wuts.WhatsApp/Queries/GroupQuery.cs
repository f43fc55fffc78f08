using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Writes group queries and reads their answers. Sync sections 9.1 and 9.2.</summary>
public static class GroupQuery
{
    /// <summary>XML namespace of the queries.</summary>
    public const string Xmlns = "w:g2";

    /// <summary>How long the answer about all groups may take: it can have megabytes.</summary>
    public static readonly TimeSpan AllTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Most groups in one batch query.</summary>
    public const int MaxBatch = 10_000;

    // <iq xmlns="w:g2" type="get" to="g.us"><participating><participants/><description/></participating></iq>

    /// <summary>Builds the query for every group of the account. Heavily rate-limited: once per connection at most.</summary>
    public static Node BuildAll(string id) =>
        Iq.Get(id, Xmlns, Jid.Groups, new Node("participating", [], [new Node("participants"), new Node("description")]));

    // <iq xmlns="w:g2" type="get" to="{group}"><query request="interactive"/></iq>

    /// <summary>Builds the query for one group.</summary>
    public static Node BuildOne(string id, Jid group) =>
        Iq.Get(id, Xmlns, Group(group), new Node("query", [("request", "interactive")]));

    // <iq xmlns="w:g2" type="get" to="g.us"><query><group jid="…"/>…</query></iq>

    /// <summary>Builds the query for several groups, 1 to <see cref="MaxBatch"/>.</summary>
    public static Node BuildBatch(string id, IReadOnlyList<Jid> groups)
    {
        ArgumentOutOfRangeException.ThrowIfZero(groups.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups.Count, MaxBatch);
        var wanted = new Node[groups.Count];
        for (var i = 0; i < wanted.Length; i++)
        {
            wanted[i] = new Node("group", [("jid", Group(groups[i]))]);
        }

        return Iq.Get(id, Xmlns, Jid.Groups, new Node("query", [], wanted));
    }

    // <iq xmlns="w:g2" type="get" to="{community}"><sub_groups/></iq>

    /// <summary>Builds the query for the groups of a community.</summary>
    public static Node BuildSubgroups(string id, Jid community) => Iq.Get(id, Xmlns, Group(community), new Node("sub_groups"));

    // <iq xmlns="w:g2" type="get" to="{community}"><linked_groups_participants/></iq>

    /// <summary>Builds the query for all members of a community's groups.</summary>
    public static Node BuildCommunityMembers(string id, Jid community) =>
        Iq.Get(id, Xmlns, Group(community), new Node("linked_groups_participants"));

    // <iq xmlns="w:g2" type="get" to="g.us"><invite code="…"/></iq>

    /// <summary>Builds the query that shows a group by its invite code.</summary>
    public static Node BuildInvitePreview(string id, string code) =>
        Iq.Get(id, Xmlns, Jid.Groups, new Node("invite", [("code", code)]));

    // <iq xmlns="w:g2" type="get" to="{group}"><invite/></iq>

    /// <summary>Builds the query for the current invite code of a group.</summary>
    public static Node BuildInviteCode(string id, Jid group) => Iq.Get(id, Xmlns, Group(group), new Node("invite"));

    /// <summary>Reads the answer to <see cref="BuildAll"/>.</summary>
    /// <exception cref="QueryRefusedException">The server refused; keep the list that is known.</exception>
    public static IReadOnlyList<GroupInfo> ParseAll(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        var groups = new List<GroupInfo>();
        foreach (var child in Required(answer, "groups").Children)
        {
            if (child.Tag == "group" && GroupParser.Parse(child) is { } group)
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>Reads the answer to <see cref="BuildOne"/> or <see cref="BuildInvitePreview"/>.</summary>
    /// <param name="answer">The whole stanza.</param>
    /// <param name="asked">The group that was asked about; it is named in the outcomes that have no group.</param>
    /// <exception cref="QueryRefusedException">An error that says nothing about the group.</exception>
    public static GroupOutcome ParseOne(Node answer, Jid asked)
    {
        if (Iq.IsError(answer, out var error))
        {
            return error.Code switch
            {
                403 or 401 => new GroupOutcome.NotMember(asked),
                404 or 406 or 410 => new GroupOutcome.NotFound(asked),
                _ => throw new QueryRefusedException(Xmlns, error),
            };
        }

        return GroupParser.Parse(Required(answer, "group")) is { } group
            ? new GroupOutcome.Found(group)
            : throw new UnexpectedAnswerException(Xmlns, "the group has no id");
    }

    /// <summary>Reads the answer to <see cref="BuildBatch"/>.</summary>
    /// <exception cref="QueryRefusedException">The server refused the whole query.</exception>
    public static IReadOnlyList<GroupOutcome> ParseBatch(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        var outcomes = new List<GroupOutcome>();
        foreach (var child in Required(answer, "groups").Children)
        {
            if (child.Tag == "group" && GroupParser.Parse(child) is { } group)
            {
                outcomes.Add(child["error"] switch
                {
                    "403" => new GroupOutcome.NotMember(group.Jid),
                    not null => new GroupOutcome.NotFound(group.Jid),
                    null when child["truncated"] == "true" => new GroupOutcome.Truncated(group),
                    null => new GroupOutcome.Found(group),
                });
            }
        }

        return outcomes;
    }

    /// <summary>Reads the answer to <see cref="BuildSubgroups"/>.</summary>
    /// <exception cref="QueryRefusedException">The server refused the query.</exception>
    public static IReadOnlyList<GroupInfo> ParseSubgroups(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        var groups = new List<GroupInfo>();
        foreach (var child in Required(answer, "sub_groups").Children)
        {
            if (child.Tag == "group" && GroupParser.Parse(child) is { } group)
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>Reads the answer to <see cref="BuildCommunityMembers"/>.</summary>
    /// <exception cref="QueryRefusedException">The server refused the query.</exception>
    public static IReadOnlyList<GroupMember> ParseCommunityMembers(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        var members = new List<GroupMember>();
        foreach (var child in Required(answer, "linked_groups_participants").Children)
        {
            if (child.Tag == "participant" && GroupParser.Member(child) is { } member)
            {
                members.Add(member);
            }
        }

        return members;
    }

    /// <summary>Reads the answer to <see cref="BuildInviteCode"/>.</summary>
    /// <exception cref="QueryRefusedException">The server refused; 401 and 403 mean that the account may not see it.</exception>
    public static string ParseInviteCode(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        return Required(answer, "invite")["code"] is { Length: > 0 } code
            ? code
            : throw new UnexpectedAnswerException(Xmlns, "the invite has no code");
    }

    private static Jid Group(Jid jid) =>
        jid.IsGroup ? jid : throw new ArgumentException("The address is not a group's.", nameof(jid));

    private static Node Required(Node answer, string tag) =>
        answer.TryGetChild(tag, out var child) ? child : throw new UnexpectedAnswerException(Xmlns, $"the {tag} element is missing");
}
