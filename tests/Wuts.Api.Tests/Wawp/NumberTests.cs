using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.Wawp;

public class NumberTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly PhoneNumber Number = PhoneNumber.Parse("15551234567");

    [Theory]
    [InlineData("15551234567")]
    [InlineData("+15551234567")]
    [InlineData("%2B15551234567")]
    [Statement("wawp B3", "numberExists and chatId; a plus is stripped.")]
    public async Task Number_on_whatsapp_has_a_chat_id(string written)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Check = (phones, maxAge) =>
        {
            Assert.Equal([Number], phones);
            Assert.Equal(TimeSpan.FromHours(24), maxAge);
            return new[] { Registered(true) };
        };

        (await scene.GetAsync($"contacts/check-exists?phone={written}"))
            .Is(HttpStatusCode.OK, """{"numberExists":true,"chatId":"15551234567@c.us"}""");
    }

    [Fact]
    [Statement("wawp B3", "chatId is what WhatsApp answered, so it may differ in digits from the input.")]
    public async Task Chat_id_is_the_address_that_whatsapp_uses()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Check = (phones, _) =>
            new[] { new Registration(phones[0], true, Jid.Parse("554988887777@s.whatsapp.net"), null, fixture.Time.GetUtcNow()) };

        (await scene.GetAsync("contacts/check-exists?phone=5549988887777"))
            .Is(HttpStatusCode.OK, """{"numberExists":true,"chatId":"554988887777@c.us"}""");
    }

    [Fact]
    [Statement("wawp B3", "chatId is absent when the number does not exist.")]
    public async Task Number_that_is_not_on_whatsapp_has_no_chat_id()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Check = (_, _) => new[] { Registered(false) };

        (await scene.GetAsync("contacts/check-exists?phone=15551234567")).Is(HttpStatusCode.OK, """{"numberExists":false}""");
    }

    [Theory]
    [InlineData("(555) 123-4567")]
    [InlineData("0015551234567")]
    [InlineData("555-1234")]
    [InlineData("15551234567@c.us")]
    [InlineData("1555.1234567")]
    [Statement("wawp B3", "Symbols and a 00 prefix are not supported: 400 invalid_parameter.")]
    public async Task Unsupported_forms_are_refused(string written)
    {
        var scene = await WawpScene.NewAsync(fixture);

        (await scene.GetAsync($"contacts/check-exists?phone={Uri.EscapeDataString(written)}"))
            .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Fact]
    [Statement("wawp 1.3", "A phone has 5 to 15 digits: the short ones are looked up too.")]
    public async Task Short_number_is_looked_up()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.LookUp = jid => new UserInfo { Exists = jid.User == "12345" };

        (await scene.GetAsync("contacts/check-exists?phone=12345"))
            .Is(HttpStatusCode.OK, """{"numberExists":true,"chatId":"12345@c.us"}""");
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        (await scene.GetAsync("contacts/check-exists?phone=54321")).Is(HttpStatusCode.OK, """{"numberExists":false}""");
    }

    [Theory]
    [InlineData(true, 24 * 60)]
    [InlineData(false, 60)]
    [Statement("wawp B3", "Positive answers from a 24 h cache, negative ones from a 1 h one; needs WORKING unless cached.")]
    public async Task Answer_of_before_is_served_until_it_is_too_old(bool isRegistered, int minutes)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        fixture.Registrations.Add(scene.Device.Id, Registered(isRegistered) with
        {
            CheckedAt =
            fixture.Time.GetUtcNow() - TimeSpan.FromMinutes(minutes)
        });
        var expected = isRegistered ? """{"numberExists":true,"chatId":"15551234567@c.us"}""" : """{"numberExists":false}""";

        (await scene.GetAsync("contacts/check-exists?phone=15551234567")).Is(HttpStatusCode.OK, expected);
        Assert.Empty(scene.Device.Actor.Calls);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        (await scene.GetAsync("contacts/check-exists?phone=15551234567")).IsWawpError(HttpStatusCode.NotFound, "invalid_session");
    }

    [Fact]
    [Statement("wawp B3", "Over 1/s and with the queue full: 429 rate_limited with Retry-After: 1; cached answers do not count.")]
    public async Task Seventh_question_of_a_second_is_refused_and_known_numbers_are_not()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Check = (_, _) => new[] { Registered(true) };
        await scene.GetAsync("contacts/check-exists?phone=15551234567");
        var armed = fixture.Time.WhenTimersArmedAsync(fixture.Time.ArmedTimers + 5);
        var waiting = Enumerable.Range(1, 5).Select(i => scene.GetAsync($"contacts/check-exists?phone=1555123456{i}")).ToArray();
        await armed.WaitAsync(TimeSpan.FromSeconds(60));

        var refused = await scene.GetAsync("contacts/check-exists?phone=15551234569");
        fixture.Registrations.Add(scene.Device.Id, Registered(true));
        var known = await scene.GetAsync("contacts/check-exists?phone=15551234567");

        refused.IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal("1", refused.Header("Retry-After"));
        known.Is(HttpStatusCode.OK, """{"numberExists":true,"chatId":"15551234567@c.us"}""");
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    [Theory]
    [InlineData(typeof(Failure.TimedOut), HttpStatusCode.BadGateway, "wawp_upstream_error")]
    [InlineData(typeof(Failure.Refused), HttpStatusCode.BadGateway, "wawp_upstream_error")]
    [Statement("wawp 1.2", "502 wawp_upstream_error: WhatsApp failed or timed out.")]
    public async Task Lookup_that_fails_is_no_answer_about_the_number(Type failure, HttpStatusCode status, string code)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Check = (_, _) => failure == typeof(Failure.TimedOut) ? new Failure.TimedOut() : new Failure.Refused(500);

        (await scene.GetAsync("contacts/check-exists?phone=15551234567")).IsWawpError(status, code);
    }

    private Registration Registered(bool isRegistered) =>
        new(Number, isRegistered, isRegistered ? Number.ToJid() : null, null, fixture.Time.GetUtcNow());
}
