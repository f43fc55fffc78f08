using System.Net;
using Wuts.Api.Tests.Harness;

namespace Wuts.Api.Tests.Wawp;

public class HostileInputTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] Addresses =
    [
        "1234", "1234567890123456", "012345678", "00123456789", "%2B", "%2B%2B123456789", "123-456-789", "(555) 123-4567",
        "٠١٢٣٤٥٦٧٨٩", "１２３４５６７８９",
        "%2B123456789@c.us", "a@c.us", "@c.us", "@", "@@", "1@2@c.us", "123456789@newsletter", "status@broadcast", "123456789:x@c.us",
        "%00",
        "123456789@c.us%00", "123456789@c.us/x", "null", "%F0%9F%98%80", "NaN", "1e5", "-1", "%ED%A0%80", "12%0A34@lid",
    ];

    private static readonly string[] Numbers = ["-1", "0x10", "1.0", "1e3", "٣", "３", "abc", "99999999999999999999", "1%00", " 1 2"];

    public static TheoryData<string> AddressPaths =>
    [
        "contacts?contactId={0}", "contacts/about?contactId={0}", "contacts/profile-picture?contactId={0}", "chats/picture?chatId={0}",
        "contacts/check-exists?phone={0}", "groups/detail?groupId={0}",
    ];

    public static TheoryData<string> NumberPaths =>
    [
        "lids?limit={0}", "lids?offset={0}", "contacts/all?limit={0}", "contacts/all?offset={0}", "groups?limit={0}", "groups?offset={0}",
    ];

    [Theory]
    [MemberData(nameof(AddressPaths))]
    [Statement("wawp 1.3", "Whatever is no address of the contract is 400 invalid_parameter.")]
    public async Task Address_that_is_none_is_refused(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        foreach (var value in Addresses)
        {
            var answer = await scene.GetAsync(string.Format(null, path, value));

            answer.IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        }

        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Theory]
    [MemberData(nameof(NumberPaths))]
    [Statement("wawp 1.4", "limit and offset are integers in text; anything else is 400.")]
    public async Task Number_that_is_none_is_refused(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        foreach (var value in Numbers.Concat(path.Contains("limit", StringComparison.Ordinal) ? ["0", "1001"] : ["2147483648"]))
        {
            (await scene.GetAsync(string.Format(null, path, value))).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        }

        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("contacts/profile-picture?contactId=123456789&refresh=yes")]
    [InlineData("contacts/profile-picture?contactId=123456789&refresh=2")]
    [InlineData("contacts/profile-picture?contactId=123456789&refresh=true&refresh=false")]
    [InlineData("contacts/profile-picture?contactId=123456789&contactId=987654321")]
    [InlineData("contacts/all?sortBy=pushname")]
    [InlineData("contacts/all?sortOrder=up")]
    [InlineData("groups?sortBy=name")]
    [InlineData("groups?exclude=members")]
    [InlineData("groups/123456789@c.us")]
    [InlineData("groups/123456789@c.us/participants")]
    [InlineData("groups/x/picture")]
    [InlineData("groups/join-info?code=https://example.com/AbCdEfGhIjKlMnOpQrStUv")]
    [InlineData("groups/join-info?code=%F0%9F%98%80")]
    [InlineData("lids/123456789@c.us")]
    [InlineData("lids/x%20y@lid")]
    [InlineData("lids/pn/123@lid")]
    [InlineData("lids/pn/0123456789")]
    [InlineData("lids/pn/123456789@g.us")]
    [InlineData("contacts/123456789@newsletter")]
    [InlineData("contacts/about?contactId=120363406798553856@g.us")]
    [InlineData("auth/qr?format=pdf")]
    [Statement("wawp 1.2", "400 invalid_parameter: wrong form.")]
    public async Task Wrong_form_is_refused(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);

        (await scene.GetAsync(path)).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("""{"firstName":["John"]}""", "invalid_parameter")]
    [InlineData("""{"firstName":{"a":1}}""", "invalid_parameter")]
    [InlineData("""{"firstName":"\ud800"}""", "invalid_parameter")]
    [InlineData("""{"firstName":"a","firstName":"b"}""", "invalid_parameter")]
    [InlineData("""{"firstName":null}""", "missing_parameter")]
    [InlineData("""{"firstName":""}""", "missing_parameter")]
    [InlineData("""{"firstName":"   "}""", "missing_parameter")]
    [InlineData("""{"FirstName":"John"}""", "missing_parameter")]
    [InlineData("[]", "invalid_parameter")]
    [InlineData("null", "invalid_parameter")]
    [InlineData("not json", "invalid_parameter")]
    [InlineData("""{"firstName":"John""", "invalid_parameter")]
    [Statement("wawp 1.2", "A body that is no JSON object of the wanted form is 400.")]
    public async Task Body_that_is_not_acceptable_is_refused(string body, string code)
    {
        var scene = await WawpScene.NewAsync(fixture);

        (await scene.PutAsync("contacts/123456789@c.us", body)).IsWawpError(HttpStatusCode.BadRequest, code);
        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Fact]
    [Statement("wawp 1.2", "A body of megabytes or of thousands of levels is 400.")]
    public async Task Huge_and_deep_bodies_are_refused()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var deep = string.Concat(Enumerable.Repeat("{\"firstName\":", 5000)) + "1" + new string('}', 5000);
        var bodies = new[] { 900_000, 2_000_000 }.Select(length => $"{{\"firstName\":\"{new string('x', length)}\"}}").Append(deep);
        foreach (var body in bodies)
        {
            (await scene.PutAsync("contacts/123456789@c.us", body)).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        }
    }

    [Fact]
    [Statement("wawp 1.1", "A huge token or instance id is refused like any unknown one.")]
    public async Task Huge_credentials_are_refused()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var huge = new string('A', 700_000);

        (await fixture.Anonymous().PostAsync(
            "/v2/session/info", $$"""{"access_token":"{{huge}}","instance_id":"{{scene.Device.InstanceId}}"}"""))
            .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        (await fixture.Anonymous().PostAsync("/v2/session/info", $$"""{"access_token":"{{scene.Owner.Token}}","instance_id":"{{huge}}"}"""))
            .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
    }
}
