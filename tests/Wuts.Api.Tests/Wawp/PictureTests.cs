using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.Wawp;

public class PictureTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Phone = "123456789@s.whatsapp.net";
    private const string Group = "120363406798553856@g.us";

    [Theory]
    [InlineData("123456789@c.us", Phone, "123456789@c.us")]
    [InlineData("123456789%40c.us", Phone, "123456789@c.us")]
    [InlineData("123456789", Phone, "123456789@c.us")]
    [InlineData("%2B123456789", Phone, "123456789@c.us")]
    [InlineData("123456789@S.WhatsApp.net", Phone, "123456789@c.us")]
    [InlineData("123456789:3@c.us", Phone, "123456789@c.us")]
    [InlineData("123456789012345@lid", "123456789012345@lid", "123456789012345@lid")]
    [InlineData("120363406798553856@g.us", Group, "120363406798553856@g.us")]
    [Statement("wawp A1", "The documented answer: id and url, both strings.")]
    [Statement("wawp 1.3", "id is the normalised form of what was asked; output says @c.us, and a LID stays a LID.")]
    public async Task Picture_is_answered_as_the_document_shows(string written, string jid, string id)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(jid).Picture = (_, _, _) => scene.Picture();

        (await scene.GetAsync($"contacts/profile-picture?contactId={written}"))
            .Is(HttpStatusCode.OK, $$"""{"id":"{{id}}","url":"{{WawpScene.PictureUrl}}"}""");
    }

    [Theory]
    [InlineData(Visibility.Hidden)]
    [InlineData(Visibility.NotSet)]
    [Statement("wawp A1", "Hidden, none and own: 200 with an empty url.")]
    public async Task Picture_that_is_not_to_be_seen_is_an_empty_url(Visibility visibility)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(Phone).Picture = (_, _, _) => scene.Absent(visibility);
        scene.Device.Contact(Phone).Profile = (_, _) => new ContactProfile();

        (await scene.GetAsync("contacts/profile-picture?contactId=123456789"))
            .Is(HttpStatusCode.OK, """{"id":"123456789@c.us","url":""}""");
    }

    [Theory]
    [InlineData("chats/picture?chatId=123456789@c.us", "123456789@c.us")]
    [InlineData("chats/123456789@c.us/picture", "123456789@c.us")]
    [InlineData("chats/123456789%40c.us/picture", "123456789@c.us")]
    [InlineData("chats/picture?chatId=120363406798553856@g.us", Group)]
    [InlineData("groups/120363406798553856@g.us/picture", Group)]
    [Statement("wawp B8", "chats/picture: id and url, null when hidden or none; the v1 path form is an alias.")]
    [Statement("wawp B9", "groups/{id}/picture: url, null when none, plus id.")]
    public async Task Picture_of_a_chat_is_null_when_there_is_none(string path, string id)
    {
        var scene = await WawpScene.NewAsync(fixture);
        var contact = scene.Device.Contact(id == Group ? Group : Phone);
        contact.Profile = (_, _) => new ContactProfile();
        scene.Device.Actor.Group = jid =>
            new GroupView(new GroupInfo { Jid = jid }, IsMember: true, IsAdmin: false, fixture.Time.GetUtcNow());
        contact.Picture = (_, _, _) => scene.Picture();
        (await scene.GetAsync(path)).Is(HttpStatusCode.OK, $$"""{"id":"{{id}}","url":"{{WawpScene.PictureUrl}}"}""");

        contact.Picture = (_, _, _) => scene.Absent(Visibility.NotSet);
        (await scene.GetAsync(path)).Is(HttpStatusCode.OK, $$"""{"id":"{{id}}","url":null}""");
    }

    [Fact]
    [Statement("wawp A1", "404 not_found only when the number is not on WhatsApp or the group does not exist.")]
    public async Task Picture_of_nobody_is_not_found()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(Phone).Picture = (_, _, _) => scene.Absent(Visibility.NotSet);
        scene.Device.Contact(Phone).Profile = (_, _) => new Failure.NotFound(MissingThing.Contact);
        scene.Device.Contact(Group).Picture = (_, _, _) => scene.Absent(Visibility.Hidden);
        scene.Device.Actor.Group = _ => new Failure.NotFound(MissingThing.Group);

        (await scene.GetAsync("contacts/profile-picture?contactId=123456789")).IsWawpError(HttpStatusCode.NotFound, "not_found");
        (await scene.GetAsync($"contacts/profile-picture?contactId={Group}")).IsWawpError(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    [Statement("wawp A1", "That nobody can be asked whether the number exists does not turn an empty url into an error.")]
    public async Task Absent_picture_in_the_cache_is_served_while_nothing_can_be_asked()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        scene.Device.Contact(Phone).Picture = (_, _, _) => scene.Absent(Visibility.Hidden);
        scene.Device.Contact(Phone).Profile = (_, _) => new Failure.NotReady(DeviceState.Disconnected);

        (await scene.GetAsync("contacts/profile-picture?contactId=123456789"))
            .Is(HttpStatusCode.OK, """{"id":"123456789@c.us","url":""}""");
    }

    [Fact]
    [Statement("wawp 1.5", "The url is cached 24 hours, and refresh=true bypasses that.")]
    public async Task Address_may_be_a_day_old_unless_a_refresh_is_asked_for()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var ages = new List<TimeSpan>();
        scene.Device.Contact(Phone).Picture = (size, _, age) =>
        {
            Assert.Equal(PictureSize.Full, size);
            ages.Add(age);
            return scene.Picture(age: TimeSpan.FromHours(23));
        };

        await scene.GetAsync("contacts/profile-picture?contactId=123456789");
        await scene.GetAsync("chats/picture?chatId=123456789&refresh=False");
        await scene.GetAsync("contacts/profile-picture?contactId=123456789&refresh=True");
        await scene.GetAsync("chats/picture?chatId=123456789&refresh=1");

        Assert.Equal([TimeSpan.FromHours(24), TimeSpan.FromHours(24), TimeSpan.Zero, TimeSpan.Zero], ages);
    }

    [Fact]
    [Statement("wawp 1.5", "A hidden or none result is cached 1 h.")]
    public async Task Absence_is_believed_for_an_hour()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(Phone).Profile = (_, _) => new ContactProfile();
        var ages = new List<TimeSpan>();
        var age = TimeSpan.FromMinutes(60);
        scene.Device.Contact(Phone).Picture = (_, _, maxAge) =>
        {
            ages.Add(maxAge);
            return age > maxAge ? scene.Picture() : scene.Absent(Visibility.Hidden, age);
        };

        (await scene.GetAsync("chats/picture?chatId=123456789")).Is(HttpStatusCode.OK, """{"id":"123456789@c.us","url":null}""");
        age = TimeSpan.FromMinutes(61);
        (await scene.GetAsync("chats/picture?chatId=123456789"))
            .Is(HttpStatusCode.OK, $$"""{"id":"123456789@c.us","url":"{{WawpScene.PictureUrl}}"}""");

        Assert.Equal([TimeSpan.FromHours(24), TimeSpan.FromHours(24), TimeSpan.FromHours(1)], ages);
    }

    [Fact]
    [Statement(
        "wawp A1", "Without refresh a cached entry is served even when the instance is not WORKING; with refresh it must be WORKING.")]
    public async Task Cached_picture_is_served_while_the_session_is_not_working()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.LoggedOut);
        scene.Device.Contact(Phone).Picture = (_, _, _) => scene.Picture();

        (await scene.GetAsync("contacts/profile-picture?contactId=123456789"))
            .Is(HttpStatusCode.OK, $$"""{"id":"123456789@c.us","url":"{{WawpScene.PictureUrl}}"}""");
        (await scene.GetAsync("contacts/profile-picture?contactId=123456789&refresh=true"))
            .IsWawpError(HttpStatusCode.NotFound, "invalid_session");
    }

    [Fact]
    [Statement("wawp 1.5", "A failed refresh returns the error.")]
    public async Task Refresh_that_fails_is_an_error()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact(Phone).Picture = (_, _, age) => age == TimeSpan.Zero ? new Failure.TimedOut() : scene.Picture();

        (await scene.GetAsync("contacts/profile-picture?contactId=123456789&refresh=true"))
            .IsWawpError(HttpStatusCode.BadGateway, "wawp_upstream_error");
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("contacts/profile-picture?contactId=123456789")).Status);
    }

    [Fact]
    [Statement("wawp 1.5", "Entries belong to one instance: what account A may see is never served to B.")]
    public async Task Picture_of_one_instance_is_not_served_to_another()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var other = await scene.Owner.AddDeviceAsync("Other");
        scene.Device.Contact(Phone).Picture = (_, _, _) => scene.Picture();
        other.Contact(Phone).Picture = (_, _, _) => scene.Absent(Visibility.Hidden);
        other.Contact(Phone).Profile = (_, _) => new ContactProfile();

        (await fixture.Anonymous().GetAsync(
            $"/v2/contacts/profile-picture?contactId=123456789&instance_id={other.InstanceId}&access_token={scene.Owner.Token}"))
            .Is(HttpStatusCode.OK, """{"id":"123456789@c.us","url":""}""");
    }
}
