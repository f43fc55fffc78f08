using System.Net;
using System.Net.Http.Headers;

namespace Wuts.Contract.Wawp;

/// <summary>Where credentials may stand, and what a refusal looks like. Contract wawp 1.1, 1.2.</summary>
public abstract class WawpCredentialContract(GatewayUnderTest gateway) : ContractTests<WawpInstance>(gateway)
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    [Theory]
    [Statement("wawp 1.1", "Credentials are accepted in the query, in headers of the official clients, and in a JSON body.")]
    [InlineData("GET", "session/info", "query")]
    [InlineData("GET", "session/info", "bearer")]
    [InlineData("GET", "session/info", "header")]
    [InlineData("POST", "session/info", "query")]
    [InlineData("POST", "session/info", "bearer")]
    [InlineData("POST", "session/info", "header")]
    [InlineData("POST", "session/info", "body")]
    [InlineData("GET", "lids", "query")]
    [InlineData("GET", "contacts/all", "bearer")]
    public async Task Credentials_are_found(string method, string path, string place)
    {
        foreach (var root in new[] { "/v2", "/wawp/v2" })
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(method, $"{root}/{path}", place, Scene.Id, Scene.Caller.Token)).Status);
        }
    }

    [Theory]
    [Statement("wawp 1.2", "No token is 401 missing_access_token, an unknown one 401 invalid_access_token, on every place for it.")]
    [InlineData("query")]
    [InlineData("bearer")]
    [InlineData("header")]
    [InlineData("body")]
    public async Task Unknown_token_is_refused(string place)
    {
        (await SendAsync("POST", "/v2/session/info", place, Scene.Id, Nobody)).IsWawpError(HttpStatusCode.Unauthorized, "invalid_access_token");
        (await SendAsync("POST", "/v2/session/info", place, Scene.Id, null))
            .IsWawpError(HttpStatusCode.Unauthorized, "missing_access_token", "Missing access_token");
    }

    [Fact]
    [Statement("wawp 1.1", "Two different values for one credential are 400, whichever of them is right; the same value twice is one.")]
    public async Task Credentials_that_contradict_are_refused()
    {
        var query = $"/v2/session/info?instance_id={Scene.Id}&access_token={Scene.Caller.Token}";
        (await Gateway.Anyone.GetAsync(query, request => request.Headers.Add("access-token", Nobody)))
            .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        (await Gateway.Anyone.GetAsync(query, request => request.Headers.Add("X-Instance-ID", "AAAAAAAAAAAA")))
            .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal(
            HttpStatusCode.OK, (await Gateway.Anyone.GetAsync(query, request => request.Headers.Add("access-token", Scene.Caller.Token))).Status);
    }

    [Fact]
    [Statement("wawp 1.1", "A form-encoded body is not read: 401 Missing access_token.")]
    public async Task Form_is_not_read() => (await Gateway.Anyone.PostAsync("/v2/session/info", null, request =>
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["instance_id"] = Scene.Id,
            ["access_token"] = Scene.Caller.Token,
        }))).IsWawpError(HttpStatusCode.Unauthorized, "missing_access_token", "Missing access_token");

    [Theory]
    [Statement("wawp 1.2", "404 invalid_instance: no such instance under this token, another tenant's included.")]
    [InlineData("AAAAAAAAAAAA")]
    [InlineData("1")]
    [InlineData("other")]
    public async Task Instance_of_somebody_else_is_none(string id)
    {
        var stranger = await Gateway.RegisterAsync();
        var (caller, named) = id == "other" ? (stranger, Scene.Id) : (Scene.Caller, id);
        foreach (var path in new[] { "session/info", "contacts/all", "lids", "groups" })
        {
            (await new WawpInstance(caller, named, null).GetAsync(path)).IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
        }
    }

    [Theory]
    [Statement("wawp 1.2", "400 missing_parameter names what is missing.")]
    [InlineData("contacts", "contactId")]
    [InlineData("contacts/about", "contactId")]
    [InlineData("contacts/profile-picture", "contactId")]
    [InlineData("contacts/check-exists", "phone")]
    [InlineData("chats/picture", "chatId")]
    [InlineData("groups/detail", "groupId")]
    [InlineData("groups/join-info", "code")]
    public async Task Missing_parameter_is_named(string path, string name) => (await Scene.GetAsync(path))
        .IsWawpError(HttpStatusCode.BadRequest, "missing_parameter", $"Missing required parameter: {name}");

    [Fact]
    [Statement("wawp 1.2", "instance_id that is missing is 400 missing_parameter.")]
    public async Task Missing_instance_is_named() => (await Gateway.Anyone.GetAsync($"/v2/contacts/all?access_token={Scene.Caller.Token}"))
        .IsWawpError(HttpStatusCode.BadRequest, "missing_parameter", "Missing required parameter: instance_id");

    [Theory]
    [Statement("wawp 1.2", "What needs WhatsApp is 404 invalid_session while the instance is not WORKING.")]
    [InlineData("GET", "contacts/about?contactId=5511999999999", null)]
    [InlineData("GET", "contacts/check-exists?phone=5511999999999", null)]
    [InlineData("GET", "contacts/profile-picture?contactId=5511999999999&refresh=true", null)]
    [InlineData("GET", "groups/join-info?code=AAAAAAAAAAAAAAAAAAAAAA", null)]
    [InlineData("POST", "groups/refresh", null)]
    [InlineData("POST", "contacts/block", """{"contactId":"5511999999999"}""")]
    public async Task Instance_that_is_not_working_says_so(string method, string path, string? body) =>
        (await (method == "GET" ? Scene.GetAsync(path) : Scene.PostAsync(path, body)))
            .IsWawpError(HttpStatusCode.NotFound, "invalid_session", "Session is not working. Scan the QR code again.");

    [Theory]
    [Statement("wawp 1.2", "An unknown path and a method that is not allowed are refused in the dialect's own form.")]
    [InlineData("GET", "/v2/nowhere", HttpStatusCode.NotFound, "not_found")]
    [InlineData("GET", "/wawp/nowhere", HttpStatusCode.NotFound, "not_found")]
    [InlineData("DELETE", "/v2/contacts", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("PUT", "/v2/session/info", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task Unknown_paths_and_methods_are_refused(string method, string path, HttpStatusCode status, string code) =>
        (await Gateway.Anyone.SendAsync(new HttpMethod(method), path, null, null)).IsWawpError(status, code);

    protected override async Task<WawpInstance> MakeSceneAsync() => await Gateway.CreateInstanceAsync();

    private Task<ApiAnswer> SendAsync(string method, string path, string place, string id, string? token)
    {
        var query = place != "query" ? "" : token is null ? $"?instance_id={id}" : $"?instance_id={id}&access_token={token}";
        var body = place != "body" ? null : token is null ? $$"""{"instance_id":"{{id}}"}""" : $$"""{"instance_id":"{{id}}","access_token":"{{token}}"}""";
        return Gateway.Anyone.SendAsync(new HttpMethod(method), path + query, body, request =>
        {
            if (place is "bearer" or "header")
            {
                request.Headers.Add("X-Instance-ID", id);
                if (token is not null && place == "bearer")
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                }
                else if (token is not null)
                {
                    request.Headers.Add("access-token", token);
                }
            }
        });
    }
}
