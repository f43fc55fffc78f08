using System.Text.Json;

namespace Wuts.Simulator.Control;

/// <summary>Connections, and stanzas that the server sends on its own.</summary>
internal static class ConnectionEndpoints
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPatience = TimeSpan.FromMinutes(5);

    public static void MapConnections(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapGet("/connections", () => Results.Json(server.Connections));
        routes.MapGet("/connections/{id:long}", (long id) =>
            server.Connections.FirstOrDefault(connection => connection.Id == id) is { } found
                ? Results.Json(found)
                : ControlErrors.NoConnection());
        routes.MapPost("/connections/{id:long}/ping", async (long id, double? seconds, CancellationToken cancellationToken) =>
        {
            var patience = seconds is { } given ? TimeSpan.FromSeconds(Math.Min(given, MaxPatience.TotalSeconds)) : DefaultPatience;
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(patience, TimeSpan.Zero, nameof(seconds));
            return await server.PingAsync(id, patience, cancellationToken) is { } answered
                ? Results.Json(new PingView(answered))
                : ControlErrors.NoConnection();
        });
        routes.MapPost("/connections/{id:long}/references", (long id) =>
            server.OfferReferences(id)
                ? Results.NoContent()
                : ControlErrors.Conflict("not-registering", "There is no client on this connection that wants to pair."));
        routes.MapPost("/connections/{id:long}/stanzas", (long id, JsonBody<JsonElement> stanza) =>
            server.PushTo(id, StanzaJson.Read(stanza.Value)) ? Results.Json(new PushView(1)) : ControlErrors.NoConnection());
        routes.MapPost("/accounts/{phone}/stanzas", (string phone, int? device, JsonBody<JsonElement> stanza) =>
            server.Accounts.Find(phone) is not { } account ? ControlErrors.NoAccount()
            : device is { } id && account.Device(id) is null ? ControlErrors.NoDevice()
            : Results.Json(new PushView(server.Push(account, StanzaJson.Read(stanza.Value), device))));
    }
}

/// <summary>Whether a ping was answered in time.</summary>
internal sealed record PingView(bool Answered);

/// <summary>How many devices a stanza goes to.</summary>
internal sealed record PushView(int Devices);
