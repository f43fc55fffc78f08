using System.Text.Json;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Wawp.Groups;

/// <summary>Writes groups. Contract wawp B9.</summary>
internal static class GroupJson
{
    private const string EverybodyAdds = "all_member_add";

    /// <summary>A group.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="group">The group.</param>
    /// <param name="invite">Its invite link, when it is known.</param>
    /// <param name="withParticipants">Whether the members are written.</param>
    public static void WriteGroup(Utf8JsonWriter json, GroupInfo group, string? invite, bool withParticipants)
    {
        json.WriteStartObject();
        json.WriteString("id", WawpAddress.Format(group.Jid));
        json.WriteString("subject", group.Subject);
        json.WriteString("description", group.Description ?? "");
        json.WriteNullable("invite", invite);
        json.WriteBoolean("membersCanAddNewMember", group.MemberAddMode == EverybodyAdds);
        json.WriteBoolean("membersCanSendMessages", !group.IsAnnounce);
        json.WriteBoolean("newMembersApprovalRequired", group.JoinApproval);
        if (withParticipants)
        {
            json.WriteStartArray("participants");
            foreach (var member in group.Members)
            {
                WriteParticipant(json, member);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>A member, by phone number where it is visible.</summary>
    public static void WriteParticipant(Utf8JsonWriter json, GroupMember member)
    {
        json.WriteStartObject();
        json.WriteString("id", WawpAddress.Format(member.PhoneJid ?? member.Jid));
        json.WriteString("role", member.Role switch
        {
            GroupRole.SuperAdmin => "superadmin",
            GroupRole.Admin => "admin",
            _ => "participant",
        });
        json.WriteBoolean("isAdmin", member.Role is GroupRole.Admin or GroupRole.SuperAdmin);
        json.WriteBoolean("isSuperAdmin", member.Role == GroupRole.SuperAdmin);
        json.WriteEndObject();
    }

    /// <summary>What may be known of a group before it is joined.</summary>
    public static void WritePreview(Utf8JsonWriter json, GroupInfo group)
    {
        json.WriteStartObject();
        json.WriteString("id", WawpAddress.Format(group.Jid));
        json.WriteString("subject", group.Subject);
        json.WriteString("description", group.Description ?? "");
        json.WriteNumber("size", group.Size > 0 ? group.Size : group.Members.Count);
        json.WriteEndObject();
    }
}
