using System.Globalization;
using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.WutsRest;

/// <summary>
/// The synced address book. Contract wuts 3.1. Without parameters it is exactly the list of the contract; the parameters of our own
/// (<c>stale</c>, <c>since</c>, <c>q</c>, <c>limit</c>, <c>after</c>) add keys behind those of the contract.
/// </summary>
internal static class ContactEndpoints
{
    private const int MaxLimit = 10_000;

    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(5);

    public static async Task<Reply> ListAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var stale = query.Boolean("stale") ?? false;
        var since = query.Integer("since", 0, long.MaxValue);
        var search = query.Text("q");
        var limit = query.Integer("limit", 1, MaxLimit);
        var after = query.Text("after") is { } text ? WutsInput.Read("after", text, AddressKinds.Person, query.Problems) : (Jid?)null;
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        if (!stale && since is null && search is null && limit is null && after is null)
        {
            return await ListAllAsync(call, device.Id);
        }

        var request = new ContactListRequest { Since = since, Search = search, Limit = (int?)limit, After = after?.ToString() };
        var answer = await call.Api.Actors.Device(device.Id).ListContactsAsync(request, call.Aborted);
        var reset = answer.Value is { CursorTooOld: true };
        if (reset)
        {
            answer = await call.Api.Actors.Device(device.Id).ListContactsAsync(request with { Since = null }, call.Aborted);
        }

        if (!answer.TryGet(out var page, out var failure))
        {
            return failure;
        }

        return page.StaleSince is not null && !stale
            ? await NotReadyAsync(call, device.Id)
            : WutsReply.Tagged(json => WritePage(json, page, since is not null, reset));
    }

    private static async Task<Reply> ListAllAsync(Call call, DeviceId device)
    {
        var cache = call.Api.ContactLists;
        var known = cache.Find(device);
        var request = known is null ? All : new ContactListRequest { KnownVersion = known.Version };
        var answer = await call.Api.Actors.Device(device).ListContactsAsync(request, call.Aborted);
        if (!answer.TryGet(out var page, out var failure))
        {
            return failure;
        }

        if (page.StaleSince is not null)
        {
            return await NotReadyAsync(call, device);
        }

        if (known is null || !page.IsUnchanged)
        {
            var json = JsonBuffer.Encode(writer =>
            {
                writer.WriteStartObject();
                writer.WriteBoolean("success"u8, true);
                WriteRows(writer, page);
                writer.WriteEndObject();
            });
            known = new EncodedList(page.Version, json, EntityTags.Of(json));
            cache.Keep(device, known);
        }

        return Reply.Bytes(known.Json, MediaTypes.Json, known.Tag);
    }

    private static readonly ContactListRequest All = new();

    private static async Task<Reply> NotReadyAsync(Call call, DeviceId device)
    {
        var status = await call.Api.Actors.Device(device).GetStatusAsync(call.Aborted);
        if (status.Value is { IsConnected: true })
        {
            // It is the database that is not there, and what is remembered is not what this path promises.
            return new Failure.Unavailable(StoreRetry);
        }

        return status.Value?.WhyNotConnected() ?? status.Failure ?? new Failure.NotReady(DeviceState.Disconnected);
    }

    private static void WritePage(Utf8JsonWriter json, ContactPage page, bool withCursor, bool reset)
    {
        WriteRows(json, page);
        if (withCursor)
        {
            json.WriteStartArray("removed"u8);
            foreach (var jid in page.Removed)
            {
                json.WriteStringValue(jid.ToString());
            }

            json.WriteEndArray();
            json.WriteBoolean("reset"u8, reset);
        }

        // As text: it is a cursor and no number to reckon with.
        json.WriteString("version"u8, page.Version.ToString(CultureInfo.InvariantCulture));
        if (page.HasMore && page.Rows.Count > 0)
        {
            json.WriteJid("next"u8, page.Rows[^1].Jid);
        }

        json.WriteOptionalTime("stale_since"u8, page.StaleSince);
    }

    private static void WriteRows(Utf8JsonWriter json, ContactPage page)
    {
        json.WriteNumber("count"u8, page.Rows.Count(IsListed));
        json.WriteStartArray("contacts"u8);
        foreach (var row in page.Rows)
        {
            if (IsListed(row))
            {
                Write(json, row);
            }
        }

        json.WriteEndArray();
    }

    // An entry in the address book, or at least one name; never the account itself.
    private static bool IsListed(ContactView row) =>
        !row.IsMe
        && (row.IsSaved || !string.IsNullOrEmpty(row.FirstName) || !string.IsNullOrEmpty(row.FullName)
            || !string.IsNullOrEmpty(row.PushName) || !string.IsNullOrEmpty(row.BusinessName));

    private static void Write(Utf8JsonWriter json, ContactView row)
    {
        json.WriteStartObject();
        json.WriteJid("jid"u8, row.Jid);
        json.WriteOptional("first_name"u8, row.FirstName);
        json.WriteOptional("full_name"u8, row.FullName);
        json.WriteOptional("push_name"u8, row.PushName);
        json.WriteOptional("business_name"u8, row.BusinessName);
        json.WriteEndObject();
    }
}
