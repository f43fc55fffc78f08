using System.Net;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>Contacts one by one: read, named, blocked. Contract wawp B1, B4, B5, B6.</summary>
public abstract class WawpContactContract(GatewayUnderTest gateway) : ContractTests<WawpInstance>(gateway)
{
    private const string Maria = """
        {"id":"5511999999999@c.us","number":"5511999999999","name":"Alice from Gym","pushname":"Maria","shortName":"Alice","isMe":false,
         "isGroup":false,"isWAContact":true,"isMyContact":true,"isBlocked":false,"isBusiness":false,"isEnterprise":false}
        """;

    [Theory]
    [Statement("wawp B1", "The object of the document, out of what is stored; the path form is an alias.")]
    [InlineData("contacts?contactId=5511999999999@c.us")]
    [InlineData("contacts?contactId=5511999999999")]
    [InlineData("contacts/5511999999999@c.us")]
    [InlineData("contacts/5511999999999%40c.us")]
    [InlineData("contacts/5511999999999")]
    public async Task Contact_is_that_of_the_document(string path) => (await Scene.GetAsync(path)).Is(HttpStatusCode.OK, Maria);

    [Fact]
    [Statement("wawp B1", "It always answers, also for a number that is not on WhatsApp: isWAContact is false and names are null.")]
    public async Task Unknown_number_is_answered() => (await Scene.GetAsync("contacts?contactId=4915177777777")).Is(HttpStatusCode.OK, """
        {"id":"4915177777777@c.us","number":"4915177777777","name":null,"pushname":null,"shortName":null,"isMe":false,"isGroup":false,
         "isWAContact":false,"isMyContact":false,"isBlocked":false,"isBusiness":false,"isEnterprise":false}
        """);

    [Fact]
    [Statement("wawp B1", "For a LID with an unknown phone number is null.")]
    public async Task LID_without_a_phone_has_no_number()
    {
        var contact = Caller.Json(await Scene.GetAsync("contacts?contactId=999999999999999@lid"));
        Assert.Equal("999999999999999@lid", contact.Text("id"));
        Assert.Equal(JsonValueKind.Null, contact.GetProperty("number").ValueKind);
    }

    [Fact]
    [Statement("wawp B1", "For a group isGroup is true and number null.")]
    public async Task Group_is_a_contact_too()
    {
        var group = Gateway.WhatsApp.Groups.Create(new GroupSpec
        {
            Creator = Gateway.People.Maria,
            Members = [Gateway.WhatsApp.People.Of(Scene.Account!)],
            Subject = "Gym",
        });
        await Eventually.IsAsync(
            async () => (await Scene.GetAsync("groups")).Text, text => text.Contains(group.Jid.ToString(), StringComparison.Ordinal));
        (await Scene.GetAsync($"contacts?contactId={group.Jid}")).Is(HttpStatusCode.OK, $$"""
            {"id":"{{group.Jid}}","number":null,"name":"Gym","pushname":null,"shortName":null,"isMe":false,"isGroup":true,"isWAContact":true,
             "isMyContact":false,"isBlocked":false,"isBusiness":false,"isEnterprise":false}
            """);
    }

    [Fact]
    [Statement("wawp B1", "isMe is the own account.")]
    public async Task Own_account_is_me() =>
        Assert.True(Caller.Json(await Scene.GetAsync($"contacts?contactId={Scene.Account!.Phone}")).GetProperty("isMe").GetBoolean());

    [Theory]
    [Statement("wawp B4", "The about text; null when it is hidden.")]
    [InlineData("5511888888888", """{"about":"Available"}""")]
    [InlineData("5511777777777", """{"about":null}""")]
    public async Task About_is_told(string phone, string expected) =>
        (await Scene.GetAsync($"contacts/about?contactId={phone}")).Is(HttpStatusCode.OK, expected);

