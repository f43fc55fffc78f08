using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>Numbers and LIDs. Contract wawp B3, B7.3, B7.4.</summary>
public abstract class WawpNumberContract(GatewayUnderTest gateway) : ContractTests<WawpInstance>(gateway)
{
    [Theory]
    [Statement("wawp B3", "A number that is registered, with or without a plus.")]
    [InlineData("5511999999999")]
    [InlineData("%2B5511999999999")]
    public async Task Registered_number_exists(string phone) => (await Scene.GetAsync($"contacts/check-exists?phone={phone}"))
        .Is(HttpStatusCode.OK, """{"numberExists":true,"chatId":"5511999999999@c.us"}""");

    [Fact]
    [Statement("wawp B3", "chatId is absent when the number does not exist.")]
    public async Task Unregistered_number_does_not_exist() => (await Scene.GetAsync("contacts/check-exists?phone=4915177777777"))
        .Is(HttpStatusCode.OK, """{"numberExists":false}""");

    [Theory]
    [Statement("wawp B3", "Symbols and a leading 00 are not supported: 400 invalid_parameter.")]
    [InlineData("(555) 123-4567")]
    [InlineData("0015551234567")]
    [InlineData("1234")]
    [InlineData("5511 999999999")]
    [InlineData("5511999999999@g.us")]
    [InlineData("++5511999999999")]
    public async Task Number_in_another_form_is_refused(string phone) =>
        (await Scene.GetAsync($"contacts/check-exists?phone={Uri.EscapeDataString(phone)}")).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");

    [Fact]
    [Statement("wawp B3", "Over one new number per second, and a short queue, it is 429 rate_limited with Retry-After: 1; known answers do not count.")]
    public async Task Lookups_are_limited()
    {
        var instance = await Gateway.LinkInstanceAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => instance.GetAsync($"contacts/check-exists?phone=491517777778{i}")));
        var refused = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToList();
        Assert.InRange(refused.Count, 1, 2);
        Assert.All(refused, answer =>
        {
            answer.IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.Equal("1", answer.Header("Retry-After"));
        });

        var known = Enumerable.Range(0, 8).First(i => answers[i].Status == HttpStatusCode.OK);
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => instance.GetAsync($"contacts/check-exists?phone=491517777778{known}")));
        Assert.All(again, answer => answer.Is(HttpStatusCode.OK, """{"numberExists":false}"""));
    }

    [Theory]
    [Statement("wawp B7.3", "The document's form under both names of the number; a number alone or with @c.us.")]
    [InlineData("5511888888888")]
    [InlineData("5511888888888@c.us")]
    [InlineData("5511888888888%40c.us")]
    public async Task LID_of_a_number_is_found(string number) => (await Scene.GetAsync($"lids/pn/{number}")).Is(
        HttpStatusCode.OK, """{"lid":"112233445566778@lid","pn":"5511888888888@c.us","number":"5511888888888"}""");

    [Theory]
    [Statement("wawp B7.4", "LID to phone, with or without @lid.")]
    [InlineData("112233445566778")]
    [InlineData("112233445566778@lid")]
    [InlineData("112233445566778%40lid")]
    public async Task Number_of_a_LID_is_found(string lid)
    {
        Caller.Json(await Scene.GetAsync("lids/pn/5511888888888"));
        (await Scene.GetAsync($"lids/{lid}")).Is(
            HttpStatusCode.OK, """{"lid":"112233445566778@lid","pn":"5511888888888@c.us","number":"5511888888888"}""");
    }

    [Fact]
    [Statement("wawp B7.4", "An unknown LID is 200 with null for the number.")]
    [Statement("wawp B7.3", "No LID known is 200 with lid null, the rest filled.")]
    public async Task Unknown_halves_are_null()
    {
        (await Scene.GetAsync("lids/999999999999999")).Is(HttpStatusCode.OK, """{"lid":"999999999999999@lid","pn":null,"number":null}""");
        (await Scene.GetAsync("lids/pn/4915177777779")).Is(
            HttpStatusCode.OK, """{"lid":null,"pn":"4915177777779@c.us","number":"4915177777779"}""");
    }

    [Theory]
    [Statement("wawp 1.3", "What is no number, and no LID, is 400.")]
    [InlineData("lids/pn/abc")]
    [InlineData("lids/pn/112233445566778@lid")]
    [InlineData("lids/5511888888888@c.us")]
    [InlineData("lids/120363039000000000@g.us")]
    public async Task Half_of_another_kind_is_refused(string path) =>
        (await Scene.GetAsync(path)).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");

    [Fact]
    [Statement("wawp B7.5", "Equal LIDs give a candidate and never merge: a number that moved is another contact with the same LID.")]
    public async Task Number_that_moved_is_a_new_pair()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec());
        var instance = await Gateway.LinkInstanceAsync();
        var before = person.Phone;
        Assert.Equal(person.Lid.ToString(), Caller.Json(await instance.GetAsync($"lids/pn/{before}")).Text("lid"));
        person.ChangeNumber("4915177770001");
        Assert.Equal(person.Lid.ToString(), Caller.Json(await instance.GetAsync("lids/pn/4915177770001")).Text("lid"));
        (await instance.GetAsync($"lids/{person.Lid.User}")).Is(
            HttpStatusCode.OK, $$"""{"lid":"{{person.Lid}}","pn":"4915177770001@c.us","number":"4915177770001"}""");
    }

    protected override async Task<WawpInstance> MakeSceneAsync() => await Gateway.LinkInstanceAsync();
}
