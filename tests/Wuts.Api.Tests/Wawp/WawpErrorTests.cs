using System.Net;
using Wuts.Api.Http;
using Wuts.Api.Tests.Harness;
using Wuts.Api.Wawp;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Tests.Wawp;

public class WawpErrorTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    public static TheoryData<object, int, string> Failures => new()
    {
        { new Failure.NotReady(DeviceState.Disconnected), 404, "invalid_session" },
        { new Failure.NotReady(DeviceState.LoggedOut), 404, "invalid_session" },
        { new Failure.NoDevice(), 404, "invalid_instance" },
        { new Failure.DeviceDestroyed(), 404, "invalid_instance" },
        { new Failure.NotPermitted(), 404, "not_found" },
        { new Failure.NotFound(MissingThing.Contact), 404, "not_found" },
        { new Failure.NotFound(MissingThing.Group), 404, "not_found" },
        { new Failure.NotFound(MissingThing.Invite), 404, "not_found" },
        { new Failure.NotFound(MissingThing.Picture), 404, "not_found" },
        { new Failure.Invalid("phone", "The number is not possible."), 400, "invalid_parameter" },
        { new Failure.Conflict(ConflictKind.NotLinked), 404, "invalid_session" },
        { new Failure.Conflict(ConflictKind.AlreadyLinked), 400, "invalid_parameter" },
        { new Failure.RateLimited(null, IsOwnLimit: true), 429, "rate_limited" },
        { new Failure.TimedOut(), 502, "wawp_upstream_error" },
        { new Failure.Refused(500), 502, "wawp_upstream_error" },
        { new Failure.Unavailable(TimeSpan.FromSeconds(1)), 503, "service_unavailable" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    [Statement("wawp 1.2", "Every failure has its status and code of the table.")]
    public void Failure_has_its_status_and_code(object failure, int status, string code)
    {
        var error = WawpError.Of(new Problem.Failed((Failure)failure));

        Assert.Equal((status, code), (error.Status, error.Code));
    }

    [Fact]
    [Statement("wawp 1.2", "500 internal_error is ours.")]
    public void Fault_of_ours_has_its_code() =>
        Assert.Equal((500, "internal_error"), (WawpError.Of(new Problem.Internal()).Status, WawpError.Of(new Problem.Internal()).Code));

    [Fact]
    [Statement("wawp 1.2", "The exact body of invalid_session: code, message, data.status; always JSON.")]
    public async Task Session_that_is_not_working_has_the_exact_body()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);

        var answer = await scene.GetAsync("contacts/about?contactId=123456789@c.us");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(
            """{"code":"invalid_session","message":"Session is not working. Scan the QR code again.","data":{"status":404}}""",
            answer.Text);
    }

    [Theory]
    [InlineData("GET", "contacts/about?contactId=123456789@c.us")]
    [InlineData("GET", "contacts/profile-picture?contactId=123456789@c.us&refresh=true")]
    [InlineData("GET", "contacts/check-exists?phone=123456789")]
    [InlineData("POST", "contacts/block?contactId=123456789@c.us")]
    [InlineData("POST", "contacts/unblock?contactId=123456789@c.us")]
    [InlineData("POST", "groups/refresh")]
    [InlineData("GET", "groups/join-info?code=AbCdEfGhIjKlMnOpQrStUv")]
    [Statement("wawp 1.2", "404 invalid_session: the instance exists, its status is not WORKING.")]
    public async Task What_needs_whatsapp_needs_a_working_session(string method, string path)
    {
        foreach (var state in Enum.GetValues<DeviceState>().Except([DeviceState.Connected, DeviceState.Destroyed]))
        {
            var scene = await WawpScene.NewAsync(fixture);
            scene.Device.Is(state);

            (method == "GET" ? await scene.GetAsync(path) : await scene.PostAsync(path))
                .IsWawpError(HttpStatusCode.NotFound, "invalid_session");

            Assert.Equal(["status"], scene.Device.Actor.Calls);
        }
    }

    [Theory]
    [InlineData("GET", "contacts", "contactId")]
    [InlineData("GET", "contacts/about", "contactId")]
    [InlineData("GET", "contacts/profile-picture", "contactId")]
    [InlineData("GET", "contacts/check-exists", "phone")]
    [InlineData("GET", "chats/picture", "chatId")]
    [InlineData("GET", "groups/detail", "groupId")]
    [InlineData("GET", "groups/join-info", "code")]
    [InlineData("POST", "contacts/block", "contactId")]
    [InlineData("POST", "contacts/unblock", "contactId")]
    [InlineData("POST", "auth/request-code", "phone_number")]
    [InlineData("PUT", "contacts/123456789@c.us", "firstName")]
    [Statement("wawp 1.2", "400 missing_parameter: a required parameter is absent; message names it.")]
    public async Task Missing_parameter_is_named(string method, string path, string name)
    {
        var scene = await WawpScene.NewAsync(fixture);

        var answer = method switch
        {
            "GET" =>
            await scene.GetAsync(path),
            "PUT" => await scene.PutAsync(path, "{}"),
            _ => await scene.PostAsync(path, "{}")
        };

        Assert.Contains(name, answer.IsWawpError(HttpStatusCode.BadRequest, "missing_parameter"), StringComparison.Ordinal);
        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("/v2/nothing")]
    [InlineData("/v2")]
    [InlineData("/wawp/v2/messages")]
    [InlineData("/v2/send/text")]
    [InlineData("/v2/session/webhook")]
    [InlineData("/v2/webhook/update")]
    [InlineData("/v2/chats")]
    [InlineData("/v2/session/rate-limit")]
    [InlineData("/wawp/wp-json/awp/v1/session/info")]
    [Statement("wawp C", "What is out of scope is not served: 404 in the dialect's own form.")]
    public async Task Unknown_path_is_not_found(string path) =>
        (await fixture.Anonymous().GetAsync(path)).IsWawpError(HttpStatusCode.NotFound, "not_found");

    [Fact]
    [Statement("wawp 1.2", "A wrong method is refused in the dialect's own form.")]
    public async Task Wrong_method_is_refused()
    {
        var scene = await WawpScene.NewAsync(fixture);

        var answer = await scene.DeleteAsync("lids/count");

        answer.IsWawpError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal("GET", answer.Header("Allow"));
    }

    [Fact]
    [Statement("wawp 1.2", "429 rate_limited with Retry-After when it is known.")]
    public async Task Limit_of_whatsapp_is_passed_on()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Contact("123456789@s.whatsapp.net").Profile = (_, _) =>
            new Failure.RateLimited(TimeSpan.FromSeconds(7), IsOwnLimit: false);

        var answer = await scene.GetAsync("contacts/about?contactId=123456789");

        answer.IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal("7", answer.Header("Retry-After"));
    }
}
