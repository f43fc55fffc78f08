using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.Wawp;

public class ContactTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Phone = "11231231231@s.whatsapp.net";
    private const string Done = """{"success":true,"message":"Operation completed successfully"}""";

    [Theory]
    [InlineData("contacts?contactId=11231231231@c.us")]
    [InlineData("contacts/11231231231@c.us")]
    [InlineData("contacts/11231231231%40c.us")]
    [InlineData("contacts/11231231231")]
    [Statement("wawp B1", "WAHA's object plus isBusiness and isEnterprise, id a string; /v2/contacts/{chatId} is an alias.")]
    public async Task Contact_is_answered_as_the_document_shows(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Stored(scene, new ContactView(Jid.Parse(Phone))
        {
            FullName = "Contact Name",
            PushName = "Pushname",
            FirstName = "Shortname",
            IsMe = true,
            IsSaved = true,
            IsKnown = true,
        });

        (await scene.GetAsync(path)).Is(HttpStatusCode.OK, """
            {"id":"11231231231@c.us","number":"11231231231","name":"Contact Name","pushname":"Pushname","shortName":"Shortname","isMe":true,
            "isGroup":false,"isWAContact":true,"isMyContact":true,"isBlocked":false,"isBusiness":false,"isEnterprise":false}
            """);
    }

    [Fact]
    [Statement(
        "wawp B1", "Always answers, out of stored state, with isWAContact false for an unknown number; names are null when unknown.")]
    [Statement("wawp 1.4", "An unknown name is null.")]
    public async Task Unknown_number_is_answered_without_asking_whatsapp()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        Stored(scene, new ContactView(Jid.Parse(Phone)));

        (await scene.GetAsync("contacts?contactId=11231231231")).Is(HttpStatusCode.OK, """
            {"id":"11231231231@c.us","number":"11231231231","name":null,"pushname":null,"shortName":null,"isMe":false,
            "isGroup":false,"isWAContact":false,"isMyContact":false,"isBlocked":false,"isBusiness":false,"isEnterprise":false}
            """);
        Assert.Equal(["find"], scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData(null, "null")]
    [InlineData(Phone, "\"11231231231\"")]
    [Statement("wawp B1", "For a LID number is null while its phone is unknown; the id stays the LID.")]
    public async Task Lid_has_a_number_when_it_is_known(string? phone, string number)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Stored(scene, new ContactView(Jid.Parse(Phone))
        {
            Phone = phone is null ? null : Jid.Parse(phone),
            Lid = Jid.Parse("123123123@lid"),
            PushName = "P",
            IsBusiness = true,
            IsEnterprise = true,
            IsBlocked = true,
            IsKnown = true,
        });

        (await scene.GetAsync("contacts?contactId=123123123@lid")).Is(HttpStatusCode.OK, $$"""
            {"id":"123123123@lid","number":{{number}},"name":null,"pushname":"P","shortName":null,"isMe":false,
            "isGroup":false,"isWAContact":true,"isMyContact":false,"isBlocked":true,"isBusiness":true,"isEnterprise":true}
            """);
    }

    [Theory]
    [InlineData(true, "\"Family\"", "true")]
    [InlineData(false, "null", "false")]
    [Statement("wawp B1", "For a group isGroup is true and number null.")]
    public async Task Group_is_a_contact_without_a_number(bool isMember, string name, string exists)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Groups = _ => new GroupList(
            [new GroupView(new GroupInfo { Jid =
                Jid.Parse("123456789@g.us"), Subject = "Family" }, isMember, IsAdmin: false, fixture.Time.GetUtcNow())], null);

        (await scene.GetAsync("contacts?contactId=123456789@g.us")).Is(HttpStatusCode.OK, $$"""
            {"id":"123456789@g.us","number":null,"name":{{name}},"pushname":null,"shortName":null,"isMe":false,
            "isGroup":true,"isWAContact":{{exists}},"isMyContact":false,"isBlocked":false,"isBusiness":false,"isEnterprise":false}
            """);
    }

    [Theory]
    [InlineData(Visibility.Shown, "\"Hi, I use WhatsApp!\"")]
    [InlineData(Visibility.NotSet, "\"\"")]
    [InlineData(Visibility.Hidden, "null")]
    [InlineData(Visibility.Unknown, "null")]
    [Statement("wawp B4", "about: the text, null when hidden, empty when really empty.")]
    public async Task About_text_is_told_apart_from_a_hidden_one(Visibility visibility, string expected)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(Phone).Profile = (_, _) => new ContactProfile
        {
            About = new Seen<string>(visibility, visibility == Visibility.Shown ? "Hi, I use WhatsApp!" : null),
        };

        (await scene.GetAsync("contacts/about?contactId=11231231231")).Is(HttpStatusCode.OK, $$"""{"about":{{expected}}}""");
    }

    [Fact]
    [Statement("wawp B4", "No cache but a burst guard of 60 s.")]
    public async Task About_text_that_could_not_be_renewed_is_not_shown()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(Phone).Profile = (_, _) => new ContactProfile
        {
            About = Seen.Shown("Old"),
            Unrenewed = new Failure.RateLimited(TimeSpan.FromSeconds(7), IsOwnLimit: false),
        };

        var answer = await scene.GetAsync("contacts/about?contactId=11231231231");

        answer.IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal("7", answer.Header("Retry-After"));
    }

    [Fact]
    [Statement("wawp B4", "No cache but a burst guard of 60 s; not on WhatsApp: 404 not_found.")]
    public async Task About_text_may_be_a_minute_old_and_that_of_nobody_is_not_found()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var ages = new List<TimeSpan>();
        scene.Device.Contact(Phone).Profile = (age, _) =>
        {
            ages.Add(age);
            return new Failure.NotFound(MissingThing.Contact);
        };

        (await scene.GetAsync("contacts/about?contactId=11231231231")).IsWawpError(HttpStatusCode.NotFound, "not_found");
        Assert.Equal([TimeSpan.FromSeconds(60)], ages);
    }

    [Theory]
    [InlineData("contacts/123456789@c.us", """{"firstName":"John","lastName":"Doe"}""", "123456789@s.whatsapp.net", "Doe")]
    [InlineData("contacts/123456789@c.us?firstName=John&lastName=Doe", null, "123456789@s.whatsapp.net", "Doe")]
    [InlineData("contacts/123456789", """{"firstName":" John "}""", "123456789@s.whatsapp.net", null)]
    [InlineData("contacts/123456789%40lid?firstName=John", """{"firstName":"John","lastName":""}""", "123456789@lid", null)]
    [Statement(
        "wawp B5", "PUT takes the names from the body or the query; a chatId is a number, @c.us or @lid; an omitted lastName clears it.")]
    public async Task Contact_is_saved_under_its_name(string path, string? body, string jid, string? lastName)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        (Jid, string, string?) saved = default;
        scene.Device.Actor.SaveContact = (person, first, last) =>
        {
            saved = (person, first, last);
            return Core.Done.Instance;
        };

        (await scene.PutAsync(path, body)).Is(HttpStatusCode.OK, Done);

        Assert.Equal((Jid.Parse(jid), "John", lastName), saved);
    }

    [Theory]
    [InlineData("contacts/123456789@g.us", "invalid_parameter")]
    [InlineData("contacts/123456789?firstName=", "missing_parameter")]
    [InlineData("contacts/123456789?firstName=Jim", "invalid_parameter")]
    [Statement("wawp B5", "A group is 400, an empty firstName is 400, and two different names are 400.")]
    public async Task Group_and_bad_names_are_not_saved(string path, string code)
    {
        var scene = await WawpScene.NewAsync(fixture);
        var body = path.EndsWith('=') ? null : """{"firstName":"John"}""";

        (await scene.PutAsync(path, body)).IsWawpError(HttpStatusCode.BadRequest, code);
        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("block", true)]
    [InlineData("unblock", false)]
    [Statement("wawp B6", "block and unblock: contactId from body or query; idempotent.")]
    public async Task Contact_is_blocked_and_unblocked(string action, bool block)
    {
        var scene = await WawpScene.NewAsync(fixture);
        var orders = new List<(Jid, bool)>();
        scene.Device.Actor.Block = (person, on) =>
        {
            orders.Add((person, on));
            return new BlockResult(person, null, Changed: orders.Count == 1, new BlocklistView([], ""));
        };

        (await scene.PostAsync($"contacts/{action}", """{"contactId":"11231231231"}""")).Is(HttpStatusCode.OK, Done);
        (await scene.PostAsync($"contacts/{action}?contactId=11231231231@c.us")).Is(HttpStatusCode.OK, Done);

        Assert.Equal([(Jid.Parse(Phone), block), (Jid.Parse(Phone), block)], orders);
    }

    [Fact]
    [Statement("wawp B6", "A group is 400.")]
    public async Task Group_cannot_be_blocked()
    {
        var scene = await WawpScene.NewAsync(fixture);

        (await scene.PostAsync("contacts/block?contactId=123456789@g.us")).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    [Statement("wawp B6", "isBlocked follows at once.")]
    public async Task Blocked_contact_says_so()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var blocked = false;
        scene.Device.Actor.Find = _ => new[] { new ContactView(Jid.Parse(Phone)) { IsBlocked = blocked } };
        scene.Device.Actor.Block = (person, on) =>
        {
            blocked = on;
            return new BlockResult(person, null, Changed: true, new BlocklistView([], ""));
        };

        await scene.PostAsync("contacts/block?contactId=11231231231");

        Assert.Contains("\"isBlocked\":true", (await scene.GetAsync("contacts/11231231231")).Text, StringComparison.Ordinal);
    }

    private static void Stored(WawpScene scene, ContactView view) => scene.Device.Actor.Find = jids =>
    {
        Assert.Single(jids);
        return new[] { view };
    };
}
