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
        routes.MapPost("/accounts/{phone}/passkey/assertion", (string phone, JsonBody<AssertionRequest> body) =>
            server.Accounts.Find(phone) is { } account
                ? Results.Text(account.Passkey.Assert(body.Value.Options, body.Value.Origin ?? PasskeyAuthenticator.DefaultOrigin), "application/json")
                : ControlErrors.NoAccount());
        routes.MapPost("/accounts/{phone}/passkey/confirm", async (string phone, JsonBody<ConfirmRequest> body, CancellationToken cancellationToken) =>
            server.Accounts.Find(phone) is { } account
                ? Results.Json(await server.ConfirmPasskeyAsync(account, body.Value.Code, cancellationToken))
                : ControlErrors.NoAccount());
        routes.MapPost("/connections/{id:long}/passkey", (long id, JsonBody<PasskeyRequest> body) =>
            server.Accounts.Find(body.Value.Phone) is not { } account ? ControlErrors.NoAccount()
            : server.RequestPasskey(id, account) ? Results.NoContent()
            : ControlErrors.Conflict("not-registering", "There is no client on this connection that wants to pair."));
    }
}

/// <summary>The text of a QR.</summary>
internal sealed record ScanRequest(string Qr);

/// <summary>A code as it is typed.</summary>
internal sealed record CodeRequest(string Code);

/// <summary>What the passkey is asked to sign.</summary>
/// <param name="Options">The JSON text that the client got from the server.</param>
/// <param name="Origin">The page that asks; WhatsApp Web by default.</param>
internal sealed record AssertionRequest(string Options, string? Origin = null);

/// <summary>The code that the client shows; without one the person confirms unseen.</summary>
internal sealed record ConfirmRequest(string? Code = null);

/// <summary>Whose passkey a client is asked for.</summary>
internal sealed record PasskeyRequest(string Phone);
