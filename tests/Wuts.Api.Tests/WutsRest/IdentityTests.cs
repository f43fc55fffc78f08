using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Contacts;
using Wuts.Core.Identity;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Api.Tests.WutsRest;

public sealed class IdentityTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Phone = "5511999999999@s.whatsapp.net";
    private const string Lid = "112233445566778@lid";
    private const string Pair = "\"phone\":\"5511999999999\",\"lid\":\"112233445566778@lid\"";

    [Fact]
    [Statement("device-profile B TM-2", "A JID that is seen for the first time gets a record of its own.")]
    [Statement("device-profile B TM-3", "A thousand lookups that show a LID with its phone number leave two records.")]
    public async Task Observations_never_merge()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Lid).Profile = (_, _) => new ContactProfile { Phone = Jid.Parse(Phone), Lid = Jid.Parse(Lid) };
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await tenant.Client.GetAsync($"/contacts/profile?jid={Lid}")).Status);
        }

        var phone = await PersonAsync(tenant, Phone);
        var lid = await PersonAsync(tenant, Lid);
        Assert.NotEqual(phone.Id, lid.Id);
        Assert.Equal([Phone], phone.Aliases);
        Assert.Equal([Lid], lid.Aliases);
    }

    [Fact]
    [Statement("device-profile B TM-4", "A token that is returned links the two addresses, and the link says what proved it, who recorded it and when.")]
    public async Task A_token_reply_links()
    {
        var (tenant, _) = await NewDeviceAsync();
        var (id, token) = await OpenAsync(tenant);
        (await ConfirmAsync(tenant, id, $" {token.ToLowerInvariant()} ")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"link":{"id":"<any>","phone_jid":"{{{Phone}}}","lid_jid":"{{{Lid}}}","signal":"token_reply",
             "evidence":"verification:{{{id}}}","recorded_by":"{{{tenant.User.Id}}}","created_at":"<any>"}}
            """);
        Assert.Equal([Phone, Lid], (await PersonAsync(tenant, Phone)).Aliases);
        Assert.Equal([Lid, Phone], (await PersonAsync(tenant, Lid)).Aliases);
    }

    [Theory]
    [Statement("device-profile B TM-6", "A token has 8 characters or 128 bits, 5 tries and 15 minutes, and is stored nowhere in clear.")]
    [InlineData("code", 8)]
    [InlineData("token", 32)]
    public async Task A_token_has_one_of_two_forms(string form, int length)
    {
        var (tenant, device) = await NewDeviceAsync();
        var answer = await tenant.Client.PostAsync("/identity/verifications", "{" + Pair + ",\"form\":\"" + form + "\"}");
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,"verification":{"id":"<any>","device_id":"{{{device.Id}}}","phone_jid":"{{{Phone}}}","lid_jid":"{{{Lid}}}",
             "token":"<any>","expires_at":"<any>","tries":5}}
            """);
        var verification = JsonDocument.Parse(answer.Text).RootElement.GetProperty("verification");
        Assert.Equal(length, verification.GetProperty("token").GetString()!.Length);
    }

    [Fact]
    [Statement("device-profile B TM-6", "A wrong token links nothing and counts; after five wrong tries the right one is refused.")]
    public async Task A_wrong_token_counts()
    {
        var (tenant, _) = await NewDeviceAsync();
        var (id, token) = await OpenAsync(tenant);
        for (var left = 4; left >= 0; left--)
        {
            var wrong = (await ConfirmAsync(tenant, id, "WRONGONE")).IsWutsError(HttpStatusCode.BadRequest, "WRONG_TOKEN");
            Assert.Contains($"{left} tries left", wrong.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        (await ConfirmAsync(tenant, id, token)).IsWutsError(HttpStatusCode.Conflict, "VERIFICATION_OVER");
        Assert.Equal([Phone], (await PersonAsync(tenant, Phone)).Aliases);
    }

    [Fact]
    [Statement("device-profile B TM-6", "A token works once.")]
    public async Task A_token_works_once()
    {
        var (tenant, _) = await NewDeviceAsync();
        var (id, token) = await OpenAsync(tenant);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConfirmAsync(tenant, id, token)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        (await ConfirmAsync(tenant, id, token)).IsWutsError(HttpStatusCode.Conflict, "VERIFICATION_OVER");
    }

    [Fact]
    [Statement("device-profile B TM-6", "A token is over after 15 minutes.")]
    public async Task A_token_expires()
    {
        var (tenant, _) = await NewDeviceAsync();
        var (id, token) = await OpenAsync(tenant);
        api.Time.Advance(TimeSpan.FromMinutes(15));
        (await ConfirmAsync(tenant, id, token)).IsWutsError(HttpStatusCode.Conflict, "VERIFICATION_OVER");
    }

    [Fact]
    [Statement("device-profile B TM-6", "A token is bound to its tenant, its device and its pair.")]
    [Statement("device-profile B TM-10", "Records, observations and links never cross tenants.")]
    public async Task A_token_is_bound_to_tenant_and_device()
    {
        var (tenant, _) = await NewDeviceAsync();
        api.Time.Advance(TimeSpan.FromSeconds(1));
        var other = await tenant.AddDeviceAsync("Other");
        var (id, token) = await OpenAsync(tenant);
        var (stranger, _) = await NewDeviceAsync();
        (await ConfirmAsync(stranger, id, token)).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
        (await tenant.Client.PostAsync($"/identity/verifications/{id}/confirm", $$"""{"token":"{{token}}","device_id":"{{other.Id}}"}"""))
            .IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(tenant, id, token)).Status);
        Assert.Equal([Phone], (await PersonAsync(stranger, Phone)).Aliases);
        Assert.NotEqual((await PersonAsync(tenant, Phone)).Id, (await PersonAsync(stranger, Phone)).Id);
    }

    [Fact]
    [Statement("device-profile B TM-7", "An address that is linked elsewhere is a conflict that shows the candidates and changes nothing.")]
    public async Task A_conflict_shows_the_candidates()
    {
        var (tenant, _) = await NewDeviceAsync();
        await tenant.Client.PostAsync("/identity/links", "{\"phone\":\"5511888888888\",\"lid\":\"112233445566778@lid\",\"evidence\":\"seen\"}");
        var (id, token) = await OpenAsync(tenant);
        var conflict = await ConfirmAsync(tenant, id, token);
        Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
        var body = JsonDocument.Parse(conflict.Text).RootElement;
        Assert.Equal(
            ["success", "error", "error_code", "timestamp", "candidates"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("CONFLICT", body.GetProperty("error_code").GetString());
        var candidate = Assert.Single(body.GetProperty("candidates").EnumerateArray());
        Assert.Equal("5511888888888@s.whatsapp.net", candidate.GetProperty("phone_jid").GetString());
        Assert.Equal([Phone], (await PersonAsync(tenant, Phone)).Aliases);
    }

    [Fact]
    [Statement("device-profile B TM-5", "An operator, a named manager or admin, may decide; a user may not.")]
    [Statement("device-profile B TM-7", "An operator who says so replaces the present link, which is ended and kept.")]
    public async Task An_operator_decides()
    {
        var (tenant, _) = await NewDeviceAsync();
        var user = await tenant.AddUserAsync(Role.User);
        var manager = await tenant.AddUserAsync(Role.Manager);
        await manager.Client.PostAsync("/identity/links", "{\"phone\":\"5511888888888\",\"lid\":\"112233445566778@lid\",\"evidence\":\"old\"}");
        var wanted = "{" + Pair + ",\"evidence\":\"passport seen\"}";
        (await user.Client.PostAsync("/identity/links", wanted)).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await manager.Client.PostAsync("/identity/links", "{" + Pair + "}")).IsInvalid("evidence");
        Assert.Equal(HttpStatusCode.Conflict, (await manager.Client.PostAsync("/identity/links", wanted)).Status);
        var replaced = await manager.Client.PostAsync("/identity/links", "{" + Pair + ",\"evidence\":\"passport seen\",\"replace\":true}");
        Assert.Contains("\"signal\":\"operator\",\"evidence\":\"passport seen\"", replaced.Text, StringComparison.Ordinal);
        Assert.Equal([Lid, Phone], (await PersonAsync(tenant, Lid)).Aliases);
        Assert.Equal(["5511888888888@s.whatsapp.net"], (await PersonAsync(tenant, "5511888888888@s.whatsapp.net")).Aliases);
        Assert.Equal(2, (await PersonAsync(tenant, Lid)).Links);
    }

    [Fact]
    [Statement("device-profile B TM-8", "Undoing a link restores the state before it; the link is kept with its end.")]
    public async Task Undoing_restores_what_was_before()
    {
        var (tenant, _) = await NewDeviceAsync();
        var before = await PersonAsync(tenant, Phone);
        var (id, token) = await OpenAsync(tenant);
        var link = JsonDocument.Parse((await ConfirmAsync(tenant, id, token)).Text).RootElement.GetProperty("link").GetProperty("id").GetString();
        var user = await tenant.AddUserAsync(Role.User);
        (await user.Client.DeleteAsync($"/identity/links/{link}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        var undone = await tenant.Client.DeleteAsync($"/identity/links/{link}");
        Assert.Contains("\"ended_at\":", undone.Text, StringComparison.Ordinal);
        var after = await PersonAsync(tenant, Phone);
        Assert.Equal((before.Id, 1), (after.Id, after.Links));
        Assert.Equal(before.Aliases, after.Aliases);
        (await tenant.Client.DeleteAsync($"/identity/links/{Guid.NewGuid()}")).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
        (await tenant.Client.DeleteAsync("/identity/links/x")).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    [Statement("device-profile B TM-9", "What a device observed is shown as a candidate beside the person, and links nothing.")]
    public async Task Observed_pairs_are_candidates()
    {
        var (tenant, device) = await NewDeviceAsync();
        var at = new DateTimeOffset(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
        Assert.True(AddressPair.TryCreate(Jid.Parse(Phone), Jid.Parse(Lid), out var pair));
        device.Actor.Resolve = request => request is { LookUp: false, Explain: true }
            ? new Resolution[]
            {
                new(Jid.Parse(Lid), Jid.Parse(Phone), Jid.Parse(Lid)) { History = [new PairHistory(pair, ObservationSource.Group, at, at, null)] },
            }
            : throw new InvalidOperationException();
        (await tenant.Client.GetAsync($"/identity/people?jid={Lid}&device_id={device.Id}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"person":{"id":"<any>","jid":"{{{Lid}}}","created_at":"<any>","aliases":["{{{Lid}}}"],"links":[],
             "observed":[{"phone_jid":"{{{Phone}}}","lid_jid":"{{{Lid}}}","source":"group","confidence":"medium",
              "first_seen":"2026-06-01T09:00:00Z","last_seen":"2026-06-01T09:00:00Z"}]}}
            """);
    }

    [Fact]
    [Statement("device-profile B", "The profile is the same before and after a merge.")]
    public async Task The_profile_does_not_change_with_a_link()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Lid).Profile = (_, _) => new ContactProfile { Lid = Jid.Parse(Lid), About = Seen.Shown("Hi") };
        var before = await tenant.Client.GetAsync($"/contacts/profile?jid={Lid}");
        var (id, token) = await OpenAsync(tenant);
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(tenant, id, token)).Status);
        Assert.Equal(before.Text, (await tenant.Client.GetAsync($"/contacts/profile?jid={Lid}")).Text);
    }

    [Fact]
    public async Task The_pair_must_be_a_phone_number_and_a_lid()
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.PostAsync("/identity/verifications", """{"phone":"112233445566778@lid","lid":"5511999999999"}"""))
            .IsInvalid("phone", "lid");
        (await tenant.Client.PostAsync("/identity/verifications", "{" + Pair + ",\"form\":\"poem\"}")).IsInvalid("form");
        (await tenant.Client.PostAsync("/identity/verifications/x/confirm", """{"token":"ABCDEFGH"}"""))
            .IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    private static async Task<(string Id, string Token)> OpenAsync(TestUser tenant)
    {
        var answer = await tenant.Client.PostAsync("/identity/verifications", "{" + Pair + "}");
        var verification = JsonDocument.Parse(answer.Text).RootElement.GetProperty("verification");
        return (verification.GetProperty("id").GetString()!, verification.GetProperty("token").GetString()!);
    }

    private static Task<ApiAnswer> ConfirmAsync(TestUser tenant, string id, string token) =>
        tenant.Client.PostAsync($"/identity/verifications/{id}/confirm", JsonSerializer.Serialize(new { token }));

    private static async Task<(string Id, List<string?> Aliases, int Links)> PersonAsync(TestUser tenant, string jid)
    {
        var answer = await tenant.Client.GetAsync($"/identity/people?jid={jid}");
        var person = JsonDocument.Parse(answer.Text).RootElement.GetProperty("person");
        return (
            person.GetProperty("id").GetString()!,
            [.. person.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString())],
            person.GetProperty("links").GetArrayLength());
    }

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
