using System.Globalization;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>Fetching app state. Contract wuts 5.</summary>
internal static class SyncEndpoints
{
    /// <summary>How long a call waits for the end of the fetch, which goes on.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int MaxEntries = 100;

    private static readonly string[] Words = ["contacts", "chats", "settings", "pins", "critical"];

    private static readonly SyncScope[] Default = [SyncScope.Contacts, SyncScope.Chats, SyncScope.Settings];

    public static async Task<Reply> SyncAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var fields = body.Fields();
        var scopes = ReadScopes(fields);
        var full = fields.Boolean("full") ?? false;
        if ((query.Problem ?? fields.Problem) is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        using var limit = new CancellationTokenSource(Limit, call.Api.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Aborted);
        try
        {
            var answer = await call.Api.Actors.Device(device.Id).SyncAppStateAsync(scopes, full, either.Token);
            if (answer.Failure is { } failure)
            {
                return failure;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !call.Aborted.IsCancellationRequested)
        {
            return new Failure.TimedOut();
        }

        return WutsReply.Flat(json =>
        {
            json.WriteStartArray("scopes"u8);
            foreach (var scope in scopes)
            {
                json.WriteStringValue(Words[(int)scope]);
            }

            json.WriteEndArray();
            json.WriteBoolean("full_sync"u8, full);
        });
    }

    private static SyncScope[] ReadScopes(FieldReader fields)
    {
        var scopes = new List<SyncScope>();
        var words = fields.Texts("scopes", MaxEntries) ?? [];
        for (var i = 0; i < words.Count; i++)
        {
            var scope = Array.IndexOf(Words, words[i]);
            if (scope < 0)
            {
                var field = string.Create(CultureInfo.InvariantCulture, $"scopes[{i}]");
                fields.Problems.Add(field, "a scope is one of contacts, chats, settings, pins, critical", FieldFault.Malformed, words[i]);
            }
            else if (!scopes.Contains((SyncScope)scope))
            {
                scopes.Add((SyncScope)scope);
            }
        }

        return scopes.Count > 0 ? [.. scopes] : Default;
    }
}
