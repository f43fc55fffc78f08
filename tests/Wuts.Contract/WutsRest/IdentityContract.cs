using System.Net;
using System.Text.Json;

namespace Wuts.Contract.WutsRest;

/// <summary>Verified links between numbers and LIDs: endpoints of our own under the rules of device-profile B.</summary>
public abstract class IdentityContract(GatewayUnderTest gateway) : ContractTests<IdentityContract.Tenant>(gateway)
{
    [Fact]
    [Statement("device-profile B TM-2", "A JID that is seen for the first time gets a record of its own.")]
    [Statement("device-profile B TM-3", "Lookups that show a LID with its phone number leave two records.")]
    public async Task Observations_never_merge()
    {
        var pair = NewPair();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Scene.Http.GetAsync($"/contacts/profile?jid={(i % 2 == 0 ? pair.Lid : pair.Phone)}")).Status);
        }

        var (phone, lid) = (await PersonAsync(pair.Phone), await PersonAsync(pair.Lid));
        Assert.NotEqual(phone.Id, lid.Id);
        Assert.Equal([pair.Phone], phone.Aliases);
        Assert.Equal([pair.Lid], lid.Aliases);
    }

    [Fact]
    [Statement("device-profile B TM-4", "A token that is returned links the two addresses, and the link says what proved it, who recorded it and when.")]
    public async Task Token_that_is_returned_links()
    {
        var pair = NewPair();
        var (id, token) = await OpenAsync(pair);
        (await ConfirmAsync(id, $" {token.ToLowerInvariant()} ")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"link":{"id":"<any>","phone_jid":"{{{pair.Phone}}}","lid_jid":"{{{pair.Lid}}}","signal":"token_reply",
             "evidence":"verification:{{{id}}}","recorded_by":"{{{Scene.User.Caller.UserId}}}","created_at":"<any>"}}
            """);
        Assert.Equal([pair.Phone, pair.Lid], (await PersonAsync(pair.Phone)).Aliases);
        Assert.Equal([pair.Lid, pair.Phone], (await PersonAsync(pair.Lid)).Aliases);
    }

    [Theory]
    [Statement("device-profile B TM-6", "A token has 8 characters or 128 bits, and 5 tries.")]
    [InlineData("code", 8)]
    [InlineData("token", 32)]
    public async Task Token_has_one_of_two_forms(string form, int length)
    {
        var pair = NewPair();
        var answer = await Scene.Http.PostAsync("/identity/verifications", Body(pair, $",\"form\":\"{form}\""));
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,"verification":{"id":"<any>","device_id":"{{{Scene.User.DeviceId}}}","phone_jid":"{{{pair.Phone}}}",
             "lid_jid":"{{{pair.Lid}}}","token":"<any>","expires_at":"<any>","tries":5}}
            """);
        Assert.Equal(length, Caller.Json(answer, HttpStatusCode.Created).Text("verification", "token").Length);
    }

    [Fact]
    [Statement("device-profile B TM-6", "A wrong token links nothing and counts; after five wrong tries the right one is refused.")]
    public async Task Wrong_token_counts()
    {
        var pair = NewPair();
        var (id, token) = await OpenAsync(pair);
        for (var left = 4; left >= 0; left--)
        {
            var wrong = (await ConfirmAsync(id, "WRONGONE")).IsWutsError(HttpStatusCode.BadRequest, "WRONG_TOKEN");
            Assert.Contains($"{left} tries left", wrong.Text("error"), StringComparison.Ordinal);
        }

        (await ConfirmAsync(id, token)).IsWutsError(HttpStatusCode.Conflict, "VERIFICATION_OVER");
        Assert.Equal([pair.Phone], (await PersonAsync(pair.Phone)).Aliases);
    }

    [Fact]
    [Statement("device-profile B TM-6", "A token works once, also when it is returned several times at once.")]
    public async Task Token_works_once()
    {
        var (id, token) = await OpenAsync(NewPair());
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConfirmAsync(id, token)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        (await ConfirmAsync(id, token)).IsWutsError(HttpStatusCode.Conflict, "VERIFICATION_OVER");
    }

    [Fact]
    [Statement("device-profile B TM-6", "A token is bound to its tenant, its device and its pair.")]
    [Statement("device-profile B TM-10", "Records, observations and links never cross tenants.")]
    public async Task Token_is_bound_to_tenant_and_device()
    {
        var pair = NewPair();
        var (id, token) = await OpenAsync(pair);
        var stranger = await Gateway.RegisterAsync();
        await stranger.CreateDeviceAsync();
        (await stranger.Http.PostAsync($"/identity/verifications/{id}/confirm", JsonSerializer.Serialize(new { token })))
            .IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
        (await Scene.Http.PostAsync($"/identity/verifications/{id}/confirm", $$"""{"token":"{{token}}","device_id":"{{Scene.Other}}"}"""))
            .IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(id, token)).Status);
        var theirs = Caller.Json(await stranger.Http.GetAsync($"/identity/people?jid={pair.Phone}")).GetProperty("person");
        Assert.Equal(1, theirs.GetProperty("aliases").GetArrayLength());
        Assert.NotEqual((await PersonAsync(pair.Phone)).Id, theirs.Text("id"));
    }

    [Fact]
    [Statement("device-profile B TM-7", "An address that is linked elsewhere is a conflict that shows the candidates and changes nothing.")]
    [Statement("device-profile B TM-7", "An operator who says so replaces the present link, which is ended and kept.")]
    public async Task Conflict_shows_the_candidates()
    {
        var (pair, other) = (NewPair(), NewPair());
        Assert.Equal(HttpStatusCode.OK, (await Scene.Http.PostAsync("/identity/links", Body(pair, ",\"evidence\":\"seen\""))).Status);
        var wanted = (other.Phone, pair.Lid);
        var conflict = await Scene.Http.PostAsync("/identity/links", Body(wanted, ",\"evidence\":\"passport\""));
        Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
        var body = JsonDocument.Parse(conflict.Text).RootElement;
        Assert.Equal(["success", "error", "error_code", "timestamp", "candidates"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("CONFLICT", body.Text("error_code"));
        Assert.Equal(pair.Phone, Assert.Single(body.GetProperty("candidates").EnumerateArray()).Text("phone_jid"));
        Assert.Equal([other.Phone], (await PersonAsync(other.Phone)).Aliases);

        var replaced = await Scene.Http.PostAsync("/identity/links", Body(wanted, ",\"evidence\":\"passport\",\"replace\":true"));
        Assert.Contains("\"signal\":\"operator\",\"evidence\":\"passport\"", replaced.Text, StringComparison.Ordinal);
        Assert.Equal([pair.Lid, other.Phone], (await PersonAsync(pair.Lid)).Aliases);
        Assert.Equal([pair.Phone], (await PersonAsync(pair.Phone)).Aliases);
        Assert.Equal(2, (await PersonAsync(pair.Lid)).Links);
    }

    [Theory]
    [Statement("device-profile B TM-5", "An operator, a named manager or admin, may decide, and undo; a user may not.")]
    [InlineData("manager", HttpStatusCode.OK)]
    [InlineData("user", HttpStatusCode.Forbidden)]
    public async Task Operators_decide(string role, HttpStatusCode expected)
    {
        var caller = await Scene.User.Caller.AddUserAsync(role, Gateway.NextName(role));
        var link = await Scene.Http.PostAsync("/identity/links", Body(NewPair(), ",\"evidence\":\"seen\""));
        Assert.Equal(expected, (await caller.Http.PostAsync("/identity/links", Body(NewPair(), ",\"evidence\":\"seen\""))).Status);
        Assert.Equal(expected, (await caller.Http.DeleteAsync($"/identity/links/{Caller.Json(link).Text("link", "id")}")).Status);
    }

    [Fact]
    [Statement("device-profile B TM-8", "Undoing a link restores the state before it; the link is kept with its end.")]
    public async Task Undoing_restores_what_was_before()
    {
        var pair = NewPair();
        var before = await PersonAsync(pair.Phone);
        var (id, token) = await OpenAsync(pair);
        var link = Caller.Json(await ConfirmAsync(id, token)).Text("link", "id");
        Assert.Contains("\"ended_at\":", (await Scene.Http.DeleteAsync($"/identity/links/{link}")).Text, StringComparison.Ordinal);
        var after = await PersonAsync(pair.Phone);
        Assert.Equal((before.Id, 1), (after.Id, after.Links));
        Assert.Equal(before.Aliases, after.Aliases);
    }

    [Fact]
    [Statement("device-profile B TM-9", "What a device observed is shown as a candidate beside the person, and links nothing.")]
    public async Task Observed_pairs_are_candidates()
    {
        var pair = NewPair();
        Assert.Equal(HttpStatusCode.OK, (await Scene.Http.PostAsync("/contacts/resolve", $$"""{"jids":["{{pair.Phone}}"]}""")).Status);
        (await Scene.Http.GetAsync($"/identity/people?jid={pair.Lid}&device_id={Scene.User.DeviceId}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"person":{"id":"<any>","jid":"{{{pair.Lid}}}","created_at":"<any>","aliases":["{{{pair.Lid}}}"],"links":[],
             "observed":[{"phone_jid":"{{{pair.Phone}}}","lid_jid":"{{{pair.Lid}}}","source":"user_query","confidence":"high",
              "first_seen":"<any>","last_seen":"<any>"}]}}
            """);
    }

    [Fact]
    [Statement("device-profile B", "The profile is the same before and after a merge.")]
    public async Task Profile_does_not_change_with_a_link()
    {
        var pair = NewPair();
        var before = await Scene.Http.GetAsync($"/contacts/profile?jid={pair.Lid}");
        var (id, token) = await OpenAsync(pair);
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(id, token)).Status);
        Assert.Equal(before.Text, (await Scene.Http.GetAsync($"/contacts/profile?jid={pair.Lid}")).Text);
    }

    [Theory]
    [Statement("device-profile B TM-6", "A verification is about a phone number and a LID, in one of two forms.")]
    [InlineData("/identity/verifications", """{"phone":"112233445566778@lid","lid":"5511999999999"}""", "phone|lid")]
    [InlineData("/identity/verifications", """{"phone":"5511999999999","lid":"112233445566778@lid","form":"poem"}""", "form")]
    [InlineData("/identity/links", """{"phone":"5511999999999","lid":"112233445566778@lid"}""", "evidence")]
    [InlineData("/identity/links", """{"lid":"112233445566778@lid","evidence":"seen"}""", "phone")]
    public async Task Fields_are_checked(string path, string body, string fields) =>
        (await Scene.Http.PostAsync(path, body)).IsInvalid(fields.Split('|'));

    [Theory]
    [Statement("device-profile B TM-8", "A link, and a verification, that is not there is 404 NOT_FOUND.")]
    [InlineData("DELETE", "/identity/links/5d0ad0d0-0000-4000-8000-000000000000")]
    [InlineData("DELETE", "/identity/links/x")]
    [InlineData("POST", "/identity/verifications/x/confirm")]
    [InlineData("POST", "/identity/verifications/5d0ad0d0-0000-4000-8000-000000000000/confirm")]
    public async Task Unknown_things_are_not_found(string method, string path) =>
        (await Scene.Http.SendAsync(new HttpMethod(method), path, """{"token":"ABCDEFGH"}""", null))
            .IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");

    protected override async Task<Tenant> MakeSceneAsync()
    {
        var linked = await Gateway.LinkAsync();
        return new Tenant(linked, await linked.Caller.CreateDeviceAsync("Other"));
    }

    private (string Phone, string Lid) NewPair()
    {
        var person = Gateway.WhatsApp.People.Add();
        return (person.Jid.ToString(), person.Lid.ToString());
    }

    private static string Body((string Phone, string Lid) pair, string more = "") => $"{{\"phone\":\"{pair.Phone}\",\"lid\":\"{pair.Lid}\"{more}}}";

    private async Task<(string Id, string Token)> OpenAsync((string Phone, string Lid) pair)
    {
        var opened = Caller.Json(await Scene.Http.PostAsync("/identity/verifications", Body(pair)), HttpStatusCode.Created);
        return (opened.Text("verification", "id"), opened.Text("verification", "token"));
    }

    private Task<ApiAnswer> ConfirmAsync(string id, string token) =>
        Scene.Http.PostAsync($"/identity/verifications/{id}/confirm", JsonSerializer.Serialize(new { token }));

    private async Task<(string Id, List<string> Aliases, int Links)> PersonAsync(string jid)
    {
        var person = Caller.Json(await Scene.Http.GetAsync($"/identity/people?jid={jid}")).GetProperty("person");
        return (
            person.Text("id"),
            [.. person.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()!)],
            person.GetProperty("links").GetArrayLength());
    }

    /// <summary>An admin with a linked device and another one.</summary>
    /// <param name="User">The admin with the linked device, the default one.</param>
    /// <param name="Other">Not linked.</param>
    public sealed record Tenant(LinkedUser User, string Other)
    {
        /// <summary>Calls with the admin's token.</summary>
        public ApiClient Http => User.Http;
    }
}
