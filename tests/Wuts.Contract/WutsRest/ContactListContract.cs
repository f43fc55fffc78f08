using System.Globalization;
using System.Net;
using System.Text.Json;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Contract.WutsRest;

/// <summary>The synced address book. Contract wuts 3.1, and what we add to it.</summary>
public abstract class ContactListContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    // In the order of their addresses: the made-up people have numbers that begin with 4915.
    private static readonly string[] Ordered =
    [
        "4915100000001@s.whatsapp.net", "4915100000002@s.whatsapp.net", "4915100000003@s.whatsapp.net", "5511888888888@s.whatsapp.net",
        "5511966666666@s.whatsapp.net", "5511999999999@s.whatsapp.net",
    ];

    [Fact]
    [Statement("wuts 3.1", "GET /contacts answers count before contacts, ordered by address, keys in the documented order, unknown names left out.")]
    public async Task List_is_that_of_the_document() => (await Scene.Http.GetAsync("/contacts")).Is(HttpStatusCode.OK, """
        {"success":true,"count":6,"contacts":[
         {"jid":"4915100000001@s.whatsapp.net","first_name":"Anna","full_name":"Anna Um"},
         {"jid":"4915100000002@s.whatsapp.net","full_name":"Bernd Dois"},
         {"jid":"4915100000003@s.whatsapp.net","first_name":"Clara"},
         {"jid":"5511888888888@s.whatsapp.net","full_name":"Joao Pereira","push_name":"Joao"},
         {"jid":"5511966666666@s.whatsapp.net","first_name":"Silva","full_name":"Silva Shop","push_name":"Silva","business_name":"Silva Comercio"},
         {"jid":"5511999999999@s.whatsapp.net","first_name":"Maria","full_name":"Maria Silva","push_name":"Maria"}]}
        """);

    [Fact]
    [Statement("wuts 3.1", "business_name is the verified name, once it was seen.")]
    public async Task Business_has_its_verified_name()
    {
        var linked = await Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Shop, "Silva Shop", "Silva"));
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.GetAsync("/contacts/profile?number=5511966666666")).Status);
        var list = await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync("/contacts")), list => list.Text.Contains("business_name", StringComparison.Ordinal));
        list.Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"contacts":[{"jid":"5511966666666@s.whatsapp.net","first_name":"Silva","full_name":"Silva Shop",
             "business_name":"Silva Comercio"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.1", "Without contacts the list is [] and count 0; the account itself is not listed.")]
    public async Task Empty_list_is_a_list()
    {
        var linked = await Gateway.LinkAsync(spec: new AccountSpec { PhoneIsOn = true, PushName = "Ana" });
        (await linked.Http.GetAsync("/contacts")).Is(HttpStatusCode.OK, """{"success":true,"count":0,"contacts":[]}""");
    }

    [Fact]
    [Statement("wuts 3.1", "One row per person: the phone number's address when it is known, else the LID; groups are not listed.")]
    public async Task Person_known_by_lid_only_has_the_lid()
    {
        var secret = Gateway.WhatsApp.People.Add(new PersonSpec { LidIsKnown = false });
        var linked = await Gateway.LinkAsync(account =>
        {
            Gateway.WhatsApp.ContactsOf(account).Save([
                new PhoneContact(secret.Lid, "Only Lid") { Kind = ContactKind.LidContact },
                new PhoneContact(Gateway.People.Joao.Jid, "Joao Pereira", Alternative: Gateway.People.Joao.Lid),
            ]);
            Gateway.WhatsApp.Groups.Create(new GroupSpec { Creator = Gateway.WhatsApp.People.Of(account), Subject = "Team" });
        });
        var rows = Caller.Json(await linked.Http.GetAsync("/contacts")).GetProperty("contacts").EnumerateArray().Select(row => row.Text("jid"));
        Assert.Equal(new[] { secret.Lid.ToString(), Gateway.People.Joao.Jid.ToString() }.Order(StringComparer.Ordinal), rows);
    }

    [Theory]
    [Statement("wuts 3.1", "Beyond the contract: q finds by any name or number, whatever the case.")]
    [InlineData("q=maria", 5)]
    [InlineData("q=PEREIRA", 3)]
    [InlineData("q=49151", 0, 1, 2)]
    [InlineData("q=silva", 4, 5)]
    [InlineData("q=nobody")]
    public async Task Search_finds_by_name_and_number(string query, params int[] found)
    {
        var page = Caller.Json(await Scene.Http.GetAsync("/contacts?" + query));
        Assert.Equal(found.Select(index => Ordered[index]), Jids(page));
        Assert.Equal(found.Length, page.GetProperty("count").GetInt32());
    }

    [Theory]
    [Statement("wuts 3.1", "Beyond the contract: limit and after give every contact once, page by page.")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(100)]
    public async Task Pages_show_everybody_once(int limit)
    {
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = Caller.Json(await Scene.Http.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"/contacts?limit={limit}") + (after is null ? "" : $"&after={after}")));
            Assert.InRange(page.GetProperty("count").GetInt32(), 1, limit);
            seen.AddRange(Jids(page));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        Assert.Equal(Ordered, seen);
    }

    [Theory]
    [Statement("wuts 3.1", "Beyond the contract: a list that did not change costs 304 without a body; a stale tag gets the list.")]
    [InlineData("{tag}", HttpStatusCode.NotModified)]
    [InlineData("W/{tag}", HttpStatusCode.NotModified)]
    [InlineData("\"x\", {tag}", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    [InlineData("\"x\"", HttpStatusCode.OK)]
    public async Task Unchanged_list_is_not_sent_again(string header, HttpStatusCode expected)
    {
        var tag = (await Scene.Http.GetAsync("/contacts")).Header("ETag")!;
        Assert.Matches("^\"[^\"]+\"$", tag);
        var again = await Scene.Http.GetAsync("/contacts", request =>
            request.Headers.TryAddWithoutValidation("If-None-Match", header.Replace("{tag}", tag, StringComparison.Ordinal)));
        Assert.Equal(expected, again.Status);
        Assert.Equal(expected == HttpStatusCode.OK, again.Bytes.Length > 0);
        Assert.Equal(tag, again.Header("ETag"));
    }

    [Fact]
    [Statement("wuts 3.1", "Beyond the contract: since= shows what changed since a version, and who was removed.")]
    public async Task Changes_since_a_version_are_shown()
    {
        var linked = await Gateway.LinkAsync(account =>
        {
            var book = Gateway.WhatsApp.ContactsOf(account);
            book.Save(Gateway.People.Maria, "Maria Silva", "Maria");
            book.Save(Gateway.People.Joao, "Joao Pereira");
        });
        var tag = (await linked.Http.GetAsync("/contacts")).Header("ETag");
        var version = await SettledVersionAsync(linked);
        var nothing = Caller.Json(await linked.Http.GetAsync($"/contacts?since={version}"));
        Assert.Equal((0, false), (nothing.GetProperty("count").GetInt32(), nothing.GetProperty("reset").GetBoolean()));

        var contacts = Gateway.WhatsApp.ContactsOf(linked.Account);
        contacts.Rename(Gateway.People.Maria.Jid, "Maria Souza", "Maria");
        contacts.Remove(Gateway.People.Joao.Jid);
        var changed = await Eventually.IsAsync(
            async () => Caller.Json(await linked.Http.GetAsync($"/contacts?since={version}")),
            page => page.GetProperty("removed").GetArrayLength() == 1 && page.GetProperty("count").GetInt32() == 1);
        Assert.Equal(
            ["success", "count", "contacts", "removed", "reset", "version"], changed.EnumerateObject().Select(property => property.Name));
        Assert.Equal("Maria Souza", changed.GetProperty("contacts")[0].Text("full_name"));
        Assert.Equal(Gateway.People.Joao.Jid.ToString(), changed.GetProperty("removed")[0].GetString());
        Assert.True(long.Parse(changed.Text("version"), CultureInfo.InvariantCulture) > version);
        var list = await linked.Http.GetAsync("/contacts", request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, list.Status);
        Assert.Contains("Maria Souza", list.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 3.1", "A session that is not connected answers 503; beyond the contract, stale=true shows the mirror with its age.")]
    public async Task Stale_list_says_since_when()
    {
        var linked = await Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Joao, "Joao Pereira"));
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/disconnect")).Status);
        (await linked.Http.GetAsync("/contacts")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        (await linked.Http.GetAsync("/contacts?stale=true")).Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"contacts":[{"jid":"5511888888888@s.whatsapp.net","full_name":"Joao Pereira"}],
             "version":"<any>","stale_since":"<any>"}
            """);
    }

    [Theory]
    [Statement("wuts 3.1", "Beyond the contract: the additional parameters are checked.")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=10001", "limit")]
    [InlineData("limit=two", "limit")]
    [InlineData("limit=%D9%A3", "limit")]
    [InlineData("since=-1", "since")]
    [InlineData("since=99999999999999999999", "since")]
    [InlineData("after=x@y", "after")]
    [InlineData("after=120363039000000000@g.us", "after")]
    [InlineData("stale=perhaps", "stale")]
    public async Task Parameters_are_checked(string query, string field) => (await Scene.Http.GetAsync("/contacts?" + query)).IsInvalid(field);

    protected override async Task<LinkedUser> MakeSceneAsync()
    {
        var linked = await Gateway.LinkAsync(account =>
        {
            var people = Gateway.People;
            account.Handset.History.IsOn = true;
            Gateway.WhatsApp.ContactsOf(account).Save([
                new PhoneContact(people.Maria.Jid, "Maria Silva", "Maria", Alternative: people.Maria.Lid),
                new PhoneContact(people.Joao.Jid, "Joao Pereira", Alternative: people.Joao.Lid),
                new PhoneContact(people.Shop.Jid, "Silva Shop", "Silva", Alternative: people.Shop.Lid),
                new PhoneContact(Jid.Parse(Ordered[0]), "Anna Um", "Anna"),
                new PhoneContact(Jid.Parse(Ordered[1]), "Bernd Dois"),
                new PhoneContact(Jid.Parse(Ordered[2]), null, "Clara"),
            ]);
        });
        await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync("/contacts")).Text,
            text => text.Split("push_name").Length == 4 && text.Contains("business_name", StringComparison.Ordinal));
        return linked;
    }

    // What comes after the address book, such as the names of history, counts too.
    private static async Task<long> SettledVersionAsync(LinkedUser linked)
    {
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/appstate/sync", """{"scopes":["contacts"]}""")).Status);
        var page = Caller.Json(await linked.Http.GetAsync("/contacts?limit=1"));
        return long.Parse(page.Text("version"), CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Jids(JsonElement page) => page.GetProperty("contacts").EnumerateArray().Select(row => row.Text("jid"));
}
