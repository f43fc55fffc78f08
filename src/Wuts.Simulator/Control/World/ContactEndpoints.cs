using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Control;

/// <summary>The address book of an account. What is changed reaches its linked devices through app state.</summary>
internal static class ContactEndpoints
{
    public static void MapContacts(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        const string Path = "/accounts/{phone}/contacts";
        routes.MapGet(Path, (string phone, int? offset, int? limit) => With(server, phone, book => Results.Json(Lookup.Page(
            [.. book.All.OrderBy(contact => contact.Jid.ToString(), StringComparer.Ordinal)], offset, limit, ContactView.Of))));
        routes.MapPut(Path, (string phone, JsonBody<IReadOnlyList<ContactRequest>> body) => With(server, phone, book =>
        {
            book.Save([.. body.Value.Select(contact => contact.ToContact(server))]);
            return Results.Json(new CountView(book.Count));
        }));
        routes.MapDelete(Path, (string phone, JsonBody<IReadOnlyList<string>> body) => With(server, phone, book =>
        {
            foreach (var jid in body.Value.Select(Lookup.Address).ToArray())
            {
                book.Remove(jid);
            }

            return Results.Json(new CountView(book.Count));
        }));
        routes.MapGet(Path + "/{name}", (string phone, string name, string? kind) => With(server, phone, book =>
            book.Find(Lookup.Address(name), Lookup.Member<ContactKind>(kind)) is { } contact ? Results.Json(ContactView.Of(contact)) : NoContact()));
        routes.MapPut(Path + "/{name}", (string phone, string name, JsonBody<ContactRequest> body) => With(server, phone, book =>
        {
            var contact = (body.Value with { Jid = name }).ToContact(server);
            book.Save([contact]);
            return Results.Json(ContactView.Of(contact));
        }));
        routes.MapPatch(Path + "/{name}", (string phone, string name, JsonBody<RenameRequest> body) => With(server, phone, book =>
            book.Rename(Lookup.Address(name), body.Value.FullName, body.Value.FirstName, body.Value.Kind)
                ? Results.Json(ContactView.Of(book.Find(Lookup.Address(name), body.Value.Kind)!))
                : NoContact()));
        routes.MapDelete(Path + "/{name}", (string phone, string name, string? kind) => With(server, phone, book =>
            book.Remove(Lookup.Address(name), Lookup.Member<ContactKind>(kind)) ? Results.NoContent() : NoContact()));
    }

    private static IResult With(SimulatorServer server, string phone, Func<ContactBook, IResult> answer) =>
        server.Accounts.Find(phone) is { } account ? answer(server.ContactsOf(account)) : ControlErrors.NoAccount();

    private static IResult NoContact() => ControlErrors.NotFound("unknown-contact", "The address book has no such entry.");
}

/// <summary>An entry of the address book.</summary>
/// <param name="Jid">Digits of the number, or an address; a LID is one with <c>@lid</c>.</param>
/// <param name="FullName">The whole name.</param>
/// <param name="FirstName">The given name.</param>
/// <param name="Username">The user name.</param>
/// <param name="Alternative">The other address; absent is the one that the server tells, empty is none.</param>
/// <param name="Kind">How it is saved.</param>
/// <param name="OnPhone">Whether it is in the phone's own address book too.</param>
internal sealed record ContactRequest(
    string Jid = "",
    string? FullName = null,
    string? FirstName = null,
    string? Username = null,
    string? Alternative = null,
    ContactKind Kind = ContactKind.Contact,
    bool OnPhone = true)
{
    public PhoneContact ToContact(SimulatorServer server)
    {
        var jid = Lookup.Address(Jid);
        Jid? alternative = Alternative is { Length: > 0 } given ? Lookup.Address(given)
            : Alternative is null && server.People.Find(jid) is { LidIsKnown: true } person ? (jid.IsLid ? person.Jid : person.Lid)
            : null;
        return new PhoneContact(jid, FullName, FirstName, Username, Kind == ContactKind.Contact ? alternative : null)
        {
            Kind = Kind,
            OnPhone = OnPhone,
        };
    }
}

/// <summary>New names of an entry.</summary>
internal sealed record RenameRequest(string? FullName = null, string? FirstName = null, ContactKind Kind = ContactKind.Contact);

/// <summary>How many there are.</summary>
internal sealed record CountView(int Count);

/// <summary>An entry as it is shown.</summary>
internal sealed record ContactView(
    string Jid,
    string? FullName,
    string? FirstName,
    string? Username,
    string? Alternative,
    ContactKind Kind,
    bool OnPhone)
{
    public static ContactView Of(PhoneContact contact) => new(
        contact.Jid.ToString(),
        contact.FullName,
        contact.FirstName,
        contact.Username,
        contact.Alternative?.ToString(),
        contact.Kind,
        contact.OnPhone);
}
