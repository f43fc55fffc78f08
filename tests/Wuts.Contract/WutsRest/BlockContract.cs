using System.Net;
using Wuts.Simulator;
using Wuts.Simulator.Faults;

namespace Wuts.Contract.WutsRest;

/// <summary>The block list. Contract wuts 4.</summary>
public abstract class BlockContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    [Fact]
    [Statement("wuts 4.1", "GET /contacts/blocklist answers items, count and dhash; without anybody items is [].")]
    [Statement("wuts 4.2", "Blocking and unblocking answer the person, the action, the state, and size and dhash of the list afterwards.")]
    [Statement("wuts 4.2", "Blocking whom is blocked and unblocking whom is not is 200 with the present list.")]
    public async Task Block_list_is_changed_and_shown()
    {
        var linked = await Gateway.LinkAsync();
        (await linked.Http.GetAsync("/contacts/blocklist"))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"items":[],"count":0,"dhash":"<any>"}}""");
        var dhash = "";
        foreach (var query in (string[])["?number=5511999999999", "?jid=5511999999999@s.whatsapp.net"])
        {
            var answer = await linked.Http.PostAsync("/contacts/block" + query);
            answer.Is(HttpStatusCode.OK, Changed("block", 1));
            dhash = Caller.Json(answer).Text("data", "dhash");
            Assert.NotEqual("", dhash);
        }

        Assert.True(Gateway.WhatsApp.People.Of(linked.Account).HasBlocked(Gateway.People.Maria));
        (await linked.Http.GetAsync("/contacts/blocklist")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"items":[{"jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999"}],"count":1,"dhash":"{{{dhash}}}"}}
            """);
        foreach (var body in (string[])["""{"number":"+55 11 99999-9999"}""", """{"jid":"5511999999999"}"""])
        {
            (await linked.Http.PostAsync("/contacts/unblock", body)).Is(HttpStatusCode.OK, Changed("unblock", 0));
        }

        Assert.False(Gateway.WhatsApp.People.Of(linked.Account).HasBlocked(Gateway.People.Maria));

        static string Changed(string action, int count) => $$$"""
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","action":"{{{action}}}",
             "blocked":{{{(action == "block" ? "true" : "false")}}},"count":{{{count}}},"dhash":"<any>"}}
            """;
    }

    [Fact]
    [Statement("wuts 4.1", "Whom the account blocks on its phone is on the list.")]
    public async Task Block_on_the_phone_is_on_the_list()
    {
        var linked = await Gateway.LinkAsync();
        Gateway.WhatsApp.People.Of(linked.Account).SetBlocked(Gateway.People.Joao, true);
        var list = await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync("/contacts/blocklist")), list => !list.Text.Contains("\"count\":0", StringComparison.Ordinal));
        list.Is(HttpStatusCode.OK, """
            {"success":true,"data":{"items":[{"jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888"}],"count":1,"dhash":"<any>"}}
            """);
    }

    [Theory]
    [Statement("wuts 4.2", "The target is in the body or the query; each body field falls back to the query; jid wins over number.")]
    [InlineData("?number=5511999999999", null)]
    [InlineData("?jid=5511999999999@s.whatsapp.net", "{}")]
    [InlineData("?jid=5511888888888", """{"jid":"5511999999999@c.us"}""")]
    [InlineData("?jid=5511999999999", """{"number":"5511888888888"}""")]
    [InlineData("", """{"jid":"5511999999999","number":"nonsense"}""")]
    [InlineData("?jid=150199452311775@lid", null)]
    [InlineData("", """{"jid":"150199452311775:4@LID"}""")]
    public async Task Target_is_found_in_body_or_query(string query, string? body) => Assert.Equal(
        "5511999999999@s.whatsapp.net", Caller.Json(await Scene.Http.PostAsync("/contacts/unblock" + query, body)).Text("data", "jid"));

    [Theory]
    [Statement("wuts 4.2", "A target is required; a group, a newsletter, the own address and what is no address are 400.")]
    [InlineData("", "jid")]
    [InlineData("?jid=120363039000000000@g.us", "jid")]
    [InlineData("?jid=1@newsletter", "jid")]
    [InlineData("?jid={own}", "jid")]
    [InlineData("?jid={own lid}", "jid")]
    [InlineData("?number=12", "number")]
    public async Task Target_must_be_another_person(string query, string field)
    {
        var target = query
            .Replace("{own}", Scene.Account.Jid.ToString(), StringComparison.Ordinal)
            .Replace("{own lid}", Scene.Account.Lid.ToString(), StringComparison.Ordinal);
        (await Scene.Http.PostAsync("/contacts/block" + target)).IsInvalid(field);
        (await Scene.Http.PostAsync("/contacts/unblock" + target)).IsInvalid(field);
    }

    [Fact]
    [Statement("wuts 4.2", "A number that is not on WhatsApp is 404 NOT_FOUND.")]
    public async Task Number_not_on_WhatsApp_cannot_be_blocked() =>
        (await Scene.Http.PostAsync("/contacts/block?number=5511700000005")).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");

    [Fact]
    [Statement("wuts 4.2", "A LID whose number is not known has no phone_number, in the answer and on the list.")]
    [Statement("wuts 4.1", "An entry known by LID only has the LID as jid and no phone_number.")]
    public async Task Lid_alone_is_blocked()
    {
        var secret = Gateway.WhatsApp.People.Add(new PersonSpec { LidIsKnown = false });
        var linked = await Gateway.LinkAsync();
        (await linked.Http.PostAsync($"/contacts/block?jid={secret.Lid}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"jid":"{{{secret.Lid}}}","action":"block","blocked":true,"count":1,"dhash":"<any>"}}
            """);
    }

    [Theory]
    [Statement("wuts 4.2", "An error of WhatsApp is 502, its rate limit 429.")]
    [InlineData("block", 500, HttpStatusCode.BadGateway, "WHATSAPP_ERROR")]
    [InlineData("unblock", 500, HttpStatusCode.BadGateway, "WHATSAPP_ERROR")]
    [InlineData("block", 429, HttpStatusCode.TooManyRequests, "RATE_LIMITED")]
    public async Task Refusal_of_WhatsApp_is_told(string action, int code, HttpStatusCode status, string error)
    {
        var linked = await Gateway.LinkAsync();
        if (action == "unblock")
        {
            Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/contacts/block?number=5511999999999")).Status);
        }

        using var fault = Gateway.Arm(new Fault.RequestError { Account = linked.Account.Phone, Xmlns = "blocklist", Code = code, Backoff = 60 });
        (await linked.Http.PostAsync($"/contacts/{action}?number=5511999999999")).IsWutsError(status, error);
    }

    protected override Task<LinkedUser> MakeSceneAsync() =>
        Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Maria, "Maria Silva"));
}
