using System.Net;
using System.Text;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.WutsRest;

public sealed class ConventionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [Statement("wuts 1.1", "A path that is not there, webhook paths of a later time included, answers 404 NOT_FOUND in the envelope.")]
    [InlineData("/nowhere")]
    [InlineData("/wuts/nowhere")]
    [InlineData("/send/text")]
    [InlineData("/newsletters")]
    [InlineData("/")]
    public async Task An_unknown_path_answers_not_found(string path) =>
        (await api.Anonymous().GetAsync(path)).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");

    [Fact]
    [Statement("wuts 1.1", "A known path with another method answers 405 METHOD_NOT_ALLOWED and names the methods that it has.")]
    public async Task A_known_path_with_another_method_answers_method_not_allowed()
    {
        var answer = await api.Anonymous().PutAsync("/devices", "{}");
        answer.IsWutsError(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        Assert.Equal("GET, POST", answer.Header("Allow"));
    }

    [Fact]
    [Statement("wuts 1.1", "A trailing slash is not needed and not redirected.")]
    public async Task A_trailing_slash_changes_nothing()
    {
        var tenant = await api.NewTenantAsync();
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.GetAsync("/devices/")).Status);
    }

    [Fact]
    [Statement("wuts 1.1", "Unknown JSON fields are ignored.")]
    public async Task Unknown_fields_are_ignored()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync("/devices", """{"name":"A","colour":{"deep":[1,2,3]}}""");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    [Theory]
    [Statement("wuts 1.1", "A body of more than 1 MiB answers 413 PAYLOAD_TOO_LARGE, one of exactly 1 MiB is read.")]
    [InlineData(1024 * 1024, HttpStatusCode.Created)]
    [InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_size_of_a_body_is_limited(int bytes, HttpStatusCode expected)
    {
        var tenant = await api.NewTenantAsync();
        const string Start = """{"name":"A","x":" """;
        var body = Start + new string('x', bytes - Start.Length - 2) + "\"}";
        var answer = await tenant.Client.PostAsync("/devices", body);
        Assert.Equal(expected, answer.Status);
        if (expected == HttpStatusCode.RequestEntityTooLarge)
        {
            answer.IsWutsError(expected, "PAYLOAD_TOO_LARGE");
        }
    }

    [Fact]
    [Statement("wuts 1.1", "A body of more than 1 MiB that does not announce its length answers 413 as well.")]
    public async Task The_size_of_a_chunked_body_is_limited()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync("/devices", change: request =>
        {
            request.Content = new StreamContent(new MemoryStream(new byte[2 * 1024 * 1024]));
            request.Headers.TransferEncodingChunked = true;
        });
        answer.IsWutsError(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
    }

    [Theory]
    [Statement("wuts 1.1", "A body that is not JSON answers 400 VALIDATION_ERROR whatever its content type.")]
    [InlineData("{\"name\":", "application/json")]
    [InlineData("name=A", "application/x-www-form-urlencoded")]
    [InlineData("[1]", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("{\"name\":\"A\",\"name\":\"B\"}", "application/json")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", "application/json")]
    [InlineData("{\"name\":\"A\"} {}", "application/json")]
    public async Task A_body_that_is_not_json_answers_validation_error(string body, string contentType)
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync(
            "/devices", change: request => request.Content = new StringContent(body, Encoding.UTF8, contentType));
        answer.IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    [Statement("wuts 1.1", "JSON is read whatever the content type says.")]
    public async Task Json_is_read_whatever_the_content_type()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync(
            "/devices", change: request => request.Content = new StringContent("""{"name":"A"}""", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    [Theory]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("{\"name\":7}")]
    public async Task Text_that_is_no_text_is_a_problem_of_its_field(string body)
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.PostAsync("/devices", body)).IsInvalid("name");
    }

    [Theory]
    [Statement("wuts 1.2", "The scheme word of the Authorization header may be of any case, and may be left out.")]
    [InlineData("Bearer {0}")]
    [InlineData("bearer {0}")]
    [InlineData("BEARER {0}")]
    [InlineData("{0}")]
    public async Task The_token_is_read_with_and_without_scheme(string format)
    {
        var tenant = await api.NewTenantAsync();
        var answer = await api.Anonymous().GetAsync(
            "/devices", request => request.Headers.TryAddWithoutValidation("Authorization", format.Replace("{0}", tenant.Token, StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [Statement("wuts 1.2", "A missing or wrong token answers 401 with the full envelope, UNAUTHORIZED and \"Invalid token\".")]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer e5f7ebbd-ed1f-47ea-b060-d9afd5c0076d")]
    public async Task A_missing_or_wrong_token_answers_unauthorized(string? header)
    {
        var answer = await api.Anonymous().GetAsync("/contacts", request =>
        {
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }
        });
        answer.Is(HttpStatusCode.Unauthorized, """
            {"success":false,"error":"Invalid token","error_code":"UNAUTHORIZED","timestamp":"2026-06-15T13:45:02Z"}
            """);
    }

    [Fact]
    [Statement("wuts 1.2", "The token is never read from the query string or a cookie.")]
    public async Task The_token_is_read_from_no_other_place()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await api.Anonymous().GetAsync(
            $"/devices?token={tenant.Token}&access_token={tenant.Token}",
            request => request.Headers.Add("Cookie", $"token={tenant.Token}"));
        answer.IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    [Statement("wuts 1.2", "The token of a user who is not active answers 401, from the moment of the change.")]
    public async Task An_inactive_user_is_refused_at_once()
    {
        var tenant = await api.NewTenantAsync();
        var user = await tenant.AddUserAsync(Role.User);
        Assert.Equal(HttpStatusCode.OK, (await user.Client.GetAsync("/devices")).Status);
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.PutAsync($"/users/{user.User.Id}", """{"active":false}""")).Status);
        (await user.Client.GetAsync("/devices")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "Invalid token");
    }

    [Fact]
    [Statement("wuts 1.2", "The master token on a tenant endpoint answers 403 FORBIDDEN.")]
    public async Task The_master_token_is_refused_by_tenant_endpoints() =>
        (await api.Master().GetAsync("/contacts")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");

    [Fact]
    [Statement("wuts 1.2", "A user token on a master endpoint answers 403 \"master token required\", no or an unknown one 401 \"invalid master token\".")]
    public async Task Master_endpoints_want_the_master_token()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.GetAsync("/tenants")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN", "master token required");
        (await api.Anonymous().GetAsync("/tenants")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "invalid master token");
        var wrong = new ApiClient(api.Address, "not-the-master-token");
        (await wrong.GetAsync("/tenants")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "invalid master token");
    }

    [Fact]
    [Statement("wuts 1.4", "Field problems are listed with field, message and value; other errors have no validation key.")]
    public async Task Field_problems_are_listed()
    {
        var tenant = await api.NewTenantAsync();
        await tenant.AddDeviceAsync();
        var answer = await tenant.Client.GetAsync("/contacts/profile?jid=12@nowhere");
        answer.Is(HttpStatusCode.BadRequest, """
            {"success":false,"error":"validation failed","error_code":"VALIDATION_ERROR","timestamp":"2026-06-15T13:45:02Z",
             "validation":[{"field":"jid","message":"the JID names no server that is supported here","value":"12@nowhere"}]}
            """);
    }

    [Fact]
    [Statement("wuts 1.5", "Checks come in the order token, role, request, device, connection: a bad request is 400 even when the device is offline.")]
    public async Task Checks_come_in_the_order_of_the_contract()
    {
        var tenant = await api.NewTenantAsync();
        (await api.Anonymous().GetAsync("/contacts/profile")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await tenant.Client.GetAsync("/contacts/profile")).IsInvalid("jid");
        (await tenant.Client.GetAsync("/contacts/profile?number=5511999999999")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        var device = await tenant.AddDeviceAsync();
        device.Is(Core.Devices.DeviceState.Disconnected);
        (await tenant.Client.GetAsync("/contacts/profile")).IsInvalid("jid");
        (await tenant.Client.GetAsync("/contacts/profile?number=5511999999999"))
            .IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY", "WhatsApp session is not connected");
        var user = await tenant.AddUserAsync(Role.User);
        (await user.Client.PostAsync("/users", "not json")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task Answers_carry_the_id_of_the_request()
    {
        var mine = Guid.NewGuid().ToString("D");
        var given = await api.Anonymous().GetAsync("/nowhere", request => request.Headers.Add("X-Request-ID", mine));
        Assert.Equal(mine, given.Header("X-Request-ID"));
        var made = await api.Anonymous().GetAsync("/nowhere", request => request.Headers.Add("X-Request-ID", "my\\own"));
        Assert.True(Guid.TryParseExact(made.Header("X-Request-ID"), "D", out _));
    }

    [Fact]
    public async Task A_fault_of_the_gateway_answers_internal_error_and_tells_nothing()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Contact("5511988887777@s.whatsapp.net").Profile = (_, _) => throw new InvalidOperationException("secret detail");
        var answer = await tenant.Client.GetAsync("/contacts/profile?number=5511988887777");
        answer.IsWutsError(HttpStatusCode.InternalServerError, "INTERNAL_ERROR", "internal error");
        Assert.DoesNotContain("secret detail", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_tokens_nor_numbers_reach_the_log()
    {
        var tenant = await api.NewTenantAsync();
        await tenant.AddDeviceAsync(account: null);
        await tenant.Client.GetAsync($"/contacts/profile?number=5511987654321&access_token={tenant.Token}");
        await tenant.Client.GetAsync("/contacts/5511987654321/picture");
        await api.Anonymous().GetAsync("/nowhere/5511987654321?secret=hidden-value");
        Assert.NotEmpty(api.Log.Lines);
        foreach (var line in api.Log.Lines)
        {
            Assert.DoesNotContain(tenant.Token, line, StringComparison.Ordinal);
            Assert.DoesNotContain("5511987654321", line, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden-value", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Statement("wuts 1.3", "success is always present, true and first; wrapped, flat and message-only endpoints keep their shape.")]
    public async Task Success_comes_first_in_every_family()
    {
        var tenant = await api.NewTenantAsync();
        foreach (var (path, second) in (IEnumerable<(string, string)>)
            [("/status", "data"), ("/user/devices", "data"), ("/devices", "devices"), ("/users", "users")])
        {
            var body = System.Text.Json.JsonDocument.Parse((await tenant.Client.GetAsync(path)).Text).RootElement;
            Assert.Equal(["success", second], body.EnumerateObject().Select(property => property.Name));
            Assert.True(body.GetProperty("success").GetBoolean());
        }
    }

    [Fact]
    [Statement("wuts 1.7", "Times are RFC 3339 in UTC with whole seconds and Z; fractions are cut off and offsets converted.")]
    [Statement("wuts 1.8", "Absent texts and times are left out; empty lists are []; booleans and counts are always there.")]
    public async Task Times_are_whole_seconds_in_utc_and_absent_values_are_left_out()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Is(Core.Devices.DeviceState.Connected, lastSeen: new DateTimeOffset(2026, 6, 15, 9, 0, 59, 999, TimeSpan.FromHours(-3)));
        Assert.Contains("\"last_seen\":\"2026-06-15T12:00:59Z\"", (await tenant.Client.GetAsync("/status")).Text, StringComparison.Ordinal);
        device.Is(Core.Devices.DeviceState.Created, account: null);
        var bare = (await tenant.Client.GetAsync("/devices")).Text;
        Assert.DoesNotContain("null", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("\"\"", bare, StringComparison.Ordinal);
        Assert.Contains("\"connected\":false", bare, StringComparison.Ordinal);
    }
}
