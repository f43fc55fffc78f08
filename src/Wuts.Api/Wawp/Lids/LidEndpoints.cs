using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Api.Wawp.Contacts;
using Wuts.Core;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp.Lids;

/// <summary>
/// Which LID is which phone number, as far as the instance has observed it. Equal LIDs never make two contacts one. Contract wawp B7.
/// </summary>
internal sealed class LidEndpoints(LookupGate gate)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary><c>GET /v2/lids</c>: complete pairs, ordered by LID.</summary>
    public static async Task<Reply> ListAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var limit = parameters.Integer("limit", DefaultLimit, 1, MaxLimit);
        var offset = parameters.Integer("offset", 0, 0, int.MaxValue);
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await instance.Device.ListPairsAsync(offset, limit, instance.Aborted)).TryGet(out var page, out var failure)
                ? WawpJson.Array(page.Pairs, (json, pair) =>
                {
                    json.WriteStartObject();
                    json.WriteString("lid", WawpAddress.Format(pair.Lid));
                    json.WriteString("pn", WawpAddress.Format(pair.Phone));
                    json.WriteEndObject();
                })
                : failure);
    }

    /// <summary><c>GET /v2/lids/count</c>: how many pairs all pages hold.</summary>
    public static async Task<Reply> CountAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await instance.Device.ListPairsAsync(0, 1, instance.Aborted)).TryGet(out var page, out var failure)
                ? WawpJson.Count(page.Total)
                : failure);
    }

    /// <summary><c>GET /v2/lids/{lid}</c>: out of what is known; nothing is asked for.</summary>
    public static async Task<Reply> FindPhoneAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        if (!WawpAddress.TryReadLid(call.Route("lid"), out var lid))
        {
            parameters.Problems.Add("lid", "lid must be a LID, with or without @lid");
        }

        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await ResolveAsync(instance, lid, lookUp: false)).TryGet(out var pair, out var failure)
                ? Reply.Json(json => Write(json, lid, pair.Phone))
                : failure);
    }

    /// <summary>
    /// <c>GET /v2/lids/pn/{number}</c>: out of what is known, and else by one lookup under the same limit as <c>check-exists</c>.
    /// </summary>
    public async Task<Reply> FindLidAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var phone = parameters.Address("number", call.Route("number"), AddressKinds.Phone);

        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            var answer = await ResolveAsync(instance, phone, lookUp: false);
            if (answer.Value is { Lid: null } && await instance.FindWhyNotWorkingAsync() is null)
            {
                if (await gate.EnterAsync(instance.Record.Id, instance.Aborted) is { } refused)
                {
                    return refused;
                }

                answer = await ResolveAsync(instance, phone, lookUp: true);
            }

            return answer.TryGet(out var pair, out var failure) ? Reply.Json(json => Write(json, pair.Lid, phone)) : failure;
        });
    }

    private static async Task<Answer<Resolution>> ResolveAsync(Instance instance, Jid jid, bool lookUp)
    {
        var request = new ResolveRequest { Jids = [jid], LookUp = lookUp };
        return (await instance.Device.ResolveAsync(request, instance.Aborted)).TryGet(out var found, out var failure) ? found[0] : failure;
    }

    // Two sources name the number differently: both names are sent.
    private static void Write(Utf8JsonWriter json, Jid? lid, Jid? phone)
    {
        json.WriteStartObject();
        json.WriteNullable("lid", lid);
        json.WriteNullable("pn", phone);
        json.WriteNullable("number", phone?.User);
        json.WriteEndObject();
    }
}
