using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Groups;

/// <summary>Writes groups as one viewer sees them. Sync section 9.3. The caller holds the gate of the group.</summary>
internal static class GroupNodes
{
    /// <summary>The whole group.</summary>
    /// <param name="group">Which group.</param>
    /// <param name="viewer">Who looks: some numbers are hidden from some.</param>
    /// <param name="withMembers">Whether the members are listed; otherwise there is only their number.</param>
    /// <param name="withDescription">Whether the description is told.</param>
    /// <param name="isTruncated">Whether members that should be listed are left out.</param>
    public static Node Whole(Group group, Person viewer, bool withMembers, bool withDescription, bool isTruncated = false)
    {
        var members = group.Members;
        var children = new List<Node>(members.Count + 12);
        if (withDescription && group.Description is { } description)
        {
            children.Add(Description(group, viewer, description));
        }

        AddFlags(children, group);
        if (withMembers)
        {
            foreach (var member in members)
            {
                children.Add(Participant(group, viewer, member));
            }
        }

        return new Node("group", [.. Attributes(group, viewer, members.Count), ("truncated", isTruncated ? "true" : null)], [.. children]);
    }

    /// <summary>What is left of a group that is too large for a batch.</summary>
    public static Node Truncated(Group group) => new("group",
    [
        ("id", group.Jid.User),
        ("truncated", "true"),
        ("size", group.Size),
        ("subject", group.Subject),
        ("creation", group.CreatedAt.ToUnixTimeSeconds()),
    ]);

    /// <summary>One member as the viewer sees them.</summary>
    public static Node Participant(Group group, Person viewer, GroupMember member)
    {
        var person = member.Person;
        var role = member.Role switch { GroupRole.SuperAdmin => "superadmin", GroupRole.Admin => "admin", _ => null };
        if (!group.LidAddressing)
        {
            return new Node("participant", [("jid", person.Jid), ("lid", person.Lid), ("type", role)]);
        }

        var shown = group.ShowsNumber(viewer, person);
        return new Node("participant",
        [
            ("jid", person.Lid),
            ("phone_number", shown ? (AttributeValue)person.Jid : default),
            ("display_name", shown ? null : Mask(person.Phone)),
            ("type", role),
            ("username", person.Username),
        ]);
    }

    /// <summary>The address by which a group knows somebody.</summary>
    public static Jid AddressIn(Group group, Person person) => group.LidAddressing ? person.Lid : person.Jid;

    /// <summary>The number beside a LID, if the viewer may see it.</summary>
    public static AttributeValue NumberIn(Group group, Person viewer, Person person) =>
        group.LidAddressing && group.ShowsNumber(viewer, person)
            ? person.Jid
            : default(AttributeValue);

    /// <summary>A number of which only country and end can be read.</summary>
    public static string Mask(string phone)
    {
        var code = People.PhoneText.CallingCode(phone);
        return $"+{code}{new string('∙', phone.Length - code.Length - 2)}{phone[^2..]}";
    }

    private static (string, AttributeValue)[] Attributes(Group group, Person viewer, int size) =>
    [
        ("id", group.Jid.User),
        ("addressing_mode", group.LidAddressing ? "lid" : "pn"),
        ("subject", group.Subject),
        ("s_t", group.SubjectSetAt.ToUnixTimeSeconds()),
        ("s_o", AddressIn(group, group.SubjectSetBy)),
        ("s_o_pn", NumberIn(group, viewer, group.SubjectSetBy)),
        ("creation", group.CreatedAt.ToUnixTimeSeconds()),
        ("creator", AddressIn(group, group.Creator)),
        ("creator_pn", NumberIn(group, viewer, group.Creator)),
        ("a_v_id", group.AnnounceVersion),
        ("p_v_id", group.MembersVersion),
        ("size", size),
    ];

    private static Node Description(Group group, Person viewer, GroupDescription description) => new(
        "description",
        [
            ("id", description.Id),
            ("t", description.SetAt.ToUnixTimeSeconds()),
            ("participant", AddressIn(group, description.SetBy)),
            ("participant_pn", NumberIn(group, viewer, description.SetBy)),
        ],
        [new Node("body", [], Encoding.UTF8.GetBytes(description.Text))]);

    private static void AddFlags(List<Node> children, Group group)
    {
        if (group.IsCommunity)
        {
            children.Add(new Node("parent", [("default_membership_approval_mode", "request_required")]));
        }

        if (group.Community is { } community)
        {
            children.Add(new Node("linked_parent", [("jid", community.Jid)]));
        }

        if (group.IsDefaultSubgroup)
        {
            children.Add(new Node("default_sub_group"));
        }

        if (group.IsAnnouncement)
        {
            children.Add(new Node("announcement"));
        }

        if (group.IsLocked)
        {
            children.Add(new Node("locked"));
        }

        if (group.DisappearingTimer > TimeSpan.Zero)
        {
            children.Add(new Node("ephemeral", [("expiration", (long)group.DisappearingTimer.TotalSeconds), ("trigger", 0)]));
        }

        children.Add(new Node("member_add_mode", [], Encoding.ASCII.GetBytes(group.EveryoneAdds ? "all_member_add" : "admin_add")));
        children.Add(ApprovalMode(group.NeedsApproval));
        if (group.IsIncognito)
        {
            children.Add(new Node("incognito"));
        }

        if (group.IsSuspended)
        {
            children.Add(new Node("suspended"));
        }
    }

    /// <summary>Whether administrators approve who joins.</summary>
    public static Node ApprovalMode(bool on) =>
        new("membership_approval_mode", [], [new Node("group_join", [("state", on ? "on" : "off")])]);
}
