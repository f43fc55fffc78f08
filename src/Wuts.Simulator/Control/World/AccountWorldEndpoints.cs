namespace Wuts.Simulator.Control;

/// <summary>What an account has set up on its phone: block list, privacy, profile; and what it must know.</summary>
internal static class AccountWorldEndpoints
{
    public static void MapAccountWorld(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapGet("/accounts/{phone}/blocks", (string phone) => With(server, phone, truth => Results.Json(BlocksView.Of(truth))));
        routes.MapPut("/accounts/{phone}/blocks/{name}", (string phone, string name) =>
            Block(server, phone, name, block: true));
        routes.MapDelete("/accounts/{phone}/blocks/{name}", (string phone, string name) =>
            Block(server, phone, name, block: false));
        routes.MapGet("/accounts/{phone}/privacy", (string phone) =>
            With(server, phone, truth => Results.Json(PersonView.Of(truth.Self).Privacy)));
        routes.MapPatch("/accounts/{phone}/privacy", (string phone, JsonBody<Dictionary<string, string>> body) => With(server, phone, truth =>
        {
            new PersonPatch { Privacy = body.Value }.Apply(server, truth.Self);
            return Results.Json(PersonView.Of(truth.Self).Privacy);
        }));
        routes.MapGet("/accounts/{phone}/profile", (string phone) => With(server, phone, truth => Results.Json(PersonView.Of(truth.Self))));
        routes.MapPatch("/accounts/{phone}/profile", (string phone, JsonBody<PersonPatch> body) => With(server, phone, truth =>
        {
            body.Value.Apply(server, truth.Self);
            return Results.Json(PersonView.Of(truth.Self));
        }));
        routes.MapPost("/accounts/{phone}/contacts/refresh", (string phone, JsonBody<RefreshRequest> body) => With(server, phone, truth =>
        {
            server.AskForContactRefresh(truth.Self.Account!, body.Value.After);
            return Results.NoContent();
        }));
        routes.MapPost("/accounts/{phone}/devices/{device:int}/lose", (string phone, int device) => With(server, phone, truth =>
            truth.Self.Account!.Device(device) is { } found ? Results.Json(new CountView(found.LoseBacklog())) : ControlErrors.NoDevice()));
        routes.MapGet("/accounts/{phone}/truth", (string phone) => With(server, phone, truth => Results.Json(TruthView.Of(truth))));
        routes.MapGet("/accounts/{phone}/truth/people", (string phone, int? offset, int? limit) =>
            With(server, phone, truth => Results.Json(Lookup.Page(truth.People, offset, limit, KnownPersonView.Of))));
        routes.MapGet("/accounts/{phone}/truth/groups", (string phone, int? offset, int? limit, bool? members) => With(server, phone, truth =>
            Results.Json(Lookup.Page(truth.Groups, offset, limit, group => GroupView.Of(group, truth.Self, members ?? false)))));
    }

    private static IResult Block(SimulatorServer server, string phone, string name, bool block) => With(server, phone, truth =>
        PeopleEndpoints.With(server, name, person =>
        {
            truth.Self.SetBlocked(person, block);
            return Results.Json(BlocksView.Of(truth));
        }));

    private static IResult With(SimulatorServer server, string phone, Func<AccountTruth, IResult> answer) =>
        server.Accounts.Find(phone) is { } account ? answer(server.TruthOf(account)) : ControlErrors.NoAccount();
}

/// <summary>When devices should refresh their contacts; absent is at once.</summary>
internal sealed record RefreshRequest(DateTimeOffset? After = null);

/// <summary>A block list.</summary>
internal sealed record BlocksView(string Hash, IReadOnlyList<BlockedView> People)
{
    public static BlocksView Of(AccountTruth truth) =>
        new(truth.BlocklistHash, [.. truth.Blocked.Select(person => new BlockedView(person.Lid.ToString(), person.Jid.ToString()))]);
}

/// <summary>Somebody who is blocked.</summary>
internal sealed record BlockedView(string Lid, string Jid);

/// <summary>What an account must know, at a glance; the long lists have calls of their own.</summary>
internal sealed record TruthView(PersonView Profile, BlocksView Blocks, int People, int Groups)
{
    public static TruthView Of(AccountTruth truth) =>
        new(PersonView.Of(truth.Self), BlocksView.Of(truth), truth.People.Count, truth.Groups.Count);
}

/// <summary>Somebody as the account must know them; see <see cref="KnownPerson"/>.</summary>
internal sealed record KnownPersonView(
    string? Lid,
    string? Phone,
    bool Registered,
    ContactView? Saved,
    string? PushName,
    bool HasWritten,
    string? Username,
    Sight AboutSight,
    string? About,
    Sight PictureSight,
    string? PictureId,
    bool IsBusiness,
    string? BusinessName,
    bool Blocked)
{
    public static KnownPersonView Of(KnownPerson person) => new(
        person.Lid?.ToString(),
        person.Phone?.ToString(),
        person.IsRegistered,
        person.Saved is { } saved ? ContactView.Of(saved) : null,
        person.PushName,
        person.HasWritten,
        person.Username,
        person.AboutSight,
        person.About,
        person.PictureSight,
        person.PictureId,
        person.IsBusiness,
        person.BusinessName,
        person.IsBlocked);
}
