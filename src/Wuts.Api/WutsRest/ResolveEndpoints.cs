using System.Globalization;
using System.Text;
using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Api.WutsRest;

/// <summary>Which LID is which phone number, for a batch. Contract wuts 3.4.</summary>
internal static class ResolveEndpoints
{
    /// <summary>Most inputs of a call.</summary>
    public const int MaxInputs = 160;

    public static async Task<Reply> ResolveAsync(Call call)
    {
        if (await RequestBody.ReadBytesAsync(call.Http.Request, call.Aborted) is not { } bytes)
        {
            return new Problem.TooLarge();
        }

        // What was answered before was a good request.
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var isPlain = call.Http.Request.Query.Count == (deviceId is null ? 0 : 1);
        if (isPlain && await FindKnownAsync(call, deviceId, bytes) is { } known)
        {
            return known;
        }

        using var body = RequestBody.Parse(bytes);
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var explain = query.Boolean("explain") ?? fields.Boolean("explain") ?? false;
        var inputs = ReadInputs(fields);
        var group = fields.Text("group_jid", AddressRules.MaxLength) is { } text
            ? WutsInput.Read("group_jid", text, AddressKinds.Group, fields.Problems)
            : (Jid?)null;
        if ((query.Problem ?? fields.Problem) is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var actor = call.Api.Actors.Device(device.Id);
        if (await DeviceSelection.FindObstacleAsync(actor, call.Aborted) is { } obstacle)
        {
            return obstacle;
        }

        // Read before: what changes meanwhile makes the answer old.
        var book = isPlain && group is null && !explain ? await actor.ListContactsAsync(ResolvedPeople.AskVersion, call.Aborted) : null;
        var kept = book?.Value is { StaleSince: null } page ? call.Api.Resolved.Of(device.Id, page.Version) : null;
        var keys = inputs.Keys.Select(Encoding.UTF8.GetBytes).ToArray();
        var items = keys.Select(key => kept is not null && kept.TryFind(key, out var item) ? item : default).ToArray();
        var missing = inputs.Values.Where((_, i) => items[i].IsNone).Distinct().ToList();
        if (missing.Count > 0)
        {
            var answer = await actor.ResolveAsync(new ResolveRequest { Jids = missing, Group = group, Explain = explain }, call.Aborted);
            if (!answer.TryGet(out var resolutions, out var failure))
            {
                return failure is Failure.NotPermitted ? new Failure.NotFound(MissingThing.Group) : failure;
            }

            var found = resolutions.ToDictionary(resolution => resolution.Asked);
            for (var i = 0; i < items.Length; i++)
            {
                if (items[i].IsNone)
                {
                    var (input, jid) = inputs.GetAt(i);
                    items[i] = Encode(input, jid, found.GetValueOrDefault(jid) ?? Nothing(jid), explain);
                    kept?.Keep(keys[i], items[i]);
                }
            }
        }

        return new ResolvedReply(items, items.Length);
    }

    private static async ValueTask<Reply?> FindKnownAsync(Call call, string? deviceId, ReadOnlyMemory<byte> request)
    {
        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (selected.Device is not { } device || call.Api.Resolved.Find(device.Id) is not { } kept
            || !kept.TryFindAll(request.Span, out var items, out var count))
        {
            return null;
        }

        // Asked last: the items are of this version, whatever came meanwhile.
        var book = await call.Api.Actors.Device(device.Id).ListContactsAsync(kept.Question, call.Aborted);
        return book.Value is { IsUnchanged: true, StaleSince: null } ? new ResolvedReply(items, count) : null;
    }

    // One entry per distinct text, in the order of the request.
    private static OrderedDictionary<string, Jid> ReadInputs(FieldReader fields)
    {
        var inputs = new OrderedDictionary<string, Jid>(StringComparer.Ordinal);
        var texts = fields.Texts("jids", MaxInputs, AddressRules.MaxLength);
        if (texts is not { Count: > 0 })
        {
            if (fields.Problems.Count == 0)
            {
                fields.Problems.Add("jids", "jids must have 1 to 160 entries", FieldFault.Missing);
            }

            return inputs;
        }

        for (var i = 0; i < texts.Count; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"jids[{i}]");
            inputs.TryAdd(texts[i], WutsInput.Read(field, texts[i], AddressKinds.Person, fields.Problems));
        }

        return inputs;
    }

