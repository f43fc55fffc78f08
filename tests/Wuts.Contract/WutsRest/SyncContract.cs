using System.Net;
using Wuts.Simulator;
using Wuts.Simulator.Faults;

namespace Wuts.Contract.WutsRest;

/// <summary>Fetching app state. Contract wuts 5.</summary>
public abstract class SyncContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    [Theory]
    [Statement("wuts 5", "POST /appstate/sync answers the effective scopes; none, and [], mean contacts, chats, settings; duplicates collapse.")]
    [InlineData("""{"scopes":["contacts","chats"],"full":false}""", """["contacts","chats"]""", "false")]
    [InlineData("", """["contacts","chats","settings"]""", "false")]
    [InlineData("""{"scopes":[],"full":true}""", """["contacts","chats","settings"]""", "true")]
    [InlineData("""{"scopes":["pins","critical","pins"]}""", """["pins","critical"]""", "false")]
    public async Task Effective_scopes_are_answered(string body, string scopes, string full) =>
        (await Scene.Http.PostAsync("/appstate/sync", body))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"scopes":{{{scopes}}},"full_sync":{{{full}}}}""");

    [Theory]
    [Statement("wuts 5", "An unknown scope is 400 with its index, as is what is no list or boolean.")]
    [InlineData("""{"scopes":["contacts","everything"]}""", "scopes[1]")]
    [InlineData("""{"scopes":["Contacts"]}""", "scopes[0]")]
    [InlineData("""{"scopes":[7]}""", "scopes[0]")]
    [InlineData("""{"scopes":"contacts"}""", "scopes")]
    [InlineData("""{"full":"yes"}""", "full")]
    public async Task Scopes_are_checked(string body, string field) => (await Scene.Http.PostAsync("/appstate/sync", body)).IsInvalid(field);

    [Fact]
    [Statement("wuts 5", "The call returns when the fetch is finished: what the phone saved before it is listed after it.")]
    public async Task Fetch_is_finished_when_the_call_returns()
    {
        var linked = await LinkSyncedAsync();
        Gateway.WhatsApp.ContactsOf(linked.Account).Save(Gateway.People.Joao, "Joao Pereira");
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/appstate/sync", """{"scopes":["contacts"]}""")).Status);
        Assert.Contains("Joao Pereira", (await linked.Http.GetAsync("/contacts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 5", "A second call while one runs joins it.")]
    public async Task Calls_at_once_are_joined()
    {
        var linked = await LinkSyncedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => linked.Http.PostAsync("/appstate/sync")));
        Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.OK, answer.Text));
    }

    [Fact]
    [Statement("wuts 5", "A full fetch reads everything anew, and the list is the same afterwards.")]
    public async Task Full_fetch_changes_nothing()
    {
        var linked = await LinkSyncedAsync();
        var before = await linked.Http.GetAsync("/contacts");
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/appstate/sync", """{"scopes":["contacts"],"full":true}""")).Status);
        Assert.Equal(before.Text, (await linked.Http.GetAsync("/contacts")).Text);
    }

    [Theory]
    [Statement("wuts 5", "The rate limit of WhatsApp is 429 with Retry-After, another error of it 502.")]
    [InlineData(429, HttpStatusCode.TooManyRequests, "RATE_LIMITED")]
    [InlineData(500, HttpStatusCode.BadGateway, "WHATSAPP_ERROR")]
    public async Task Refusal_of_WhatsApp_is_told(int code, HttpStatusCode status, string error)
    {
        var linked = await LinkSyncedAsync();
        using var fault = Gateway.Arm(
            new Fault.RequestError { Account = linked.Account.Phone, Xmlns = "w:sync:app:state", Code = code, Backoff = 60 });
        var answer = await linked.Http.PostAsync("/appstate/sync");
        answer.IsWutsError(status, error);
        Assert.Equal(code == 429, answer.Header("Retry-After") is not null);
    }

    protected override Task<LinkedUser> MakeSceneAsync() => LinkSyncedAsync();

    // A device that has every collection: before it has the keys, a fetch waits for the phone and not for WhatsApp.
    private async Task<LinkedUser> LinkSyncedAsync()
    {
        var maria = Gateway.People.Maria;
        var linked = await Gateway.LinkAsync(account =>
        {
            Gateway.WhatsApp.ContactsOf(account).Save(maria, "Maria Silva");
            account.Handset.SetPinned(maria.Jid, true);
            account.Handset.SetMuted(maria.Jid, new DateTimeOffset(2046, 6, 20, 9, 0, 0, TimeSpan.Zero));
        });
        await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync("/chats")).Text,
            text => text.Contains("\"pinned\":true", StringComparison.Ordinal) && text.Contains("muted_until", StringComparison.Ordinal));
        return linked;
    }
}
