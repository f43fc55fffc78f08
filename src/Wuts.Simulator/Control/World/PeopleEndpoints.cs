namespace Wuts.Simulator.Control;

/// <summary>People of the user directory, accounts included: what they are, and what happens to them.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapPost("/people", (JsonBody<PersonRequest> body) =>
        {
            var person = server.People.Add(body.Value.ToSpec());
            body.Value.Finish(server, person);
            return Results.Json(PersonView.Of(person), statusCode: StatusCodes.Status201Created);
        });
        routes.MapGet("/people", (int? offset, int? limit) => Results.Json(Lookup.Page(
            [.. server.People.All.OrderBy(person => person.Phone, StringComparer.Ordinal)], offset, limit, PersonView.Of)));
        routes.MapGet("/people/{name}", (string name) => With(server, name, person => Results.Json(PersonView.Of(person))));
        routes.MapPatch("/people/{name}", (string name, JsonBody<PersonPatch> body) =>
            With(server, name, person => Changed(person, () => body.Value.Apply(server, person))));
        routes.MapDelete("/people/{name}", (string name) => With(server, name, person =>
        {
            var removed = Changed(person, () => server.People.Remove(person));
            return person.IsRegistered ? removed : Results.NoContent();
        }));
        routes.MapPost("/people/{name}/number", (string name, JsonBody<NumberRequest> body) =>
            With(server, name, person => Changed(person, () => person.ChangeNumber(body.Value.Phone, body.Value.Lid))));
        routes.MapPost("/people/{phone}/reassign", (string phone, JsonBody<PersonRequest> body) =>
        {
            if (server.Accounts.Find(phone) is { HasDevices: true })
            {
                return ControlErrors.Conflict("has-devices", "An account with linked devices keeps its number.");
            }

            var person = server.People.Reassign(phone, body.Value.ToSpec());
            body.Value.Finish(server, person);
            return Results.Json(PersonView.Of(person), statusCode: StatusCodes.Status201Created);
        });
        routes.MapPost("/people/{name}/reinstall", (string name) => With(server, name, person => Changed(person, person.Reinstall)));
        routes.MapPost("/people/{name}/announce", (string name) => With(server, name, person => Changed(person, person.AnnounceUpdate)));
        routes.MapPost("/people/{name}/trust", (string name, JsonBody<TrustRequest> body) => With(server, name, person =>
            Results.Json(new TrustView(Convert.ToBase64String(person.Trust(Lookup.Known(server, body.Value.Holder)).Span)))));
        routes.MapPut("/people/{name}/devices/{id:int}", (string name, int id, JsonBody<ListedDeviceRequest> body) =>
            With(server, name, person => Changed(person, () => person.AddCompanion(new(id, body.Value.KeyIndex ?? (uint)id, body.Value.Hosted)))));
        routes.MapDelete("/people/{name}/devices/{id:int}", (string name, int id) => With(server, name, person =>
            person.RemoveCompanion(id) ? Results.NoContent() : ControlErrors.NoDevice()));
        routes.MapPost("/people/{name}/messages", (string name, JsonBody<MessageRequest> body) =>
            With(server, name, person => Send(server, person, body.Value)));
    }

    /// <summary>Answers about a person, or that there is none.</summary>
    public static IResult With(SimulatorServer server, string name, Func<Person, IResult> answer) =>
        Lookup.Person(server, name) is { } person
            ? answer(person)
            : ControlErrors.NotFound("unknown-person", "There is nobody with this number or LID.");

    private static IResult Changed(Person person, Action change)
    {
        try
        {
            change();
            return Results.Json(PersonView.Of(person));
        }
        catch (InvalidOperationException e)
        {
            return ControlErrors.Conflict("has-devices", e.Message);
        }
    }

    private static IResult Send(SimulatorServer server, Person person, MessageRequest request)
    {
        if (server.Accounts.Find(request.To) is not { } account)
        {
            return ControlErrors.NoAccount();
        }

        var id = person.SendMessage(account, new PersonMessage(request.Text)
        {
            ByLid = request.ByLid,
            OmitOtherAddress = request.OmitOtherAddress,
            PushName = request.PushName,
            Group = request.Group is { } group ? Lookup.KnownGroup(server, group) : null,
        });
        return Results.Json(new MessageView(id, id is null ? 0 : account.Devices.Count));
    }
}

/// <summary>New addresses; what is absent stays.</summary>
internal sealed record NumberRequest(string? Phone = null, string? Lid = null);

/// <summary>Who gets a token.</summary>
internal sealed record TrustRequest(string Holder);

/// <summary>The token in base64.</summary>
internal sealed record TrustView(string Token);

/// <summary>A device that is only listed. Without a key index it is the number of the device.</summary>
internal sealed record ListedDeviceRequest(uint? KeyIndex = null, bool Hosted = false);

/// <summary>A message to an account.</summary>
internal sealed record MessageRequest(
    string To,
    string Text,
    string? Group = null,
    bool ByLid = false,
    bool OmitOtherAddress = false,
    string? PushName = null);

/// <summary>What became of a message: without an id the sender is blocked.</summary>
internal sealed record MessageView(string? Id, int Devices);
