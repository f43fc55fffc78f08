using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.WutsRest;

/// <summary>Groups and chats. Contract wuts 6.</summary>
internal static class GroupEndpoints
{
    public static Task<Reply> ListAsync(Call call) => OnDeviceAsync(call, async device =>
    {
        var answer = await device.ListGroupsAsync(refresh: false, call.Aborted);
        if (!answer.TryGet(out var list, out var failure))
        {
            return failure;
        }

        return WutsReply.Tagged(json =>
        {
            json.WriteStartArray("groups"u8);
            foreach (var group in list.Groups.Where(group => group.IsMember))
            {
                json.WriteStartObject();
                Write(json, group.Info);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    });

    public static async Task<Reply> GetAsync(Call call)
    {
        var problems = new ProblemList();
        var jid = WutsInput.Group(call, problems);
        return problems.ToProblem() is { } invalid ? invalid : await OnDeviceAsync(call, async device =>
        {
            var answer = await device.GetGroupAsync(jid, call.Aborted);
            if (!answer.TryGet(out var group, out var failure))
            {
                return failure is Failure.NotPermitted ? NoGroup : failure;
            }

            return group.IsMember ? Group(group) : NoGroup;
        });
    }

    public static async Task<Reply> InviteAsync(Call call)
    {
        var problems = new ProblemList();
        var jid = WutsInput.Group(call, problems);
        return problems.ToProblem() is { } invalid ? invalid : await OnDeviceAsync(call, async device =>
        {
            var answer = await device.GetInviteLinkAsync(jid, call.Aborted);
            return !answer.TryGet(out var link, out var failure) ? failure : WutsReply.Flat(json =>
            {
                json.WriteJid("group_jid"u8, jid);
                json.WriteString("invite_link"u8, link);
            });
        });
    }

    public static Task<Reply> ChatsAsync(Call call) => OnDeviceAsync(call, async device =>
    {
        var answer = await device.ListChatsAsync(call.Aborted);
        if (!answer.TryGet(out var chats, out var failure))
        {
            return failure;
        }

        var ordered = chats
            .OrderByDescending(chat => chat.Pinned)
            .ThenBy(chat => chat.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(chat => chat.Jid.ToString(), StringComparer.Ordinal);
        return WutsReply.Tagged(json =>
        {
            json.WriteStartArray("chats"u8);
            foreach (var chat in ordered)
            {
                json.WriteStartObject();
                json.WriteJid("jid"u8, chat.Jid);
                json.WriteString("type"u8, chat.IsGroup ? "group"u8 : "contact"u8);
                json.WriteString("name"u8, chat.Name);
                json.WriteBoolean("pinned"u8, chat.Pinned);
                json.WriteBoolean("archived"u8, chat.Archived);
                json.WriteOptionalTime("muted_until"u8, chat.MutedUntil);
                json.WriteNumber("participant_count"u8, chat.Participants);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("count"u8, chats.Count);
        });
    });

    private static readonly Failure NoGroup = new Failure.NotFound(MissingThing.Group);

    // All of these need a connection, although the mirror could answer without one.
    private static async Task<Reply> OnDeviceAsync(Call call, Func<IDevice, Task<Reply>> ask)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var actor = call.Api.Actors.Device(device.Id);
        return await DeviceSelection.FindObstacleAsync(actor, call.Aborted) is { } obstacle ? obstacle : await ask(actor);
    }

    private static Reply Group(GroupView group) => WutsReply.Flat(json =>
    {
        json.WriteStartObject("group"u8);
        Write(json, group.Info);
        json.WriteStartArray("participants"u8);
        foreach (var member in group.Info.Members)
        {
            json.WriteStartObject();
            json.WriteJid("jid"u8, member.Jid);
            json.WriteOptionalJid("phone_number"u8, member.PhoneJid ?? (member.Jid.IsPhone ? member.Jid : null));
            json.WriteBoolean("is_admin"u8, member.Role != GroupRole.Member);
            json.WriteBoolean("is_super_admin"u8, member.Role == GroupRole.SuperAdmin);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, GroupInfo group)
    {
        json.WriteJid("jid"u8, group.Jid);
        json.WriteString("name"u8, group.Subject);
        json.WriteOptional("topic"u8, group.Description);
        json.WriteOptionalJid("owner"u8, group.CreatorPhone ?? group.Creator);
        json.WriteOptionalTime("created_at"u8, group.CreatedAt);
        json.WriteBoolean("is_announce"u8, group.IsAnnounce);
        json.WriteBoolean("is_locked"u8, group.IsLocked);
        json.WriteBoolean("join_approval"u8, group.JoinApproval);
        json.WriteNumber("members_count"u8, group.Size);
    }
}
