using System.Net;
using System.Net.Http.Headers;
using Wuts.Api.Tests.Harness;

namespace Wuts.Api.Tests.DeviceProfile;

public class ProfileAuthenticationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer 00000000-0000-0000-0000-000000000001")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("e5f7ebbd-ed1f-47ea-b060-d9afd5c0076d")]
    [InlineData("Bearer " + ApiFixture.MasterToken)]
    [Statement("device-profile 1.1", "Missing or bad token: 401 invalid_api_key.")]
    public async Task Bad_token_is_refused(string? header)
    {
        var id = Guid.NewGuid();
        foreach (var path in new[] { "/wa/devices", $"/wa/devices/{id}/groups", $"/wa/devices/{id}/profile", "/wa/devices/x/profile" })
        {
            var answer = await fixture.Anonymous().GetAsync(path, r =>
            {
                if (header is not null)
                {
                    r.Headers.TryAddWithoutValidation("Authorization", header);
                }
            });

            answer.IsProfileError(HttpStatusCode.Unauthorized, "invalid_api_key");
        }
    }

    [Fact]
    [Statement("device-profile 1.3", "The documented body of a bad token.")]
    public async Task Bad_token_has_the_documented_message() =>
        (await fixture.Anonymous().GetAsync("/wa/devices")).Is(
            HttpStatusCode.Unauthorized,
            """{"error":{"code":"invalid_api_key","message":"Bearer token is missing or invalid"},"request_id":"<any>"}""");

    [Fact]
    [Statement("device-profile 1.1", "The token is the app token, in the header only: never in a query string.")]
    public async Task Token_counts_in_the_header_only()
    {
        var owner = await fixture.NewTenantAsync();

        (await fixture.Anonymous().GetAsync($"/wa/devices?token={owner.Token}&access_token={owner.Token}"))
            .IsProfileError(HttpStatusCode.Unauthorized, "invalid_api_key");
        Assert.Equal(HttpStatusCode.OK, (await owner.Client.GetAsync("/wa/devices")).Status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Anonymous().GetAsync(
            "/wa/devices", r => r.Headers.Authorization = new AuthenticationHeaderValue("bearer", owner.Token))).Status);
    }

    [Theory]
    [InlineData("/wa")]
    [InlineData("")]
    [Statement("device-profile 0", "Paths start at /devices, without a version; profile and groups also at the root.")]
    public async Task Profile_and_groups_are_under_their_base_path_and_at_the_root(string basePath)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        scene.Device.Actor.Groups = _ => new Core.Groups.GroupList([], null);

        (await scene.Owner.Client.GetAsync($"{basePath}/devices/{scene.Device.Id}/profile?jid={ProfileScene.Lid}")).Profile();
        (await scene.Owner.Client.GetAsync($"{basePath}/devices/{scene.Device.Id}/groups"))
            .Is(HttpStatusCode.OK, """{"data":{"groups":[],"count":0}}""");
        (await fixture.Anonymous().GetAsync($"{basePath}/devices/{scene.Device.Id}/groups"))
            .IsProfileError(HttpStatusCode.Unauthorized, "invalid_api_key");
    }

    [Theory]
    [InlineData("/wa/nothing")]
    [InlineData("/wa/")]
    [InlineData("/wa/apps")]
    [InlineData("/wa/media?path=x")]
    [InlineData("/wa/webhooks")]
    [InlineData("/wa/devices/2b0f6c1e-8a53-4c3b-9d3e-0f6a6a3f9a10/messages")]
    [InlineData("/wa/devices/2b0f6c1e-8a53-4c3b-9d3e-0f6a6a3f9a10/presence?jid=1")]
    [Statement("device-profile D", "What is out of scope is not served: 404 in the dialect's own form.")]
    public async Task Unknown_path_is_not_found(string path) =>
        (await fixture.Anonymous().GetAsync(path)).IsProfileError(HttpStatusCode.NotFound, "not_found");

    [Fact]
    [Statement("device-profile 1.3", "A wrong method is refused in the dialect's own form.")]
    public async Task Wrong_method_is_refused()
    {
        var owner = await fixture.NewTenantAsync();

        var answer = await owner.Client.PutAsync("/wa/devices", "{}");

        answer.IsProfileError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal("GET, POST", answer.Header("Allow"));
    }

    [Fact]
    [Statement("device-profile C4", "GET /health answers ok without a token.")]
    public async Task Health_needs_no_token() =>
        (await fixture.Anonymous().GetAsync("/wa/health")).Is(HttpStatusCode.OK, """{"status":"ok"}""");

    [Theory]
    [InlineData("jid")]
    [InlineData("preview")]
    [Statement("device-profile 1.4", "A hostile parameter of any size is a 4xx of the dialect.")]
    public async Task Very_long_parameter_is_refused(string name)
    {
        var scene = await ProfileScene.NewAsync(fixture);

        var answer = await scene.Owner.Client.GetAsync(
            scene.Path($"profile?jid={(name == "jid" ? "" : ProfileScene.Phone)}&{(name == "jid" ? "x" : name)}=1{new string('1', 7000)}")
                .Replace("jid=&x=", "jid=", StringComparison.Ordinal));

        answer.IsProfileError(HttpStatusCode.BadRequest, "validation_error", name);
    }
}
