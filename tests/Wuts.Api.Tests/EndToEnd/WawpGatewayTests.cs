using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Wawp;
using Wuts.Simulator;

namespace Wuts.Api.Tests.EndToEnd;

public class WawpGatewayTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    [Statement("wawp B10", "An instance is created, started, scanned, and then WORKING with its account.")]
    public async Task Instance_is_linked_and_working()
    {
        var instance = await gateway.LinkAsync();

        var info = JsonDocument.Parse((await instance.PostAsync("session/info")).Text).RootElement;

        Assert.Equal("WORKING", info.GetProperty("status").GetString());
        Assert.Equal($"{instance.Account.Phone}@c.us", info.GetProperty("me").GetProperty("id").GetString());
    }

    [Fact]
    [Statement("wawp 1.2", "403 limit_reached: the quota is a setting of the host.")]
    public async Task Quota_of_the_settings_holds()
    {
        var instance = await gateway.LinkAsync();

        Assert.Equal(HttpStatusCode.OK, (await instance.Client.PostAsync("/v2/session/create")).Status);
        (await instance.Client.PostAsync("/v2/session/create")).IsWawpError(HttpStatusCode.Forbidden, "limit_reached");
    }

    [Fact]
    [Statement("wawp B10", "logout unlinks, and the instance shows a code that links another account.")]
    public async Task Instance_is_linked_anew_after_logout()
    {
        var instance = await gateway.LinkAsync();
        var first = instance.Account.Phone;

        (await instance.PostAsync("session/logout")).Is(HttpStatusCode.OK, """{"success":true,"status":"SCAN_QR_CODE"}""");
        await instance.ScanAsync();

        var me = JsonDocument.Parse((await instance.GetAsync("session/me")).Text).RootElement.GetProperty("id").GetString();
        Assert.NotEqual($"{first}@c.us", me);
        Assert.Equal($"{instance.Account.Phone}@c.us", me);
    }

    [Fact]
    [Statement("wawp A1", "Picture, hidden picture, no picture and nobody are told apart as the contract says.")]
    [Statement("wawp 1.5", "A cached entry outlives the session; a refresh does not.")]
    public async Task Pictures_are_served_and_cached()
    {
        var instance = await gateway.LinkAsync();
        var shown = gateway.Server.People.Add(new PersonSpec { HasPicture = true });
        var hidden = gateway.Server.People.Add(new PersonSpec { HasPicture = true });
        hidden.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        var none = gateway.Server.People.Add();

        var url = Url(await instance.GetAsync($"contacts/profile-picture?contactId={shown.Phone}"));
        Assert.StartsWith("http", url, StringComparison.Ordinal);
        Assert.Equal("", Url(await instance.GetAsync($"contacts/profile-picture?contactId={hidden.Phone}@c.us")));
        Assert.Equal("", Url(await instance.GetAsync($"contacts/profile-picture?contactId={none.Phone}@c.us")));
        Assert.Null(Url(await instance.GetAsync($"chats/picture?chatId={none.Phone}@c.us")));
        (await instance.GetAsync("contacts/profile-picture?contactId=4915199999999")).IsWawpError(HttpStatusCode.NotFound, "not_found");

        await instance.PostAsync("session/stop");
        Assert.Equal(url, Url(await instance.GetAsync($"chats/picture?chatId={shown.Phone}")));
        (await instance.GetAsync($"chats/picture?chatId={shown.Phone}&refresh=true"))
            .IsWawpError(HttpStatusCode.NotFound, "invalid_session");
    }

    [Fact]
    [Statement("wawp B3", "Registered and not registered, live and then from the cache when the session is stopped.")]
    [Statement("wawp B7.3", "Phone to LID and back.")]
    public async Task Numbers_are_checked_and_their_lids_found()
    {
        var instance = await gateway.LinkAsync();
        var person = gateway.Server.People.Add();
        var yes = $$"""{"numberExists":true,"chatId":"{{person.Phone}}@c.us"}""";

        (await instance.GetAsync($"contacts/check-exists?phone=+{person.Phone}")).Is(HttpStatusCode.OK, yes);
        (await instance.GetAsync("contacts/check-exists?phone=4915188888888")).Is(HttpStatusCode.OK, """{"numberExists":false}""");
        var pair = $$"""{"lid":"{{person.Lid}}","pn":"{{person.Phone}}@c.us","number":"{{person.Phone}}"}""";
        (await instance.GetAsync($"lids/pn/{person.Phone}")).Is(HttpStatusCode.OK, pair);
        (await instance.GetAsync($"lids/{person.Lid.User}")).Is(HttpStatusCode.OK, pair);
        Assert.Contains(person.Lid.ToString(), (await instance.GetAsync("lids")).Text, StringComparison.Ordinal);

        await instance.PostAsync("session/stop");
        (await instance.GetAsync($"contacts/check-exists?phone={person.Phone}")).Is(HttpStatusCode.OK, yes);
        (await instance.GetAsync("contacts/check-exists?phone=4915188888888")).Is(HttpStatusCode.OK, """{"numberExists":false}""");
    }

    [Fact]
    [Statement("wawp B5", "name is firstName and lastName, shortName is firstName, at once; also while stopped.")]
    [Statement("wawp B6", "isBlocked of B1 follows at once.")]
    [Statement("wawp B4", "The about text.")]
    public async Task Contact_is_named_blocked_and_read()
    {
        var instance = await gateway.LinkAsync();
        var person = gateway.Server.People.Add(new PersonSpec { About = "At work" });

        (await instance.GetAsync($"contacts/about?contactId={person.Phone}")).Is(HttpStatusCode.OK, """{"about":"At work"}""");
        Assert.Equal(HttpStatusCode.OK, (await instance.PostAsync($"contacts/block?contactId={person.Phone}")).Status);
        await instance.PostAsync("session/stop");
        var saved = await instance.PutAsync($"contacts/{person.Phone}@c.us", """{"firstName":"John","lastName":"Doe"}""");
        Assert.Equal(HttpStatusCode.OK, saved.Status);

        var contact = JsonDocument.Parse((await instance.GetAsync($"contacts/{person.Phone}")).Text).RootElement;
        Assert.Equal("John Doe", contact.GetProperty("name").GetString());
        Assert.Equal("John", contact.GetProperty("shortName").GetString());
        Assert.True(contact.GetProperty("isBlocked").GetBoolean());
        Assert.True(contact.GetProperty("isMyContact").GetBoolean());
        Assert.Contains(person.Phone, (await instance.GetAsync("contacts/all")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wawp B9", "Groups, their members, their invite, and a group that the account is not in.")]
    public async Task Groups_are_read()
    {
        var other = gateway.Server.People.Add();
        Group mine = null!;
        var instance = await gateway.LinkAsync(account => mine = gateway.Server.Groups.Create(
            new GroupSpec { Creator = gateway.Server.People.Of(account), Members = [other], Subject = "Mine" }));
        var foreign = gateway.Server.Groups.Create(new GroupSpec { Creator = other, Subject = "Theirs" });

        (await instance.PostAsync("groups/refresh")).Is(HttpStatusCode.OK, """{"success":true}""");
        (await instance.GetAsync("groups/count")).Is(HttpStatusCode.OK, """{"count":1}""");
        var group = JsonDocument.Parse((await instance.GetAsync($"groups/{mine.Jid}")).Text).RootElement;
        Assert.Equal("Mine", group.GetProperty("subject").GetString());
        Assert.EndsWith(mine.InviteCode, group.GetProperty("invite").GetString(), StringComparison.Ordinal);
        var roles = JsonDocument.Parse((await instance.GetAsync($"groups/{mine.Jid}/participants")).Text).RootElement.EnumerateArray();
        Assert.Equal(["participant", "superadmin"], roles.Select(r => r.GetProperty("role").GetString()).Order());
        (await instance.GetAsync($"groups/{foreign.Jid}")).IsWawpError(HttpStatusCode.NotFound, "not_found");
        (await instance.GetAsync($"groups/join-info?code={foreign.InviteCode}"))
            .Is(HttpStatusCode.OK, $$"""{"id":"{{foreign.Jid}}","subject":"Theirs","description":"","size":1}""");
        (await instance.GetAsync("groups/join-info?code=AAAAAAAAAAAAAAAAAAAAAA")).IsWawpError(HttpStatusCode.NotFound, "not_found");
    }

    private static string? Url(ApiAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return JsonDocument.Parse(answer.Text).RootElement.GetProperty("url").GetString();
    }
}
