namespace Wuts.Simulator.Control;

/// <summary>What a person does with a phone to link a device. Each call answers when the pairing has succeeded or failed.</summary>
internal static class PairingEndpoints
{
    public static void MapPairing(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapPost("/accounts/{phone}/scan", async (string phone, JsonBody<ScanRequest> body, CancellationToken cancellationToken) =>
            server.Accounts.Find(phone) is { } account
                ? Results.Json(await server.ScanAsync(account, body.Value.Qr, cancellationToken))
                : ControlErrors.NoAccount());
        routes.MapPost("/accounts/{phone}/code", async (string phone, JsonBody<CodeRequest> body, CancellationToken cancellationToken) =>
            server.Accounts.Find(phone) is { } account
                ? Results.Json(await server.TypeCodeAsync(account, body.Value.Code, cancellationToken))
                : ControlErrors.NoAccount());
        routes.MapPost("/accounts/{phone}/code/refresh", (string phone) =>
            server.Accounts.Find(phone) is not { } account ? ControlErrors.NoAccount()
            : server.AskForNewCode(account) ? Results.NoContent()
            : ControlErrors.Conflict("no-request", "No client asks for a code for this account."));
    }
}

/// <summary>The text of a QR.</summary>
internal sealed record ScanRequest(string Qr);

/// <summary>A code as it is typed.</summary>
internal sealed record CodeRequest(string Code);
