namespace Wuts.Simulator.Control;

/// <summary>A whole world in one call, how it answers, and how much it answers.</summary>
internal static class WorldEndpoints
{
    public static void MapWorld(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapPost("/world", (JsonBody<WorldRequest> body) =>
            Results.Json(body.Value.Apply(server), statusCode: StatusCodes.Status201Created));
        routes.MapGet("/world", () => Results.Json(WorldView.Of(server)));
        routes.MapPost("/accounts/{phone}/generate", (string phone, JsonBody<WorldPlan> body) =>
            server.Accounts.Find(phone) is { } account
                ? Results.Json(GeneratedView.Of(WorldGenerator.Populate(server, account, body.Value)))
                : ControlErrors.NoAccount());
        routes.MapGet("/settings", () => Results.Json(SettingsView.Of(server)));
        routes.MapPatch("/settings", (JsonBody<SettingsView> body) =>
        {
            body.Value.Apply(server);
            return Results.Json(SettingsView.Of(server));
        });
        routes.MapGet("/limits", () => Results.Json(server.Limits.All.ToDictionary(entry => KebabCase.Of(entry.Key), entry => entry.Value)));
        routes.MapPut("/limits/{name}", (string name, JsonBody<RateLimit> body) =>
        {
            server.Limits[Lookup.Member<RateClass>(name)] = body.Value;
            return Results.Json(body.Value);
        });
        routes.MapDelete("/limits/{name}", (string name) =>
        {
            server.Limits[Lookup.Member<RateClass>(name)] = null;
            return Results.NoContent();
        });
        routes.MapDelete("/limits", () =>
        {
            server.Limits.Clear();
            return Results.NoContent();
        });
    }
}

/// <summary>Everything that makes a world, in the order in which it is made.</summary>
internal sealed record WorldRequest(
    IReadOnlyList<AccountRequest>? Accounts = null,
    IReadOnlyList<PersonRequest>? People = null,
    IReadOnlyDictionary<string, IReadOnlyList<ContactRequest>>? Contacts = null,
    IReadOnlyList<GroupRequest>? Groups = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Blocks = null,
    IReadOnlyDictionary<string, WorldPlan>? Generate = null)
{
    public WorldView Apply(SimulatorServer server)
    {
        foreach (var account in Accounts ?? [])
        {
            server.Accounts.Create(account.ToSpec());
        }

        // People may have each other as contacts, whatever their order.
        var people = (People ?? []).Select(request => (Request: request, Person: server.People.Add(request.ToSpec()))).ToArray();
        foreach (var (request, person) in people)
        {
            request.Finish(server, person);
        }

        foreach (var (phone, contacts) in Contacts ?? new Dictionary<string, IReadOnlyList<ContactRequest>>())
        {
            server.ContactsOf(Owner(server, phone)).Save([.. contacts.Select(contact => contact.ToContact(server))]);
        }

        foreach (var group in Groups ?? [])
        {
            group.Create(server);
        }

        foreach (var (phone, blocked) in Blocks ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            var owner = server.People.Of(Owner(server, phone));
            Array.ForEach(Lookup.Known(server, blocked), person => owner.SetBlocked(person, block: true));
        }

        foreach (var (phone, plan) in Generate ?? new Dictionary<string, WorldPlan>())
        {
            WorldGenerator.Populate(server, Owner(server, phone), plan);
        }

        return WorldView.Of(server);
    }

    private static Account Owner(SimulatorServer server, string phone) =>
        server.Accounts.Find(phone) ?? throw new ArgumentException("An account is named that there is not.", nameof(phone));
}

/// <summary>How large the world is.</summary>
internal sealed record WorldView(int Accounts, int People, int Groups)
{
    public static WorldView Of(SimulatorServer server) => new(server.Accounts.Count, server.People.Count, server.Groups.Count);
}

/// <summary>How much was made.</summary>
internal sealed record GeneratedView(int Contacts, int Strangers, int Groups)
{
    public static GeneratedView Of(WorldOutcome outcome) => new(outcome.Contacts.Count, outcome.Strangers.Count, outcome.Groups.Count);
}

/// <summary>How the server answers and tells; what is absent in a change stays.</summary>
internal sealed record SettingsView(
    TimeSpan? PictureUrlLifetime = null,
    bool? PictureHash = null,
    NoPictureAnswer? NoPicture = null,
    HiddenPictureAnswer? HiddenPicture = null,
    SamePictureAnswer? UnchangedPicture = null,
    int? UsyncMaxUsers = null,
    bool? OmitUnregisteredJid = null,
    bool? ShortBlocklistAnswers = null,
    bool? MissingBusinessIsError = null,
    int? BatchMemberLimit = null,
    int? ListMemberLimit = null,
    NoticeAddress? NoticeNames = null,
    bool? OmitBlocklistItems = null,
    bool? LoseWhileAway = null)
{
    public static SettingsView Of(SimulatorServer server) => new(
        server.PictureAnswers.UrlLifetime,
        server.PictureAnswers.SendHash,
        server.PictureAnswers.NoPicture,
        server.PictureAnswers.Hidden,
        server.PictureAnswers.Unchanged,
        server.UsyncAnswers.MaxUsers,
        server.UsyncAnswers.OmitUnregisteredJid,
        server.DirectoryAnswers.ShortBlocklistAnswers,
        server.DirectoryAnswers.MissingBusinessIsError,
        server.DirectoryAnswers.BatchMemberLimit,
        server.DirectoryAnswers.ListMemberLimit,
        server.Notices.Names,
        server.Notices.OmitBlocklistItems,
        server.Notices.LoseWhileAway);

    public void Apply(SimulatorServer server)
    {
        var pictures = server.PictureAnswers;
        pictures.UrlLifetime = PictureUrlLifetime ?? pictures.UrlLifetime;
        pictures.SendHash = PictureHash ?? pictures.SendHash;
        pictures.NoPicture = NoPicture ?? pictures.NoPicture;
        pictures.Hidden = HiddenPicture ?? pictures.Hidden;
        pictures.Unchanged = UnchangedPicture ?? pictures.Unchanged;
        server.UsyncAnswers.MaxUsers = UsyncMaxUsers ?? server.UsyncAnswers.MaxUsers;
        server.UsyncAnswers.OmitUnregisteredJid = OmitUnregisteredJid ?? server.UsyncAnswers.OmitUnregisteredJid;
        var others = server.DirectoryAnswers;
        others.ShortBlocklistAnswers = ShortBlocklistAnswers ?? others.ShortBlocklistAnswers;
        others.MissingBusinessIsError = MissingBusinessIsError ?? others.MissingBusinessIsError;
        others.BatchMemberLimit = BatchMemberLimit ?? others.BatchMemberLimit;
        others.ListMemberLimit = ListMemberLimit ?? others.ListMemberLimit;
        server.Notices.Names = NoticeNames ?? server.Notices.Names;
        server.Notices.OmitBlocklistItems = OmitBlocklistItems ?? server.Notices.OmitBlocklistItems;
        server.Notices.LoseWhileAway = LoseWhileAway ?? server.Notices.LoseWhileAway;
    }
}
