using System.Text.Json;

namespace Wuts.Simulator.Control;

/// <summary>What the server knows about itself and what it saw: root key, clock, refusals, events.</summary>
internal static class RecordEndpoints
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    public static void MapRecords(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapGet("/", () => Results.Json(StatusView.Of(server)));
        routes.MapGet("/root-key", () => Results.Text(Convert.ToHexStringLower(server.RootKey.Span)));
        routes.MapGet("/clock", () => Results.Json(ClockView.Of(server)));
        routes.MapGet("/refusals", () => Results.Json(server.Refusals));
        routes.MapDelete("/refusals", () =>
        {
            server.ClearRefusals();
            return Results.NoContent();
        });
        routes.MapGet("/events", async (HttpContext context, long since = 0, double wait = 0) =>
        {
            ArgumentOutOfRangeException.ThrowIfNegative(since);
            ArgumentOutOfRangeException.ThrowIfNegative(wait);
            if (context.Request.GetTypedHeaders().Accept is { } accept && accept.Any(type => type.MediaType == "text/event-stream"))
            {
                await StreamAsync(context, server, since);
                return Results.Empty;
            }

            return Results.Json(await PollAsync(server, since, TimeSpan.FromSeconds(Math.Min(wait, MaxWait.TotalSeconds)), context.RequestAborted));
        });
    }

    private static async Task<IReadOnlyList<SimulatorEvent>> PollAsync(
        SimulatorServer server,
        long since,
        TimeSpan wait,
        CancellationToken cancellationToken)
    {
        var events = server.Events.Since(since);
        if (events.Count > 0 || wait == TimeSpan.Zero)
        {
            return events;
        }

        using var patience = new CancellationTokenSource(wait, server.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await server.Events.WaitSinceAsync(since, ended.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return [];
        }
    }

    private static async Task StreamAsync(HttpContext context, SimulatorServer server, long since)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.Stopping);
        try
        {
            await response.Body.FlushAsync(ended.Token);
            while (true)
            {
                foreach (var entry in await server.Events.WaitSinceAsync(since, ended.Token))
                {
                    since = entry.Sequence;
                    var data = JsonSerializer.Serialize(entry, ControlJson.Options);
                    await response.WriteAsync($"id: {entry.Sequence}\nevent: {KebabCase.Of(entry.Kind)}\ndata: {data}\n\n", ended.Token);
                }

                await response.Body.FlushAsync(ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or the server stops.
        }
    }
}

/// <summary>The server at a glance.</summary>
internal sealed record StatusView(string RootKey, int Accounts, int Connections, int Faults, int Refusals, long LatestEvent, ClockView Clock)
{
    public static StatusView Of(SimulatorServer server) => new(
        Convert.ToHexStringLower(server.RootKey.Span),
        server.Accounts.Count,
        server.Connections.Count,
        server.Faults.List().Count,
        server.Refusals.Count,
        server.Events.Latest,
        ClockView.Of(server));
}

/// <summary>The server's clock.</summary>
/// <param name="Now">The time.</param>
/// <param name="UnixSeconds">The same, as stanzas carry it.</param>
/// <param name="StartedAt">When the server started.</param>
internal sealed record ClockView(DateTimeOffset Now, long UnixSeconds, DateTimeOffset StartedAt)
{
    public static ClockView Of(SimulatorServer server)
    {
        var now = server.Time.GetUtcNow();
        return new ClockView(now, now.ToUnixTimeSeconds(), server.StartedAt);
    }
}
