using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>The lists: contacts and pairs, in pages. Contract wawp B2, B7.1, B7.2.</summary>
public abstract class WawpListContract(GatewayUnderTest gateway) : ContractTests<WawpListContract.Book>(gateway)
{
    [Theory]
    [Statement("wawp B2", "Sorted by id or by name, in either order, words in any case; by id and upwards without parameters.")]
    [InlineData("", "Cleo,Bert,Anna,Dora")]
    [InlineData("?sortBy=id&sortOrder=asc", "Cleo,Bert,Anna,Dora")]
    [InlineData("?sortOrder=DESC", "Dora,Anna,Bert,Cleo")]
    [InlineData("?sortBy=name", "Anna,Bert,Cleo,Dora")]
    [InlineData("?sortBy=name&sortOrder=desc", "Dora,Cleo,Bert,Anna")]
    [InlineData("?limit=2", "Cleo,Bert")]
    [InlineData("?limit=2&offset=2", "Anna,Dora")]
    [InlineData("?limit=2&offset=3", "Dora")]
    [InlineData("?offset=4", "")]
    [InlineData("?limit=1000", "Cleo,Bert,Anna,Dora")]
    public async Task Contacts_are_sorted_and_paged(string query, string expected)
    {
        var contacts = Caller.Json(await Scene.Instance.GetAsync($"contacts/all{query}")).EnumerateArray();
        Assert.Equal(expected, string.Join(',', contacts.Select(contact => contact.Text("name"))));
    }

    [Theory]
    [Statement("wawp B2", "limit is 1 to 1000, offset not negative, sortBy id or name, sortOrder asc or desc: else 400 invalid_parameter.")]
    [InlineData("contacts/all?limit=0")]
    [InlineData("contacts/all?limit=1001")]
    [InlineData("contacts/all?limit=ten")]
    [InlineData("contacts/all?offset=-1")]
    [InlineData("contacts/all?sortBy=size")]
    [InlineData("contacts/all?sortOrder=up")]
    [InlineData("lids?limit=0")]
    [InlineData("lids?limit=1001")]
    [InlineData("lids?offset=-1")]
    [InlineData("groups?sortBy=size")]
    [InlineData("groups?exclude=names")]
    public async Task Parameter_out_of_range_is_refused(string path) =>
        (await Scene.Instance.GetAsync(path)).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");

    [Fact]
    [Statement("wawp B7.1", "The document's form: complete pairs, each LID once, ordered by LID; the count is the length of all pages.")]
    [Statement("wawp B7.2", "GET /v2/lids/count counts the mappings.")]
    public async Task Pairs_are_listed_and_counted()
    {
        // The own pair is one of them.
        var all = Scene.People.Append(Gateway.WhatsApp.People.Of(Scene.Instance.Account!))
            .Select(person => $$"""{"lid":"{{person.Lid}}","pn":"{{person.Phone}}@c.us"}""").Order(StringComparer.Ordinal).ToList();
        (await Scene.Instance.GetAsync("lids")).Is(HttpStatusCode.OK, $"[{string.Join(',', all)}]");
        (await Scene.Instance.GetAsync("lids?limit=1&offset=1")).Is(HttpStatusCode.OK, $"[{all[1]}]");
        (await Scene.Instance.GetAsync($"lids?offset={all.Count}")).Is(HttpStatusCode.OK, "[]");
        (await Scene.Instance.GetAsync("lids/count")).Is(HttpStatusCode.OK, $$"""{"count":{{all.Count}}}""");
    }

    [Fact]
    [Statement("wawp B7.1", "Readable when not WORKING, as the contact list is.")]
    public async Task Lists_are_read_while_the_session_is_stopped()
    {
        var instance = await Gateway.LinkInstanceAsync(prepare: account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Joao, "Joao"));
        Caller.Json(await instance.PostAsync("session/stop"));
        Assert.Contains("5511888888888@c.us", (await instance.GetAsync("contacts/all")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await instance.GetAsync("lids")).Status);
        Assert.Equal(HttpStatusCode.OK, (await instance.GetAsync("lids/count")).Status);
    }

    protected override async Task<Book> MakeSceneAsync()
    {
        // Numbers in another order than names, so that one order cannot be taken for the other.
        var people = new[] { ("Anna", 3), ("Bert", 2), ("Cleo", 1), ("Dora", 4) }.Select(entry => (
            Name: entry.Item1,
            Person: Gateway.WhatsApp.People.Add(new PersonSpec { Phone = $"49151000077{entry.Item2:D2}", Lid = $"88100000000077{entry.Item2:D2}" }))).ToList();
        var instance = await Gateway.LinkInstanceAsync(prepare: account => Gateway.WhatsApp.ContactsOf(account).Save(
            [.. people.Select(entry => new PhoneContact(entry.Person.Jid, entry.Name, entry.Name, Alternative: entry.Person.Lid))]));
        await Eventually.IsAsync(
            async () => (await instance.GetAsync("lids/count")).Text, text => text == """{"count":5}""");
        return new Book(instance, [.. people.Select(entry => entry.Person)]);
    }

    /// <summary>An instance, and whom its account has saved.</summary>
    public sealed record Book(WawpInstance Instance, IReadOnlyList<Person> People);
}
