using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp.Groups;

/// <summary>The groups that the account is in, read only. Contract wawp B9.</summary>
internal sealed class GroupEndpoints(RefreshGate gate)
{
    private const int MaxLimit = 1000;
    private const string InvitePrefix = "https://chat.whatsapp.com/";
    private const int MaxCodeLength = 64;

    /// <summary><c>GET /v2/groups</c>: all of them unless a limit is given.</summary>
    public static async Task<Reply> ListAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var limit = parameters.Integer("limit", int.MaxValue, 1, MaxLimit);
        var offset = parameters.Integer("offset", 0, 0, int.MaxValue);
        var bySubject = parameters.OneOf("sortBy", "id", "id", "subject") == "subject";
        var descending = parameters.OneOf("sortOrder", "asc", "asc", "desc") == "desc";
        var withParticipants = parameters.OneOf("exclude", "", "participants").Length == 0;
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            if (!(await instance.Device.ListGroupsAsync(refresh: false, instance.Aborted)).TryGet(out var list, out var failure))
            {
                return failure;
            }

            // An invite link is a question of its own for every group: only the single group has it.
            var page = Sort(list.Groups.Where(g => g.IsMember), bySubject, descending).Skip(offset).Take(limit);
            return WawpJson.Array(page, (json, group) => GroupJson.WriteGroup(json, group.Info, invite: null, withParticipants));
        });
    }

    /// <summary><c>GET /v2/groups/count</c>.</summary>
    public static async Task<Reply> CountAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await instance.Device.ListGroupsAsync(refresh: false, instance.Aborted)).TryGet(out var list, out var failure)
                ? WawpJson.Count(list.Groups.Count(g => g.IsMember))
                : failure);
    }

    /// <summary><c>POST /v2/groups/refresh</c>: reads them from WhatsApp, once a minute.</summary>
    public async Task<Reply> RefreshAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await Instance.RunAsync(call, parameters, needsWorking: true, async instance =>
            gate.Enter(instance.Record.Id) is { } refused ? refused
            : (await instance.Device.ListGroupsAsync(refresh: true, instance.Aborted)).TryGet(out _, out var failure)
                ? Reply.Json(json =>
                {
                    json.WriteStartObject();
                    json.WriteBoolean("success", true);
                    json.WriteEndObject();
                })
                : failure);
    }

    /// <summary><c>GET /v2/groups/{id}</c>.</summary>
    public static async Task<Reply> GetAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await GetAsync(call, parameters, parameters.Address("id", call.Route("id"), AddressKinds.Group));
    }

    /// <summary><c>GET /v2/groups/detail</c>: the same, with the id among the parameters.</summary>
    public static async Task<Reply> GetDetailAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await GetAsync(call, parameters, parameters.Address("groupId", parameters.Required("groupId"), AddressKinds.Group));
    }

    /// <summary><c>GET /v2/groups/{id}/participants</c>.</summary>
    public static async Task<Reply> GetParticipantsAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var jid = parameters.Address("id", call.Route("id"), AddressKinds.Group);
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await FindAsync(instance, jid)).TryGet(out var group, out var failure)
                ? WawpJson.Array(group.Info.Members, GroupJson.WriteParticipant)
                : failure);
    }

    /// <summary><c>GET /v2/groups/join-info</c>: what an invite code or link leads to.</summary>
    public static async Task<Reply> PreviewAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var text = parameters.Required("code");
        if (!TryReadCode(text, out var code) && text.Length > 0)
        {
            parameters.Problems.Add("code", $"code must be an invite code or a link that starts with {InvitePrefix}");
        }

        return await Instance.RunAsync(call, parameters, needsWorking: true, async instance =>
            (await instance.Device.PreviewInviteAsync(code, instance.Aborted)).TryGet(out var group, out var failure)
                ? Reply.Json(json => GroupJson.WritePreview(json, group.Info))
                : failure);
    }

    private static async Task<Reply> GetAsync(Call call, WawpParameters parameters, Jid jid) =>
        await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            if (!(await FindAsync(instance, jid)).TryGet(out var group, out var failure))
            {
                return failure;
            }

            var invite = group.IsAdmin ? (await instance.Device.GetInviteLinkAsync(jid, instance.Aborted)).Value : null;
            return Reply.Json(json => GroupJson.WriteGroup(json, group.Info, invite, withParticipants: true));
        });

    private static async Task<Answer<GroupView>> FindAsync(Instance instance, Jid jid) =>
        (await instance.Device.GetGroupAsync(jid, instance.Aborted)).TryGet(out var group, out var failure)
            ? group.IsMember ? group : new Failure.NotFound(MissingThing.Group)
            : failure;

    private static IEnumerable<GroupView> Sort(IEnumerable<GroupView> groups, bool bySubject, bool descending)
    {
        Func<GroupView, string> id = group => WawpAddress.Format(group.Info.Jid);
        if (!bySubject)
        {
            return descending ? groups.OrderByDescending(id, StringComparer.Ordinal) : groups.OrderBy(id, StringComparer.Ordinal);
        }

        var sorted = descending
            ? groups.OrderByDescending(g => g.Info.Subject, StringComparer.OrdinalIgnoreCase)
            : groups.OrderBy(g => g.Info.Subject, StringComparer.OrdinalIgnoreCase);
        return sorted.ThenBy(id, StringComparer.Ordinal);
    }

    private static bool TryReadCode(string text, out string code)
    {
        code = text.StartsWith(InvitePrefix, StringComparison.OrdinalIgnoreCase) ? text[InvitePrefix.Length..] : text;
        var end = code.IndexOf('?', StringComparison.Ordinal);
        code = end < 0 ? code : code[..end];
        return code.Length is > 0 and <= MaxCodeLength && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
    }
}
