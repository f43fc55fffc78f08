using Wuts.Api.Http;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.DeviceProfile;

/// <summary>Profiles and groups as a connected device sees them. Contract device-profile A1, A2.</summary>
internal sealed class ProfileEndpoints(FirstSight firstSight)
{
    /// <summary><c>GET /devices/{device_id}/profile</c>: a person or a group, told apart by the address alone.</summary>
    public async Task<Reply> GetProfileAsync(Call call)
    {
        if (!PathDevice.TryRead(call, out var id, out var problem))
        {
            return problem;
        }

        var query = call.Query();
        var text = query.Required("jid");
        var size = query.Boolean("preview") == true ? PictureSize.Preview : PictureSize.Full;
        if (!ProfileDialect.Addresses.TryRead(text, AddressKinds.Any, out var jid, out var reason) && text.Length > 0)
        {
            query.Problems.Add("jid", reason);
        }

        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        if (!(await PathDevice.FindConnectedAsync(call, id)).TryGet(out var device, out var failure))
        {
            return failure;
        }

        var lookup = new ProfileLookup(call.Api.Actors);
        DoNotStore(call);
        if (jid.IsGroup)
        {
            return (await lookup.FindGroupAsync(id, jid, size, call.Aborted)).TryGet(out var group, out failure)
                ? Reply.Json(json => ProfileJson.WriteGroup(json, group))
                : failure;
        }

        if (!(await lookup.FindContactAsync(id, jid, size, call.Aborted)).TryGet(out var contact, out failure))
        {
            return failure;
        }

        await firstSight.RecordAsync(device.TenantId, contact, call.Aborted);
        return Reply.Json(json => ProfileJson.WriteContact(json, contact));
    }

    /// <summary><c>GET /devices/{device_id}/groups</c>: every group that the account is in, in one answer.</summary>
    public static async Task<Reply> ListGroupsAsync(Call call)
    {
        if (!PathDevice.TryRead(call, out var id, out var problem))
        {
            return problem;
        }

        if (!(await PathDevice.FindConnectedAsync(call, id)).TryGet(out _, out var failure))
        {
            return failure;
        }

        DoNotStore(call);
        return (await new ProfileLookup(call.Api.Actors).ListGroupsAsync(id, call.Aborted)).TryGet(out var groups, out failure)
            ? Reply.Json(json => ProfileJson.WriteGroups(json, groups))
            : failure;
    }

    // A1.5: nobody between us and the client keeps personal data.
    private static void DoNotStore(Call call) => call.Http.Response.Headers.CacheControl = "private, no-store";
}
