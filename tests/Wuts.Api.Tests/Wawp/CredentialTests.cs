using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Identity;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.Wawp;

public class CredentialTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Count = """{"count":3}""";

    [Theory]
    [InlineData("/wawp")]
    [InlineData("")]
    [Statement("wawp 1.1", "Paths under /v2; GET carries both credentials in the query string.")]
    public async Task Credentials_of_get_stand_in_the_query_string(string basePath)
    {
        var scene = await CountingSceneAsync();

        var answer = await fixture.Anonymous().GetAsync(
            $"{basePath}/v2/lids/count?instance_id={scene.Device.InstanceId}&access_token={scene.Owner.Token}");

        answer.Is(HttpStatusCode.OK, Count);
    }

    [Fact]
    [Statement("wawp 1.1", "Content-Type: application/json is sent even on GET; it must not require a body.")]
    public async Task Get_with_a_content_type_and_no_body_is_answered()
    {
        var scene = await CountingSceneAsync();

        (await scene.GetAsync("lids/count")).Is(HttpStatusCode.OK, Count);
    }

    [Fact]
    [Statement("wawp 1.1", "The Python client sends headers: Authorization: Bearer and X-Instance-ID.")]
    public async Task Credentials_may_stand_in_headers()
    {
        var scene = await CountingSceneAsync();

        (await fixture.Anonymous().GetAsync("/v2/lids/count", r =>
        {
            r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", scene.Owner.Token);
            r.Headers.Add("X-Instance-ID", scene.Device.InstanceId.ToString());
        })).Is(HttpStatusCode.OK, Count);
    }

    [Fact]
    [Statement("wawp 1.1", "The MCP server adds a header access-token.")]
    public async Task Token_may_stand_in_the_header_of_the_mcp_server()
    {
        var scene = await CountingSceneAsync();

        (await fixture.Anonymous().GetAsync(
            $"/v2/lids/count?instance_id={scene.Device.InstanceId}", r => r.Headers.Add("access-token", scene.Owner.Token)))
                .Is(HttpStatusCode.OK, Count);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [Statement("wawp 1.1", "POST and PUT: credentials in the query or in the JSON body, both accepted.")]
    public async Task Credentials_of_post_may_stand_in_the_body(string mediaType)
    {
        var scene = await CountingSceneAsync();
        var body = $$"""{"instance_id":"{{scene.Device.InstanceId}}","access_token":"{{scene.Owner.Token}}"}""";

        var inBody = await fixture.Anonymous().PostAsync("/v2/session/info", null, r =>
            r.Content = new StringContent(body, Encoding.UTF8, mediaType));
        var inQuery = await scene.PostAsync("session/info");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (inBody.Status, inQuery.Status));
        Assert.Equal(inQuery.Text, inBody.Text);
    }

    [Fact]
    [Statement("wawp 1.1", "The same value in several places is one value.")]
    public async Task Credentials_may_be_repeated()
    {
        var scene = await CountingSceneAsync();
        var body = $$"""{"instance_id":"{{scene.Device.InstanceId}}","access_token":"{{scene.Owner.Token}}"}""";

        var answer = await fixture.Anonymous().PostAsync(scene.Path("session/info"), body, r =>
        {
            r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", scene.Owner.Token);
            r.Headers.Add("access-token", scene.Owner.Token);
            r.Headers.Add("X-Instance-ID", scene.Device.InstanceId.ToString());
        });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("header-query")]
    [InlineData("headers")]
    [InlineData("query-query")]
    [InlineData("query-body")]
    [InlineData("instance-header-query")]
    [InlineData("instance-query-body")]
    [Statement("wawp 1.1", "Two different values for one credential are 400, even when one of them is right.")]
    public async Task Two_different_credentials_are_refused(string where)
    {
        var scene = await CountingSceneAsync();
        const string Wrong = "e5f7ebbd-ed1f-47ea-b060-d9afd5c0076d";
        var path = scene.Path("session/info") + (where == "query-query" ? $"&access_token={Wrong}" : "");
        var body = where switch
        {
            "query-body" => $$"""{"access_token":"{{Wrong}}"}""",
            "instance-query-body" => """{"instance_id":"AAAAAAAAAAAA"}""",
            _ => null,
        };

        var answer = await fixture.Anonymous().PostAsync(path, body, r =>
        {
            if (where is "header-query" or "headers")
            {
                r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", where == "headers" ? scene.Owner.Token : Wrong);
            }

            if (where == "headers")
            {
                r.Headers.Add("access-token", Wrong);
            }

            if (where == "instance-header-query")
            {
                r.Headers.Add("X-Instance-ID", "AAAAAAAAAAAA");
            }
        });

        answer.IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.DoesNotContain(Wrong, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wawp 1.1", "A form-encoded body is not read: 401 Missing access_token.")]
    public async Task Form_is_not_read()
    {
        var scene = await CountingSceneAsync();

        var answer = await fixture.Anonymous().PostAsync("/v2/session/info", null, r => r.Content = new FormUrlEncodedContent(
            [new("instance_id", scene.Device.InstanceId.ToString()), new("access_token", scene.Owner.Token)]));

        answer.Is(
            HttpStatusCode.Unauthorized, """{"code":"missing_access_token","message":"Missing access_token","data":{"status":401}}""");
    }

    [Theory]
    [InlineData("", "missing_access_token")]
    [InlineData("access_token=", "missing_access_token")]
    [InlineData("access_token=123456789", "invalid_access_token")]
    [InlineData("access_token=e5f7ebbd-ed1f-47ea-b060-d9afd5c0076d", "invalid_access_token")]
    [InlineData("access_token=" + ApiFixture.MasterToken, "invalid_access_token")]
    [Statement("wawp 1.2", "401 missing_access_token when none is found, invalid_access_token when it is unknown or revoked.")]
    public async Task Missing_and_unknown_tokens_are_told_apart(string query, string code)
    {
        var scene = await CountingSceneAsync();

        (await fixture.Anonymous().GetAsync($"/v2/contacts?instance_id={scene.Device.InstanceId}&{query}"))
            .IsWawpError(HttpStatusCode.Unauthorized, code);
    }

    [Fact]
    [Statement("wawp 1.2", "400 missing_parameter names the parameter: instance_id.")]
    public async Task Missing_instance_is_named()
    {
        var scene = await CountingSceneAsync();

        var message = (await fixture.Anonymous().GetAsync($"/v2/lids/count?access_token={scene.Owner.Token}"))
            .IsWawpError(HttpStatusCode.BadRequest, "missing_parameter");

        Assert.Contains("instance_id", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AAAAAAAAAAAA")]
    [InlineData("123456789")]
    [InlineData("ＡＡＡＡＡＡＡＡＡＡＡＡ")]
    [InlineData("%00")]
    [Statement("wawp 1.2", "404 invalid_instance: no such instance_id under this token.")]
    public async Task Unknown_instance_is_not_found(string id)
    {
        var owner = await fixture.NewTenantAsync();

        (await fixture.Anonymous().GetAsync($"/v2/lids/count?access_token={owner.Token}&instance_id={id}"))
            .IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
    }

    [Fact]
    [Statement("wawp 1.2", "An instance of another tenant, of a colleague, or a deleted one is 404 invalid_instance.")]
    public async Task Instance_of_somebody_else_and_a_deleted_one_are_not_found()
    {
        var scene = await CountingSceneAsync();
        var stranger = await fixture.NewTenantAsync();
        var colleague = await scene.Owner.AddUserAsync(Role.Admin);
        foreach (var other in new[] { stranger, colleague })
        {
            (await fixture.Anonymous().GetAsync($"/v2/lids/count?access_token={other.Token}&instance_id={scene.Device.InstanceId}"))
                .IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
        }

        await fixture.Catalog.DestroyAsync(scene.Device.Id, fixture.Time.GetUtcNow(), CancellationToken.None);
        fixture.Service<DeviceDirectory>().Forget();
        (await scene.GetAsync("lids/count")).IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
    }

    [Fact]
    [Statement("wawp 1.1", "Tokens are redacted from our access logs, since GET puts them in the URL.")]
    public async Task Token_is_in_no_log()
    {
        var scene = await CountingSceneAsync();
        await scene.GetAsync("lids/count");
        await scene.GetAsync("nothing");
        await scene.GetAsync("contacts?contactId=x");
        await scene.PostAsync("session/info", $$"""{"access_token":"{{scene.Owner.Token}}"}""");

        Assert.NotEmpty(fixture.Log.Lines);
        Assert.DoesNotContain(fixture.Log.Lines, line => line.Contains(scene.Owner.Token, StringComparison.Ordinal));
    }

    private async Task<WawpScene> CountingSceneAsync()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Pairs = (_, _) => new PairPage([], 3);
        return scene;
    }
}
