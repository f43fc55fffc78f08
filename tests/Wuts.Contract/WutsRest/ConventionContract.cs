using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Wuts.Contract.WutsRest;

/// <summary>Paths, bodies, envelopes, times. Contract wuts 1.1 and 1.3 to 1.8.</summary>
public abstract partial class ConventionContract(GatewayUnderTest gateway) : ContractTests<Caller>(gateway)
{
    [Theory]
    [Statement("wuts 1.1", "A path that is not there, webhook paths of a later time included, answers 404 NOT_FOUND in the envelope.")]
    [InlineData("/nowhere")]
    [InlineData("/wuts/nowhere")]
    [InlineData("/send/text")]
    [InlineData("/newsletters")]
    [InlineData("/webhook")]
    [InlineData("/webhook/events")]
    [InlineData("/payment/request")]
    [InlineData("/contact/check/more")]
    public async Task Unknown_path_is_not_found(string path) =>
        (await Scene.Http.GetAsync(path)).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");

    [Theory]
    [Statement("wuts 1.1", "A known path with another method answers 405 METHOD_NOT_ALLOWED and names the methods that it has.")]
    [InlineData("PUT", "/devices", "GET, POST")]
    [InlineData("DELETE", "/contacts", "GET")]
    [InlineData("GET", "/contacts/resolve", "POST")]
    [InlineData("GET", "/contact/check", "POST")]
    [InlineData("GET", "/appstate/sync", "POST")]
    [InlineData("POST", "/status", "GET")]
    [InlineData("GET", "/connect", "POST")]
    public async Task Another_method_is_refused(string method, string path, string allowed)
    {
        var answer = await Scene.Http.SendAsync(new HttpMethod(method), path, null, null);
        answer.IsWutsError(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        Assert.Equal(allowed, answer.Header("Allow"));
    }

    [Theory]
    [Statement("wuts 1.1", "A trailing slash is not needed and not redirected.")]
    [InlineData("/devices/")]
    [InlineData("/user/devices/")]
    [InlineData("/status/")]
    [InlineData("/users/")]
    public async Task Trailing_slash_changes_nothing(string path) =>
        Assert.Equal((await Scene.Http.GetAsync(path[..^1])).Text, (await Scene.Http.GetAsync(path)).Text);

    [Fact]
    [Statement("wuts 1.1", "Unknown JSON fields are ignored.")]
    public async Task Unknown_fields_are_ignored() => Assert.Equal(
        HttpStatusCode.Created, (await Scene.Http.PostAsync("/devices", """{"name":"A","colour":{"deep":[1,2,3]}}""")).Status);

    [Theory]
    [Statement("wuts 1.1", "A body of more than 1 MiB answers 413 PAYLOAD_TOO_LARGE, one of exactly 1 MiB is read.")]
    [InlineData(1024 * 1024, HttpStatusCode.Created)]
    [InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Size_of_a_body_is_limited(int bytes, HttpStatusCode expected)
    {
        const string Start = """{"name":"A","x":" """;
        var answer = await Scene.Http.PostAsync("/devices", Start + new string('x', bytes - Start.Length - 2) + "\"}");
        Assert.True(answer.Status == expected, answer.Text);
        if (expected == HttpStatusCode.RequestEntityTooLarge)
        {
            answer.IsWutsError(expected, "PAYLOAD_TOO_LARGE");
        }
    }

    [Theory]
    [Statement("wuts 1.1", "A body that is not JSON answers 400 VALIDATION_ERROR whatever its content type.")]
    [InlineData("{\"name\":", "application/json")]
    [InlineData("name=A", "application/x-www-form-urlencoded")]
    [InlineData("[1]", "application/json")]
    [InlineData("null", "text/plain")]
    [InlineData("{\"name\":\"A\",\"name\":\"B\"}", "application/json")]
    [InlineData("{\"name\":\"A\"} {}", "application/json")]
    public async Task Body_that_is_not_json_is_refused(string body, string contentType) =>
        (await Scene.Http.PostAsync("/devices", change: request => request.Content = new StringContent(body, Encoding.UTF8, contentType)))
            .IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR");

    [Fact]
    [Statement("wuts 1.1", "JSON is read whatever the content type says.")]
    public async Task Json_is_read_whatever_the_content_type()
    {
        var answer = await Scene.Http.PostAsync(
            "/devices", change: request => request.Content = new StringContent("""{"name":"A"}""", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    [Theory]
    [Statement("wuts 1.3", "success is always present, true and first; wrapped, flat and message-only endpoints keep their shape.")]
    [InlineData("/status", "data")]
    [InlineData("/user/devices", "data")]
    [InlineData("/devices", "devices")]
    [InlineData("/users", "users")]
    public async Task Success_comes_first(string path, string second)
    {
        var body = Caller.Json(await Scene.Http.GetAsync(path));
        Assert.Equal(["success", second], body.EnumerateObject().Select(property => property.Name));
        Assert.True(body.GetProperty("success").GetBoolean());
    }

    [Fact]
    [Statement("wuts 1.4", "Field problems are listed with field, message and value; other errors have no validation key.")]
    public async Task Field_problems_are_listed()
    {
        (await Scene.Http.GetAsync("/contacts/profile?jid=12@nowhere")).Is(HttpStatusCode.BadRequest, """
            {"success":false,"error":"validation failed","error_code":"VALIDATION_ERROR","timestamp":"<any>",
             "validation":[{"field":"jid","message":"<any>","value":"12@nowhere"}]}
            """);
        (await Scene.Http.GetAsync("/users/nobody"))
            .Is(HttpStatusCode.NotFound, """{"success":false,"error":"user not found","error_code":"USER_NOT_FOUND","timestamp":"<any>"}""");
    }

    [Theory]
    [Statement("wuts 1.5", "Checks come in the order token, role, request, device: a bad request is 400 even without a device.")]
    [InlineData("/contacts/profile", "jid")]
    [InlineData("/contacts/profile-picture?number=1", "number")]
    [InlineData("/contacts?limit=0", "limit")]
    [InlineData("/contacts/5511999999999/picture?size=huge", "size")]
    [InlineData("/groups/12@g.us", "jid")]
    public async Task Request_is_checked_before_the_device(string path, string field)
    {
        (await Gateway.Anyone.GetAsync(path)).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        var without = await Scene.AddUserAsync("user", Gateway.NextName("user"));
        (await without.Http.GetAsync(path)).IsInvalid(field);
    }

    [Theory]
    [Statement("wuts 1.7", "Times are RFC 3339 in UTC with whole seconds and Z.")]
    [InlineData("/devices", "created_at")]
    [InlineData("/devices", "updated_at")]
    [InlineData("/users", "created_at")]
    [InlineData("/nowhere", "timestamp")]
    public async Task Times_are_whole_seconds_in_utc(string path, string key)
    {
        var text = (await Scene.Http.GetAsync(path)).Text;
        var times = Regex.Matches(text, $"\"{key}\":\"([^\"]*)\"");
        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.Matches(WholeSeconds(), time.Groups[1].Value));
    }

    [Fact]
    [Statement("wuts 1.8", "Absent texts and times are left out; empty lists are []; booleans and counts are always there.")]
    public async Task Absent_values_are_left_out()
    {
        var user = await Scene.AddUserAsync("user", Gateway.NextName("user"));
        Assert.Equal("""{"success":true,"devices":[]}""", (await user.Http.GetAsync("/devices")).Text);
        await user.CreateDeviceAsync();
        var bare = (await user.Http.GetAsync("/devices")).Text;
        Assert.DoesNotContain("null", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("\"\"", bare, StringComparison.Ordinal);
        Assert.Contains("\"connected\":false", bare, StringComparison.Ordinal);
    }

    protected override async Task<Caller> MakeSceneAsync()
    {
        var caller = await Gateway.RegisterAsync();
        await caller.CreateDeviceAsync();
        return caller;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex WholeSeconds();
}
