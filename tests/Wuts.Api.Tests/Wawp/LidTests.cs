using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Api.Tests.Wawp;

public class LidTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly Jid Phone = Jid.Parse("15551234567@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("999888777@lid");

    [Fact]
    [Statement("wawp B7.1", "The documented list: lid and pn; limit 100 and offset 0 by default; readable when not WORKING.")]
    public async Task Pairs_are_listed_as_the_document_shows()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        (int, int) asked = default;
        scene.Device.Actor.Pairs = (offset, limit) =>
        {
            asked = (offset, limit);
            return new PairPage([Pair("123456789@s.whatsapp.net", "123123123@lid")], 1);
        };

        (await scene.GetAsync("lids")).Is(HttpStatusCode.OK, """[{"lid":"123123123@lid","pn":"123456789@c.us"}]""");
        Assert.Equal((0, 100), asked);
        await scene.GetAsync("lids?limit=1000&offset=2000");
        Assert.Equal((2000, 1000), asked);
    }

    [Fact]
    [Statement("wawp B7.1", "[] when past the end.")]
    public async Task Page_past_the_end_is_empty()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Pairs = (_, _) => new PairPage([], 7);

        (await scene.GetAsync("lids?offset=7")).Is(HttpStatusCode.OK, "[]");
    }

    [Fact]
    [Statement("wawp B7.2", "count: the number of mappings, equal to the length of all pages.")]
    [Statement("wawp B7.4", "The literal path count wins over {lid}.")]
    public async Task Pairs_are_counted()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Pairs = (_, _) => new PairPage([Pair("123456789@s.whatsapp.net", "123123123@lid")], 123);

        (await scene.GetAsync("lids/count")).Is(HttpStatusCode.OK, """{"count":123}""");
        Assert.Equal(["pairs"], scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("lids/pn/15551234567")]
    [InlineData("lids/pn/%2B15551234567")]
    [InlineData("lids/pn/15551234567@c.us")]
    [InlineData("lids/pn/15551234567%40c.us")]
    [Statement("wawp B7.3", "Phone to LID: lid, pn and number; stored mappings first.")]
    public async Task Lid_of_a_number_is_found_in_what_is_stored(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Resolve = request =>
        {
            Assert.False(request.LookUp);
            return new[] { new Resolution(request.Jids[0], Phone, Lid) };
        };

        (await scene.GetAsync(path)).Is(HttpStatusCode.OK, """{"lid":"999888777@lid","pn":"15551234567@c.us","number":"15551234567"}""");
        Assert.Equal(["resolve"], scene.Device.Actor.Calls);
    }

    [Fact]
    [Statement("wawp B7.3", "If none is stored and the instance is WORKING, one live lookup; no LID known: lid null, the rest filled.")]
    public async Task Unknown_lid_is_looked_up_once()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Resolve = request => new[] { new Resolution(request.Jids[0], Phone, null) };

        (await scene.GetAsync("lids/pn/15551234567"))
            .Is(HttpStatusCode.OK, """{"lid":null,"pn":"15551234567@c.us","number":"15551234567"}""");

        Assert.Equal(["resolve", "status", "resolve"], scene.Device.Actor.Calls);
    }

    [Fact]
    [Statement("wawp B7.3", "Not WORKING: the stored answer only.")]
    public async Task Unknown_lid_is_not_looked_up_while_the_session_is_not_working()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        scene.Device.Actor.Resolve = request =>
        {
            Assert.False(request.LookUp);
            return new[] { new Resolution(request.Jids[0], Phone, null) };
        };

        (await scene.GetAsync("lids/pn/15551234567"))
            .Is(HttpStatusCode.OK, """{"lid":null,"pn":"15551234567@c.us","number":"15551234567"}""");
    }

    [Fact]
    [Statement("wawp B7.3", "The live lookup is under the limit of B3.")]
    public async Task Lookups_of_lids_and_of_numbers_share_one_limit()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Resolve = request => new[] { new Resolution(request.Jids[0], request.Jids[0], null) };
        scene.Device.Actor.Check = (phones, _) =>
            new[] { new Core.Contacts.Registration(phones[0], false, null, null, fixture.Time.GetUtcNow()) };
        await scene.GetAsync("contacts/check-exists?phone=15551234567");
        var armed = fixture.Time.WhenTimersArmedAsync(fixture.Time.ArmedTimers + 5);
        var waiting = Enumerable.Range(1, 5).Select(i => scene.GetAsync($"lids/pn/1555123456{i}")).ToArray();
        await armed.WaitAsync(TimeSpan.FromSeconds(60));

        (await scene.GetAsync("lids/pn/15551234569")).IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");

        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    [Theory]
    [InlineData("lids/123123123@lid")]
    [InlineData("lids/123123123%40lid")]
    [InlineData("lids/123123123")]
    [Statement("wawp B7.4", "LID to phone: the suffix may be encoded or left out; nothing is asked for.")]
    public async Task Number_of_a_lid_is_found(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        scene.Device.Actor.Resolve = request =>
        {
            Assert.Equal([Jid.Parse("123123123@lid")], request.Jids);
            Assert.False(request.LookUp);
            return new[] { new Resolution(request.Jids[0], Jid.Parse("123456789@s.whatsapp.net"), request.Jids[0]) };
        };

        (await scene.GetAsync(path)).Is(HttpStatusCode.OK, """{"lid":"123123123@lid","pn":"123456789@c.us","number":"123456789"}""");
    }

    [Fact]
    [Statement("wawp B7.4", "Unknown: 200 with pn null and number null.")]
    public async Task Lid_without_a_known_number_has_null()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Resolve = request => new[] { new Resolution(request.Jids[0], null, request.Jids[0]) };

        (await scene.GetAsync("lids/lid_example@lid")).Is(HttpStatusCode.OK, """{"lid":"lid_example@lid","pn":null,"number":null}""");
    }

    private static AddressPair Pair(string phone, string lid) =>
        AddressPair.TryCreate(Jid.Parse(phone), Jid.Parse(lid), out var pair) ? pair : throw new ArgumentException("No pair.", nameof(lid));
}
