using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Api.OpenApi;
using Wuts.Api.Tests.Host;

namespace Wuts.Api.Tests.OpenApi;

/// <summary>The document against the program: the same paths, and answers that fit.</summary>
[Collection(nameof(DemoCollection))]
public sealed partial class ServedDocumentTests(RunningDemo demo)
{
    private static readonly JsonObject Document = OpenApiDocument.Compose();

    [Fact]
    public async Task It_is_served_to_everybody()
    {
        var answer = await demo.Anyone.GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(OpenApiDocument.Utf8.ToArray(), answer.Bytes);
        Assert.Equal("application/json", answer.Header("Content-Type"));
        var again = await demo.Anyone.GetAsync("/openapi/v1.json", request => request.Headers.IfNoneMatch.ParseAdd(answer.Header("ETag")!));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
    }

    [Fact]
    public void It_has_every_path_of_the_program_and_no_other()
    {
        // The reference page is files, not an endpoint; that it is there is tested with the pages.
        var served = demo.Demo.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Where(method => method != "HEAD").Select(method => $"{method} /{Nameless(route.RoutePattern.RawText!.TrimStart('/'))}"))
            .Append("GET /docs").ToHashSet();
        var described =
            (from path in Document["paths"]!.AsObject()
             from method in path.Value!.AsObject()
             where method.Value is JsonObject
             from server in path.Value["servers"]?.AsArray().Select(server => server!["url"]!.GetValue<string>()) ?? ["/"]
             select $"{method.Key.ToUpperInvariant()} {server.TrimEnd('/')}{Nameless(path.Key)}").ToHashSet();
        Assert.Empty(served.Except(described));
        Assert.Empty(described.Except(served));
    }

    [Theory]
    [InlineData("/contacts", "/contacts")]
    [InlineData("/contacts?stale=true&since=0", "/contacts")]
    [InlineData("/contacts/profile?number=5511999999999", "/contacts/profile")]
    [InlineData("/contacts/profile?number=5511888888888", "/contacts/profile")]
    [InlineData("/contacts/profile-picture?number=5511999999999", "/contacts/profile-picture")]
    [InlineData("/contacts/profile-picture?number=5511999999999&existing_id=1718000000", "/contacts/profile-picture")]
    [InlineData("/contacts/profile-picture?number=5511888888888", "/contacts/profile-picture")]
    [InlineData("/contacts/profile", "/contacts/profile")]
    [InlineData("/contacts/blocklist", "/contacts/blocklist")]
    [InlineData("/groups", "/groups")]
    [InlineData("/groups/120363039000000000@g.us", "/groups/{jid}")]
    [InlineData("/groups/120363039000000009@g.us", "/groups/{jid}")]
    [InlineData("/chats", "/chats")]
    [InlineData("/status", "/status")]
    [InlineData("/devices", "/devices")]
    [InlineData("/user/devices", "/user/devices")]
    [InlineData("/qr", "/qr")]
    [InlineData("/users", "/users")]
    [InlineData("/identity/people?number=6281234567890&device_id=d3f1a2b4-7c6e-4f01-9a2b-1c2d3e4f5a6b", "/identity/people")]
    [InlineData("/devices/d3f1a2b4-7c6e-4f01-9a2b-1c2d3e4f5a6b/profile?jid=5511999999999", "/devices/{device_id}/profile")]
    [InlineData("/devices/d3f1a2b4-7c6e-4f01-9a2b-1c2d3e4f5a6b/profile?jid=120363406798553856@g.us", "/devices/{device_id}/profile")]
    [InlineData("/devices/d3f1a2b4-7c6e-4f01-9a2b-1c2d3e4f5a6b/profile?jid=nobody", "/devices/{device_id}/profile")]
    [InlineData("/devices/d3f1a2b4-7c6e-4f01-9a2b-1c2d3e4f5a6b/groups", "/devices/{device_id}/groups")]
    [InlineData("/wa/devices", "/wa/devices")]
    [InlineData("/v2/contacts?instance_id=A1B2C3D4E5F6&contactId=5511999999999", "/v2/contacts")]
    [InlineData("/v2/contacts?contactId=5511999999999", "/v2/contacts")]
    [InlineData("/v2/contacts/all?instance_id=A1B2C3D4E5F6", "/v2/contacts/all")]
    [InlineData("/v2/contacts/about?instance_id=A1B2C3D4E5F6&contactId=5511888888888", "/v2/contacts/about")]
    [InlineData("/v2/contacts/check-exists?instance_id=A1B2C3D4E5F6&phone=5511999999999", "/v2/contacts/check-exists")]
    [InlineData("/v2/chats/picture?instance_id=A1B2C3D4E5F6&chatId=5511888888888", "/v2/chats/picture")]
    [InlineData("/v2/lids?instance_id=A1B2C3D4E5F6", "/v2/lids")]
    [InlineData("/v2/lids/pn/6281234567890?instance_id=A1B2C3D4E5F6", "/v2/lids/pn/{number}")]
    [InlineData("/v2/groups?instance_id=A1B2C3D4E5F6", "/v2/groups")]
    [InlineData("/v2/groups/120363039000000000@g.us/participants?instance_id=A1B2C3D4E5F6", "/v2/groups/{id}/participants")]
    [InlineData("/v2/session/info?instance_id=A1B2C3D4E5F6", "/v2/session/info")]
    [InlineData("/v2/session/me?instance_id=A1B2C3D4E5F6", "/v2/session/me")]
    [InlineData("/health/live", "/health/live")]
    [InlineData("/health/ready", "/health/ready")]
    public async Task Real_answers_fit_what_is_described_for_their_status(string url, string path)
    {
        var answer = await demo.Client.GetAsync(url);
        var check = new SchemaCheck(Document);
        var response = Document["paths"]![path]!["get"]!["responses"]![((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture)];
        Assert.True(response is not null, $"{(int)answer.Status} is not described for {path}: {answer.Text}");
        response = response["$ref"] is { } reference ? check.Resolve(reference.GetValue<string>()) : response;
        Assert.Empty(check.Faults(JsonNode.Parse(answer.Text), response["content"]!["application/json"]!["schema"]!));
    }

    private static string Nameless(string pattern) => Placeholders().Replace(pattern, "{}");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholders();
}
