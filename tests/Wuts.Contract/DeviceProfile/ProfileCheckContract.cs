using System.Net;

namespace Wuts.Contract.DeviceProfile;

/// <summary>Who may ask for what, in which order it is checked, and what a refusal looks like. Contract device-profile 1.1 to 1.4.</summary>
public abstract class ProfileCheckContract(GatewayUnderTest gateway) : ContractTests<ProfileCheckContract.Devices>(gateway)
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    // Every path of a device, and the list; each with what makes it good.
    public static TheoryData<string, string, string?> Paths => new()
    {
        { "GET", "/wa/devices", null },
        { "POST", "/wa/devices", """{"device_name":"Main"}""" },
        { "POST", "/wa/devices/deploy", """{"device_name":"Main"}""" },
        { "GET", "/wa/devices/{device}/profile?jid=6281234567890", null },
        { "GET", "/wa/devices/{device}/groups", null },
        { "POST", "/wa/devices/{device}/qr", null },
        { "POST", "/wa/devices/{device}/disconnect", null },
        { "DELETE", "/wa/devices/{device}", null },
        { "GET", "/devices/{device}/profile?jid=6281234567890", null },
        { "GET", "/devices/{device}/groups", null },
    };

    [Theory]
    [Statement("device-profile 1.1", "Missing or bad token: 401 invalid_api_key with the documented message, on every path.")]
    [MemberData(nameof(Paths))]
    public async Task Without_a_token_nothing_is_answered(string method, string path, string? body)
    {
        path = path.Replace("{device}", Scene.Connected.DeviceId, StringComparison.Ordinal);
        foreach (var authorization in new[] { null, "Bearer", $"Bearer {Nobody}", $"Basic {Scene.Connected.Caller.Token}", Scene.Connected.Caller.Token })
        {
            var answer = await Gateway.Anyone.SendAsync(new HttpMethod(method), path, body, request =>
            {
                if (authorization is not null)
                {
                    request.Headers.TryAddWithoutValidation("Authorization", authorization);
                }
            });
            answer.Is(HttpStatusCode.Unauthorized, """
                {"error":{"code":"invalid_api_key","message":"Bearer token is missing or invalid"},"request_id":"<any>"}
                """);
        }
    }

    [Theory]
    [Statement("device-profile 1.1", "The token counts in the header only, never in a query string.")]
    [InlineData("token")]
    [InlineData("access_token")]
    [InlineData("Authorization")]
    public async Task Token_in_the_query_string_is_none(string name) =>
        (await Gateway.Anyone.GetAsync($"/wa/devices?{name}={Scene.Connected.Caller.Token}"))
            .IsProfileError(HttpStatusCode.Unauthorized, "invalid_api_key");

    [Theory]
    [Statement("device-profile 1.1", "A device of another app answers 404 not_found, as one that does not exist.")]
    [MemberData(nameof(Paths))]
    public async Task Device_of_somebody_else_is_not_there(string method, string path, string? body)
    {
        if (!path.Contains("{device}", StringComparison.Ordinal))
        {
            // What names no device shows only one's own: nothing of the other app is in it.
            Assert.DoesNotContain(Scene.Connected.DeviceId, (await Scene.Stranger.Http.GetAsync("/wa/devices")).Text, StringComparison.Ordinal);
            return;
        }

        foreach (var device in new[] { Scene.Connected.DeviceId, Nobody })
        {
            (await Scene.Stranger.Http.SendAsync(
                new HttpMethod(method), path.Replace("{device}", device, StringComparison.Ordinal), body, null))
                .IsProfileError(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Theory]
    [Statement("device-profile 1.1", "device_id is a UUID; anything else is 400 validation_error, field device_id.")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("2b0f6c1e8a534c3b9d3e0f6a6a3f9a10")]
    [InlineData("{2b0f6c1e-8a53-4c3b-9d3e-0f6a6a3f9a10}")]
    [InlineData("2b0f6c1e-8a53-4c3b-9d3e-0f6a6a3f9a1g")]
    public async Task Device_id_that_is_no_UUID_is_refused(string id)
    {
        foreach (var tail in new[] { "profile?jid=6281234567890", "groups" })
        {
            (await Scene.Connected.Http.GetAsync($"/wa/devices/{id}/{tail}"))
                .IsProfileError(HttpStatusCode.BadRequest, "validation_error", "device_id");
        }
    }

    [Fact]
    [Statement("device-profile 1.1", "Order of checks: token (401), form (400), device (404, 410), connection (409).")]
    public async Task Checks_come_in_the_order_of_the_contract()
    {
        (await Gateway.Anyone.GetAsync("/wa/devices/none/profile?jid=x")).IsProfileError(HttpStatusCode.Unauthorized, "invalid_api_key");
        (await Scene.Connected.Http.GetAsync($"/wa/devices/{Nobody}/profile?jid=x"))
            .IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");
        (await Scene.Connected.Http.GetAsync($"/wa/devices/{Nobody}/profile?jid=6281234567890"))
            .IsProfileError(HttpStatusCode.NotFound, "not_found");
        (await ProfileScene.ProfileAsync(Scene.Off, "x")).IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");
        (await ProfileScene.ProfileAsync(Scene.Off, "6281234567890")).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");
    }

    [Fact]
    [Statement("device-profile 1.4", "The exact body of device_not_connected; the caller's own request id is kept.")]
    public async Task Device_that_is_not_connected_has_the_exact_body()
    {
        foreach (var tail in new[] { "profile?jid=6281234567890", "groups" })
        {
            var answer = await Scene.Off.Http.GetAsync(
                $"/wa/devices/{Scene.Off.DeviceId}/{tail}", request => request.Headers.Add("X-Request-ID", "8f0d0b6e-5a0d-4f1f-9a53-6f0c1e6f2a11"));
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Equal(
                """{"error":{"code":"device_not_connected","message":"Device is not connected"},"request_id":"8f0d0b6e-5a0d-4f1f-9a53-6f0c1e6f2a11"}""",
                answer.Text);
        }
    }

    [Theory]
    [Statement("device-profile 1.3", "A path that is not there and a method that is not allowed are refused in the dialect's own form.")]
    [InlineData("GET", "/wa/nowhere", HttpStatusCode.NotFound, "not_found")]
    [InlineData("GET", "/wa/devices/{device}/messages", HttpStatusCode.NotFound, "not_found")]
    [InlineData("PUT", "/wa/devices/{device}/profile", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("DELETE", "/wa/devices", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task Unknown_paths_and_methods_are_refused(string method, string path, HttpStatusCode status, string code) =>
        (await Scene.Connected.Http.SendAsync(
            new HttpMethod(method), path.Replace("{device}", Scene.Connected.DeviceId, StringComparison.Ordinal), null, null))
            .IsProfileError(status, code);

    [Fact]
    [Statement("device-profile C4", "GET /health answers 200 without a token.")]
    public async Task Health_needs_no_token() => (await Gateway.Anyone.GetAsync("/wa/health")).Is(HttpStatusCode.OK, """{"status":"ok"}""");

    protected override async Task<Devices> MakeSceneAsync()
    {
        var connected = await Gateway.LinkAsync();
        var off = await Gateway.LinkAsync();
        (await off.Http.PostAsync($"/wa/devices/{off.DeviceId}/disconnect")).Data();
        return new Devices(connected, off, await Gateway.RegisterAsync());
    }

    /// <summary>A connected device, one that is switched off, and somebody else.</summary>
    public sealed record Devices(LinkedUser Connected, LinkedUser Off, Caller Stranger);
}