    [Fact]
    [Statement("wawp B4", "404 not_found for somebody who is not on WhatsApp; a group has no about text.")]
    public async Task About_of_nobody_is_not_found()
    {
        (await Scene.GetAsync("contacts/about?contactId=4915177777777")).IsWawpError(HttpStatusCode.NotFound, "not_found");
        (await Scene.GetAsync("contacts/about?contactId=120363039000000000@g.us")).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Theory]
    [Statement("wawp B5", "name is first and last name, shortName the first; an omitted last name clears it.")]
    [InlineData("""{"firstName":"John","lastName":"Doe"}""", "John Doe", "John")]
    [InlineData("""{"firstName":"John"}""", "John", "John")]
    [InlineData("""{"firstName":" Jane ","lastName":" Roe "}""", "Jane Roe", "Jane")]
    public async Task Contact_is_named(string body, string name, string shortName)
    {
        var person = Gateway.WhatsApp.People.Add();
        (await Scene.PutAsync($"contacts/{person.Phone}@c.us", body))
            .Is(HttpStatusCode.OK, """{"success":true,"message":"Operation completed successfully"}""");
        var contact = Caller.Json(await Scene.GetAsync($"contacts/{person.Phone}"));
        Assert.Equal((name, shortName, true), (contact.Text("name"), contact.Text("shortName"), contact.GetProperty("isMyContact").GetBoolean()));
    }

    [Theory]
    [Statement("wawp B5", "Without a first name, and for a group, it is 400.")]
    [InlineData("5511966666666@c.us", "{}", "missing_parameter")]
    [InlineData("5511966666666@c.us", """{"firstName":""}""", "missing_parameter")]
    [InlineData("5511966666666@c.us", """{"firstName":"  ","lastName":"Doe"}""", "missing_parameter")]
    [InlineData("5511966666666@c.us", """{"firstName":["John"]}""", "invalid_parameter")]
    [InlineData("120363039000000000@g.us", """{"firstName":"John"}""", "invalid_parameter")]
    public async Task Name_that_is_none_is_refused(string id, string body, string code) =>
        (await Scene.PutAsync($"contacts/{id}", body)).IsWawpError(HttpStatusCode.BadRequest, code);

    [Fact]
    [Statement("wawp B5", "The write needs no WORKING instance, and is shown at once.")]
    public async Task Name_is_kept_while_the_session_is_stopped()
    {
        var instance = await Gateway.LinkInstanceAsync();
        Caller.Json(await instance.PostAsync("session/stop"));
        Caller.Json(await instance.PutAsync("contacts/5511888888888", """{"firstName":"Joao","lastName":"Pereira"}"""));
        Assert.Equal("Joao Pereira", Caller.Json(await instance.GetAsync("contacts/5511888888888")).Text("name"));
    }

    [Theory]
    [Statement("wawp B6", "Blocking and unblocking are idempotent, contactId in the body or the query; isBlocked follows at once.")]
    [InlineData("contacts/{0}?contactId=5511888888888", null)]
    [InlineData("contacts/{0}", """{"contactId":"5511888888888@c.us"}""")]
    public async Task Contact_is_blocked_and_unblocked(string path, string? body)
    {
        var instance = await Gateway.LinkInstanceAsync();
        foreach (var (order, blocked) in new[] { ("block", true), ("block", true), ("unblock", false), ("unblock", false) })
        {
            (await instance.PostAsync(path.Replace("{0}", order, StringComparison.Ordinal), body))
                .Is(HttpStatusCode.OK, """{"success":true,"message":"Operation completed successfully"}""");
            Assert.Equal(blocked, Caller.Json(await instance.GetAsync("contacts/5511888888888")).GetProperty("isBlocked").GetBoolean());
            Assert.Equal(blocked, Gateway.WhatsApp.People.Of(instance.Account!).HasBlocked(Gateway.People.Joao));
        }
    }

    [Fact]
    [Statement("wawp B6", "A group cannot be blocked: 400.")]
    public async Task Group_cannot_be_blocked() => (await Scene.PostAsync("contacts/block", """{"contactId":"120363039000000000@g.us"}"""))
        .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");

    protected override async Task<WawpInstance> MakeSceneAsync()
    {
        var instance = await Gateway.LinkInstanceAsync(prepare: account =>
        {
            account.Handset.History.IsOn = true;
            Gateway.WhatsApp.ContactsOf(account).Save([new PhoneContact(Gateway.People.Maria.Jid, "Alice from Gym", "Alice")]);
        });
        await Eventually.IsAsync(
            async () => (await instance.GetAsync("contacts/5511999999999")).Text, text => text.Contains("\"pushname\":\"Maria\"", StringComparison.Ordinal));
        return instance;
    }
}
