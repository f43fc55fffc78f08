using Wuts.Api.Http;

namespace Wuts.Api.WutsRest;

/// <summary>Who is blocked. Contract wuts 4.</summary>
internal static class BlocklistEndpoints
{
    public static async Task<Reply> ListAsync(Call call)
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

        var answer = await call.Api.Actors.Device(device.Id).GetBlocklistAsync(call.Aborted);
        if (!answer.TryGet(out var list, out var failure))
        {
            return failure;
        }

        return WutsReply.Data(json =>
        {
            json.WriteStartArray("items"u8);
            foreach (var (phone, lid) in list.Items)
            {
                json.WriteStartObject();
                json.WriteOptionalJid("jid"u8, phone ?? lid);
                json.WriteOptionalDigits("phone_number"u8, phone);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("count"u8, list.Items.Count);
            json.WriteString("dhash"u8, list.Hash);
        });
    }

    public static Task<Reply> BlockAsync(Call call) => SetAsync(call, block: true);

    public static Task<Reply> UnblockAsync(Call call) => SetAsync(call, block: false);

    private static async Task<Reply> SetAsync(Call call, bool block)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var fields = body.Fields();
        var jid = fields.Text("jid", AddressRules.MaxLength) ?? query.Text("jid", AddressRules.MaxLength);
        var number = fields.Text("number", AddressRules.MaxLength) ?? query.Text("number", AddressRules.MaxLength);
        var target = query.Problem is null ? WutsInput.Target(jid, number, AddressKinds.Person, fields.Problems) : default;
        if ((query.Problem ?? fields.Problem) is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var answer = await call.Api.Actors.Device(device.Id).SetBlockedAsync(target, block, call.Aborted);
        if (!answer.TryGet(out var result, out var failure))
        {
            return failure;
        }

        return WutsReply.Data(json =>
        {
            json.WriteJid("jid"u8, result.Phone ?? result.Lid ?? target);
            json.WriteOptionalDigits("phone_number"u8, result.Phone);
            json.WriteString("action"u8, block ? "block"u8 : "unblock"u8);
            json.WriteBoolean("blocked"u8, block);
            json.WriteNumber("count"u8, result.List.Items.Count);
            json.WriteString("dhash"u8, result.List.Hash);
        });
    }
}
