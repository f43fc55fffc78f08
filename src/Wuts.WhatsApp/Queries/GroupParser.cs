using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Reads <c>&lt;group&gt;</c> elements. Sync section 9.3.</summary>
internal static class GroupParser
{
    /// <summary>The group, or <see langword="null"/> when the element does not say which one it is.</summary>
    public static GroupInfo? Parse(Node group)
    {
        if (AddressOf(group) is not { } jid)
        {
            return null;
        }

        var members = new List<GroupMember>();
        foreach (var child in group.Children)
        {
            if (child.Tag == "participant" && Member(child) is { } member)
            {
                members.Add(member);
            }
        }

        var description = group.Child("description");
        return new GroupInfo
        {
            Jid = jid,
            LidAddressing = group["addressing_mode"] is { } mode ? mode == "lid" : members.Exists(m => m.Jid.IsLid),
            Subject = group["subject"] ?? "",
            SubjectSetAt = Iq.Time(group, "s_t"),
            SubjectSetBy = Iq.BaseJid(group, "s_o"),
            CreatedAt = Iq.Time(group, "creation"),
            Creator = Iq.BaseJid(group, "creator"),
            CreatorPhone = Iq.BaseJid(group, "creator_pn"),
            Description = description?.Child("body")?.ContentText,
            DescriptionId = description?["id"],
            IsAnnounce = group.Child("announcement") is not null,
            IsLocked = group.Child("locked") is not null,
            Ephemeral = Ephemeral(group.Child("ephemeral")),
            JoinApproval = JoinApproval(group.Child("membership_approval_mode")),
            MemberAddMode = group.Child("member_add_mode")?.ContentText,
            IsIncognito = group.Child("incognito") is not null,
            IsSuspended = group.Child("suspended") is not null || group.Child("terminated") is not null,
            IsCommunity = group.Child("parent") is not null,
            LinkedParent = group.Child("linked_parent") is { } parent ? Iq.BaseJid(parent, "jid") : null,
            IsDefaultSubgroup = group.Child("default_sub_group") is not null,
            Size = Iq.Number(group, "size") ?? members.Count,
            MembersVersion = group["p_v_id"],
            Members = members,
        };
    }

    /// <summary>Address of a group element: <c>id</c> with or without server, or <c>jid</c>.</summary>
    public static Jid? AddressOf(Node group)
    {
        if (group.TryGetJid("jid", out var jid) || group.TryGetJid("id", out jid))
        {
            return jid.IsGroup ? jid : null;
        }

        return group["id"] is { Length: > 0 } id && Jid.TryCreate(id, JidServers.Group, 0, 0, out var made) ? made : null;
    }

    public static GroupMember? Member(Node participant)
    {
        if (Iq.BaseJid(participant, "jid") is not { } jid)
        {
            return null;
        }

        var phone = jid.IsPhone ? jid : Iq.BaseJid(participant, "phone_number") is { IsPhone: true } pn ? pn : (Jid?)null;
        var lid = jid.IsLid ? jid : Iq.BaseJid(participant, "lid") is { IsLid: true } other ? other : (Jid?)null;
        return new GroupMember(jid, phone, lid, Role(participant["type"]), participant["display_name"], participant["username"]);
    }

    public static TimeSpan Ephemeral(Node? ephemeral) =>
        ephemeral is not null
        && int.TryParse(ephemeral["expiration"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;

    public static bool JoinApproval(Node? mode) => mode?.Child("group_join")?["state"] == "on";

    private static GroupRole Role(string? type) => type switch
    {
        "superadmin" => GroupRole.SuperAdmin,
        "admin" => GroupRole.Admin,
        _ => GroupRole.Member,
    };
}