    private static ResolvedItem Encode(string input, Jid jid, Resolution resolution, bool explain)
    {
        using var buffer = JsonBuffer.Rent();
        Write(buffer.Writer, input, jid, resolution, explain);
        byte[] json = [(byte)',', .. buffer.Finish().Span];
        return new ResolvedItem(json, 0, json.Length);
    }

    private static Resolution Nothing(Jid jid) => new(jid, jid.IsPhone ? jid : null, jid.IsLid ? jid : null);

    private static void Write(Utf8JsonWriter json, string input, Jid jid, Resolution resolution, bool explain)
    {
        var best = resolution.Phone ?? resolution.Lid ?? jid;
        json.WriteStartObject();
        json.WriteString("input"u8, input);
        json.WriteJid("input_jid"u8, jid);
        json.WriteJid("resolved_jid"u8, best);
        json.WriteJid("jid"u8, best);
        json.WriteOptionalDigits("phone_number"u8, resolution.Phone);
        json.WriteOptionalJid("lid_jid"u8, resolution.Lid);
        json.WriteOptional("first_name"u8, resolution.FirstName);
        json.WriteOptional("full_name"u8, resolution.FullName);
        json.WriteOptional("push_name"u8, resolution.PushName);
        json.WriteOptional("business_name"u8, resolution.BusinessName);
        if (explain)
        {
            PairJson.WriteHistory(json, "history"u8, resolution.History);
        }

        json.WriteEndObject();
    }
}

/// <summary>Pairs with what they rest on, as our own additions show them.</summary>
internal static class PairJson
{
    public static void WriteHistory(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<PairHistory> history)
    {
        json.WriteStartArray(name);
        foreach (var entry in history)
        {
            json.WriteStartObject();
            json.WriteJid("phone_jid"u8, entry.Pair.Phone);
            json.WriteJid("lid_jid"u8, entry.Pair.Lid);
            json.WriteString("source"u8, Word(entry.Source));
            json.WriteString("confidence"u8, Word(entry.Source.ClassOf()));
            json.WriteOptionalTime("first_seen"u8, Known(entry.FirstSeen));
            json.WriteOptionalTime("last_seen"u8, Known(entry.LastSeen));
            json.WriteOptionalTime("ended_at"u8, entry.EndedAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // History that a phone sends has no times for its pairs; it counts as older than everything else.
    private static DateTimeOffset? Known(DateTimeOffset time) => time > DateTimeOffset.UnixEpoch.AddSeconds(1) ? time : null;

    private static ReadOnlySpan<byte> Word(ObservationSource source) => source switch
    {
        ObservationSource.OwnAccount => "own_account"u8,
        ObservationSource.UserQuery => "user_query"u8,
        ObservationSource.AppStateContact => "app_state_contact"u8,
        ObservationSource.AppStateChat => "app_state_chat"u8,
        ObservationSource.LidMigration => "lid_migration"u8,
        ObservationSource.Blocklist => "blocklist"u8,
        ObservationSource.MessageHeader => "message_header"u8,
        ObservationSource.Group => "group"u8,
        ObservationSource.Notification => "notification"u8,
        ObservationSource.BroadcastList => "broadcast_list"u8,
        ObservationSource.History => "history"u8,
        _ => "other"u8,
    };

    private static ReadOnlySpan<byte> Word(SourceClass confidence) => confidence switch
    {
        SourceClass.Own => "certain"u8,
        SourceClass.Query or SourceClass.Directed => "high"u8,
        SourceClass.Observational => "medium"u8,
        _ => "low"u8,
    };
}
