using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>Notifications about groups: <c>w:gp2</c>. Sync section 9.4.</summary>
internal static class GroupNotifications
{
    public static void Read(NotificationParser.Reading reading)
    {
        if (reading.Sender is not { IsGroup: true } group)
        {
            return;
        }

        var stanza = reading.Stanza;
        var actor = Iq.BaseJid(stanza, "participant");
        reading.Pair(actor, Iq.BaseJid(stanza, "participant_pn"));
        reading.Pair(actor, Iq.BaseJid(stanza, "participant_lid"));
        foreach (var child in stanza.Children)
        {
            reading.Items.Add(new NotificationItem.GroupChanged(group, actor, Change(reading, child)));
        }
    }

    private static GroupChange Change(NotificationParser.Reading reading, Node child)
    {
        switch (child.Tag)
        {
            case "add":
                return new GroupChange.Added(Members(reading, child), child["prev_v_id"], child["v_id"]);
            case "remove":
                return new GroupChange.Removed(Members(reading, child), child["prev_v_id"], child["v_id"]);
            case "promote":
                return new GroupChange.Promoted(Members(reading, child));
            case "demote":
                return new GroupChange.Demoted(Members(reading, child));
            case "modify":
                return new GroupChange.MemberAddressChanged(Members(reading, child));
            case "subject":
                reading.Pair(Iq.BaseJid(child, "s_o"), Iq.BaseJid(child, "s_o_pn"));
                return new GroupChange.Subject(child["subject"] ?? "", Iq.Time(child, "s_t"), Iq.BaseJid(child, "s_o"));
            case "description":
                return new GroupChange.Description(
                    child.Child("delete") is null ? child.Child("body")?.ContentText : null, child["id"]);
            case "announcement" or "not_announcement":
                return new GroupChange.Announce(child.Tag == "announcement");
            case "locked" or "unlocked":
                return new GroupChange.Locked(child.Tag == "locked");
            case "ephemeral" or "not_ephemeral":
                return new GroupChange.Ephemeral(child.Tag == "ephemeral" ? GroupParser.Ephemeral(child) : TimeSpan.Zero);
            case "membership_approval_mode":
                return new GroupChange.JoinApproval(GroupParser.JoinApproval(child));
            case "member_add_mode" when child.ContentText is { } mode:
                return new GroupChange.MemberAddMode(mode);
            case "invite" when child["code"] is { Length: > 0 } code:
                return new GroupChange.InviteCode(code);
            case "create" when child.Child("group") is { } made && GroupParser.Parse(made) is { } group:
                foreach (var (phone, lid) in group.AddressPairs())
                {
                    reading.Pair(phone, lid);
                }

                return new GroupChange.Joined(group);
            case "delete":
                return new GroupChange.Deleted();
            case "link" when child["link_type"] == "parent_group" && child.Child("group") is { } parent:
                return new GroupChange.LinkedParent(GroupParser.AddressOf(parent));
            case "unlink" when child["unlink_type"] == "parent_group":
                return new GroupChange.LinkedParent(null);
            default:
                return new GroupChange.Stale(child.Tag);
        }
    }

    private static List<GroupMember> Members(NotificationParser.Reading reading, Node change)
    {
        var members = new List<GroupMember>();
        foreach (var child in change.Children)
        {
            if (child.Tag == "participant" && GroupParser.Member(child) is { } member)
            {
                members.Add(member);
                reading.Pair(member.PhoneJid, member.LidJid);
            }
        }

        return members;
    }
}
