using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.WutsRest;

/// <summary>
/// Verified links between a phone number and a LID: our own endpoints, in the form of this dialect. The rules are those of the
/// contract of the device-profile API, part B: nothing that is observed ever links two addresses.
/// </summary>
internal static class IdentityEndpoints
{
    private const int MaxTokenLength = 64;

    /// <summary>Opens a verification; the caller sends the token to the phone number.</summary>
    public static async Task<Reply> OpenAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var deviceId = fields.Text(DeviceSelection.Parameter);
        var (phone, lid) = ReadPair(fields);
        var form = fields.Text("form") ?? "code";
        if (form is not ("code" or "token"))
        {
            fields.Problems.Add("form", "form is code or token", FieldFault.Malformed, form);
        }

        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var opened = await call.Api.Links.OpenAsync(
            call.User.TenantId, device.Id, phone, lid, form == "code" ? TokenForm.Code : TokenForm.Long, call.Aborted);
        return WutsReply.Flat(
            json =>
            {
                json.WriteStartObject("verification"u8);
                json.WriteString("id"u8, opened.Id);
                json.WriteString("device_id"u8, opened.Device.ToString());
                json.WriteJid("phone_jid"u8, opened.Phone);
                json.WriteJid("lid_jid"u8, opened.Lid);
                json.WriteString("token"u8, opened.Token);
                json.WriteTime("expires_at"u8, opened.ExpiresAt);
                json.WriteNumber("tries"u8, opened.Tries);
                json.WriteEndObject();
            },
            StatusCodes.Status201Created);
    }

    /// <summary>Reports the token that the person returned.</summary>
    public static async Task<Reply> ConfirmAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var deviceId = fields.Text(DeviceSelection.Parameter);
        var token = fields.Required("token", MaxTokenLength);
        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        DeviceId? named = null;
        if (deviceId is not null)
        {
            var selected = await DeviceSelection.FindAsync(call, deviceId);
            if (!selected.TryGet(out var device, out var problem))
            {
                return problem;
            }

            named = device.Id;
        }

        return Guid.TryParseExact(call.Route("id"), "D", out var id)
            ? LinkJson.Answer(await call.Api.Links.ConfirmAsync(call.User.TenantId, named, id, token, call.User.Id, call.Aborted), call)
            : LinkJson.Answer(new LinkOutcome.NoVerification(), call);
    }

    /// <summary>Links two addresses because a manager or an admin decided.</summary>
    public static async Task<Reply> LinkAsync(Call call)
    {
        if (call.User.Role < Role.Manager)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var (phone, lid) = ReadPair(fields);
        var evidence = fields.Required("evidence", LinkService.MaxEvidenceLength);
        var replace = fields.Boolean("replace") ?? false;
        return fields.Problem is { } invalid
            ? invalid
            : LinkJson.Answer(
                await call.Api.Links.LinkAsync(call.User.TenantId, phone, lid, evidence, call.User.Id, replace, call.Aborted), call);
    }

    /// <summary>Undoes a link.</summary>
    public static async Task<Reply> UndoAsync(Call call)
    {
        if (call.User.Role < Role.Manager)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        if (!Guid.TryParseExact(call.Route("id"), "D", out var id))
        {
            return LinkJson.NoLink;
        }

        var answer = await call.Api.Links.UndoAsync(call.User.TenantId, id, call.Aborted);
        return answer.TryGet(out var link, out _) ? LinkJson.Show(link) : LinkJson.NoLink;
    }

    /// <summary>
    /// The person of an address with all linked addresses, and, as candidates that prove nothing, the pairs that a device observed.
    /// </summary>
    public static async Task<Reply> PersonAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var target = WutsInput.Target(query, AddressKinds.Person);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        IReadOnlyList<PairHistory> observed = [];
        if (deviceId is not null)
        {
            var selected = await DeviceSelection.FindAsync(call, deviceId);
            if (!selected.TryGet(out var device, out var problem))
            {
                return problem;
            }

            var request = new ResolveRequest { Jids = [target], Explain = true, LookUp = false };
            var answer = await call.Api.Actors.Device(device.Id).ResolveAsync(request, call.Aborted);
            if (!answer.TryGet(out var resolutions, out var failure))
            {
                return failure;
            }

            observed = resolutions.Count > 0 ? resolutions[0].History : [];
        }

        var person = await call.Api.Links.FindPersonAsync(call.User.TenantId, target, call.Aborted);
        return WutsReply.Flat(json =>
        {
            json.WriteStartObject("person"u8);
            json.WriteString("id"u8, person.Record.Id.ToString());
            json.WriteJid("jid"u8, person.Record.Jid);
            json.WriteTime("created_at"u8, person.Record.CreatedAt);
            json.WriteStartArray("aliases"u8);
            foreach (var alias in person.Aliases)
            {
                json.WriteStringValue(alias.ToString());
            }

            json.WriteEndArray();
            json.WriteStartArray("links"u8);
            foreach (var link in person.Links)
            {
                LinkJson.Write(json, link);
            }

            json.WriteEndArray();
            if (deviceId is not null)
            {
                PairJson.WriteHistory(json, "observed"u8, observed);
            }

            json.WriteEndObject();
        });
    }

    private static (Jid Phone, Jid Lid) ReadPair(FieldReader fields)
    {
        var phone = fields.Required("phone", AddressRules.MaxLength);
        var lid = fields.Required("lid", AddressRules.MaxLength);
        return (
            phone.Length == 0 ? default : WutsInput.Read("phone", phone, AddressKinds.Phone, fields.Problems),
            lid.Length == 0 ? default : WutsInput.Read("lid", lid, AddressKinds.Lid, fields.Problems));
    }
}
