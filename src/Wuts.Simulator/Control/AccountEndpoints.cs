namespace Wuts.Simulator.Control;

/// <summary>Accounts and their linked devices.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapPost("/accounts", (JsonBody<AccountRequest> body) =>
        {
            var request = body.Value;
            if (request.Phone is { } phone && server.Accounts.Find(phone) is not null)
            {
                return ControlErrors.Conflict("account-exists", "There is an account with this phone number already.");
            }

            var account = server.Accounts.Create(request.ToSpec());
            return Results.Json(AccountView.Of(account), statusCode: StatusCodes.Status201Created);
        });
        routes.MapGet("/accounts", () =>
            Results.Json(server.Accounts.All.OrderBy(account => account.Phone, StringComparer.Ordinal).Select(AccountView.Of)));
        routes.MapGet("/accounts/{phone}", (string phone) =>
            server.Accounts.Find(phone) is { } account ? Results.Json(AccountView.Of(account)) : ControlErrors.NoAccount());
        routes.MapPatch("/accounts/{phone}", (string phone, JsonBody<AccountPatch> body) =>
        {
            if (server.Accounts.Find(phone) is not { } account)
            {
                return ControlErrors.NoAccount();
            }

            account.RequiresPasskey = body.Value.RequiresPasskey ?? account.RequiresPasskey;
            account.RefreshOnScan = body.Value.RefreshOnScan ?? account.RefreshOnScan;
            return Results.Json(AccountView.Of(account));
        });
        routes.MapDelete("/accounts/{phone}", (string phone) =>
            server.Accounts.Delete(phone) ? Results.NoContent() : ControlErrors.NoAccount());
        routes.MapGet("/accounts/{phone}/devices", (string phone) =>
            server.Accounts.Find(phone) is { } account
                ? Results.Json(account.Devices.Select(DeviceView.Of))
                : ControlErrors.NoAccount());
        routes.MapGet("/accounts/{phone}/devices/{device:int}", (string phone, int device) =>
            server.Accounts.Find(phone) is not { } account ? ControlErrors.NoAccount()
            : account.Device(device) is { } found ? Results.Json(DeviceView.Of(found))
            : ControlErrors.NoDevice());
        routes.MapDelete("/accounts/{phone}/devices/{device:int}", (string phone, int device) =>
            server.Accounts.Find(phone) is not { } account ? ControlErrors.NoAccount()
            : server.Unlink(account, device) ? Results.NoContent()
            : ControlErrors.NoDevice());
    }
}

/// <summary>What an account is made of; see <see cref="AccountSpec"/>.</summary>
internal sealed record AccountRequest(
    string? Phone = null,
    string? Lid = null,
    string? PushName = null,
    string? Platform = null,
    string? BusinessName = null,
    bool Hosted = false,
    bool RequiresPasskey = false,
    bool RefreshOnScan = false,
    int? MaxDevices = null,
    bool PhoneIsOn = false)
{
    public AccountSpec ToSpec()
    {
        var defaults = new AccountSpec();
        return defaults with
        {
            Phone = Phone,
            Lid = Lid,
            PushName = PushName,
            Platform = Platform ?? defaults.Platform,
            BusinessName = BusinessName,
            Hosted = Hosted,
            RequiresPasskey = RequiresPasskey,
            RefreshOnScan = RefreshOnScan,
            MaxDevices = MaxDevices ?? defaults.MaxDevices,
            PhoneIsOn = PhoneIsOn,
        };
    }
}

/// <summary>What may be changed about an account; what is absent stays.</summary>
internal sealed record AccountPatch(bool? RequiresPasskey = null, bool? RefreshOnScan = null);

/// <summary>An account as it is shown.</summary>
internal sealed record AccountView(
    string Phone,
    string Jid,
    string Lid,
    string? PushName,
    string Platform,
    string? BusinessName,
    bool Hosted,
    bool RequiresPasskey,
    bool RefreshOnScan,
    int MaxDevices,
    DateTimeOffset CreatedAt,
    IEnumerable<DeviceView> Devices)
{
    public static AccountView Of(Account account) => new(
        account.Phone,
        account.Jid.ToString(),
        account.Lid.ToString(),
        account.PushName,
        account.Platform,
        account.BusinessName,
        account.Hosted,
        account.RequiresPasskey,
        account.RefreshOnScan,
        account.MaxDevices,
        account.CreatedAt,
        account.Devices.Select(DeviceView.Of));
}

/// <summary>A linked device as it is shown.</summary>
internal sealed record DeviceView(
    int Device,
    string Jid,
    string Lid,
    uint KeyIndex,
    string Os,
    string PlatformType,
    DateTimeOffset LinkedAt,
    long? Connection,
    bool Active,
    int Logins,
    int PreKeys,
    int Queued,
    int MissingAcks,
    long Redeliveries)
{
    public static DeviceView Of(LinkedDevice device) => new(
        device.Id,
        device.Jid.ToString(),
        device.Lid.ToString(),
        device.KeyIndex,
        device.Os,
        device.PlatformType,
        device.LinkedAt,
        device.Connection,
        device.IsActive,
        device.Logins,
        device.PreKeyCount,
        device.QueuedStanzas,
        device.MissingAcks,
        device.Redeliveries);
}
