using System.Net;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>Addresses of pictures. Contract wawp 1.5, A1, B8.</summary>
public abstract class WawpPictureContract(GatewayUnderTest gateway) : ContractTests<WawpInstance>(gateway)
{
    [Theory]
    [Statement("wawp A1", "The document's example: id and url, both texts; the id is what was asked for, normalised.")]
    [InlineData("5511999999999@c.us", "5511999999999@c.us")]
    [InlineData("5511999999999%40c.us", "5511999999999@c.us")]
    [InlineData("5511999999999", "5511999999999@c.us")]
    [InlineData("%2B5511999999999", "5511999999999@c.us")]
    [InlineData("5511999999999@s.whatsapp.net", "5511999999999@c.us")]
    [InlineData("5511999999999@C.US", "5511999999999@c.us")]
    [InlineData("5511999999999:3@c.us", "5511999999999@c.us")]
    public async Task Picture_is_that_of_the_document(string written, string id)
    {
        var answer = await Scene.GetAsync($"contacts/profile-picture?contactId={written}");
        answer.Is(HttpStatusCode.OK, $$"""{"id":"{{id}}","url":"<any>"}""");
        Assert.StartsWith("http", Caller.Json(answer).Text("url"), StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wawp A1", "Hidden and no picture are 200 with an empty url; in B8 the url is null.")]
    [InlineData("5511777777777")]
    [InlineData("5511888888888")]
    public async Task Picture_that_cannot_be_seen_is_empty(string phone)
    {
        (await Scene.GetAsync($"contacts/profile-picture?contactId={phone}")).Is(HttpStatusCode.OK, $$"""{"id":"{{phone}}@c.us","url":""}""");
        (await Scene.GetAsync($"chats/picture?chatId={phone}")).Is(HttpStatusCode.OK, $$"""{"id":"{{phone}}@c.us","url":null}""");
        (await Scene.GetAsync($"chats/{phone}@c.us/picture")).Is(HttpStatusCode.OK, $$"""{"id":"{{phone}}@c.us","url":null}""");
    }

    [Theory]
    [Statement("wawp B8", "The chat's picture is the same address, out of the same entry; the path form is an alias.")]
    [InlineData("chats/picture?chatId=5511999999999@c.us")]
    [InlineData("chats/5511999999999@c.us/picture")]
    [InlineData("chats/5511999999999%40c.us/picture?refresh=0")]
    public async Task Picture_of_a_chat_is_the_same(string path)
    {
        var url = Caller.Json(await Scene.GetAsync("contacts/profile-picture?contactId=5511999999999")).Text("url");
        (await Scene.GetAsync(path)).Is(HttpStatusCode.OK, $$"""{"id":"5511999999999@c.us","url":"{{url}}"}""");
    }

    [Fact]
    [Statement("wawp 1.3", "A LID stays a LID.")]
    public async Task LID_stays_a_LID() => (await Scene.GetAsync("contacts/profile-picture?contactId=150199452311775@lid"))
        .Is(HttpStatusCode.OK, """{"id":"150199452311775@lid","url":"<any>"}""");

    [Theory]
    [Statement("wawp A1", "404 not_found only when the number is not on WhatsApp or the group does not exist.")]
    [InlineData("contacts/profile-picture?contactId=4915177777777")]
    [InlineData("chats/picture?chatId=4915177777777@c.us")]
    [InlineData("contacts/profile-picture?contactId=120363999999999999@g.us")]
    public async Task Nobody_is_not_found(string path) => (await Scene.GetAsync(path)).IsWawpError(HttpStatusCode.NotFound, "not_found");

    [Theory]
    [Statement("wawp 1.3", "Any other form is 400 invalid_parameter.")]
    [InlineData("1234")]
    [InlineData("0551199999999")]
    [InlineData("5511999999999@example.com")]
    [InlineData("5511999999999@newsletter")]
    [InlineData("%2B%2B5511999999999")]
    [InlineData("a%40c.us")]
    [InlineData("%D9%A0%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6")]
    public async Task Identifier_of_another_form_is_refused(string written) =>
        (await Scene.GetAsync($"contacts/profile-picture?contactId={written}")).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");

    [Theory]
    [Statement("wawp 1.4", "refresh is true, false, 1 or 0 in any case; anything else is 400.")]
    [InlineData("True", HttpStatusCode.OK)]
    [InlineData("FALSE", HttpStatusCode.OK)]
    [InlineData("1", HttpStatusCode.OK)]
    [InlineData("0", HttpStatusCode.OK)]
    [InlineData("yes", HttpStatusCode.BadRequest)]
    [InlineData("2", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    public async Task Refresh_is_a_boolean(string refresh, HttpStatusCode status) =>
        Assert.Equal(status, (await Scene.GetAsync($"contacts/profile-picture?contactId=5511999999999&refresh={refresh}")).Status);

    [Fact]
    [Statement("wawp 1.5", "A picture that changes drops its entry: nobody has to refresh.")]
    public async Task Changed_picture_is_seen_at_once()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec { HasPicture = true });
        var instance = await Gateway.LinkInstanceAsync(prepare: account => Gateway.WhatsApp.ContactsOf(account).Save(person, "Ann"));
        var before = Caller.Json(await instance.GetAsync($"contacts/profile-picture?contactId={person.Phone}")).Text("url");
        person.SetPicture();
        await Eventually.IsAsync(
            async () => Caller.Json(await instance.GetAsync($"contacts/profile-picture?contactId={person.Phone}")).Text("url"), url => url != before);
        person.RemovePicture();
        await Eventually.IsAsync(
            async () => Caller.Json(await instance.GetAsync($"contacts/profile-picture?contactId={person.Phone}")).Text("url"), url => url == "");
    }

    [Fact]
    [Statement("wawp A1", "A cached entry is served even when the instance is not WORKING; with refresh it must be.")]
    [Statement("wawp 1.5", "What one instance may see is never served to another.")]
    public async Task Cached_picture_outlives_the_session_and_belongs_to_one_instance()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec { HasPicture = true });
        person.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Contacts);
        var one = await Gateway.LinkInstanceAsync(prepare: account => person.AddContact(Gateway.WhatsApp.People.Of(account)));
        var other = await Gateway.LinkInstanceAsync();
        var path = $"contacts/profile-picture?contactId={person.Phone}";
        var url = Caller.Json(await one.GetAsync(path)).Text("url");
        Assert.NotEqual("", url);
        Assert.Equal("", Caller.Json(await other.GetAsync(path)).Text("url"));

        Caller.Json(await one.PostAsync("session/stop"));
        Assert.Equal(url, Caller.Json(await one.GetAsync(path)).Text("url"));
        (await one.GetAsync($"{path}&refresh=true")).IsWawpError(HttpStatusCode.NotFound, "invalid_session");
    }

    protected override async Task<WawpInstance> MakeSceneAsync() => await Gateway.LinkInstanceAsync();
}
