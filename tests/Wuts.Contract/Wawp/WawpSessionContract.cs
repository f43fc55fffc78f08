using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>The life of an instance. Contract wawp B10.</summary>
public abstract partial class WawpSessionContract(GatewayUnderTest gateway) : ContractTests(gateway)
{
    [Theory]
    [Statement("wawp B10", "create answers the document's metadata and starts nothing; the token alone is enough, wherever it stands.")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Instance_is_created(bool inBody)
    {
        var caller = await Gateway.RegisterAsync();
        var answer = inBody
            ? await Gateway.Anyone.PostAsync("/v2/session/create", $$"""{"access_token":"{{caller.Token}}"}""")
            : await Gateway.Anyone.PostAsync($"/v2/session/create?access_token={caller.Token}");
        answer.Is(HttpStatusCode.OK, """{"instance_id":"<any>","session_name":"<any>","server_name":"local","status":"STOPPED"}""");
        var created = Caller.Json(answer);
        Assert.Matches(InstanceId(), created.Text("instance_id"));
        Assert.Matches(SessionName(), created.Text("session_name"));
        (await new WawpInstance(caller, created.Text("instance_id"), null).GetAsync("session/info")).Is(HttpStatusCode.OK, $$"""
            {"name":"{{created.Text("session_name")}}","status":"STOPPED","config":{"webhooks":[],"proxy":null},"me":null}
            """);
    }

    [Fact]
    [Statement("wawp B10", "From STOPPED over SCAN_QR_CODE to WORKING and back; every order may be given again, by GET and by POST.")]
    public async Task Instance_lives_as_the_document_says()
    {
        var instance = await Gateway.CreateInstanceAsync();
        (await instance.GetAsync("session/me")).IsNull();
        await OrderAsync(instance, "stop", "STOPPED");
        await OrderAsync(instance, "start", "SCAN_QR_CODE");
        Assert.NotEmpty(Caller.Json(await instance.PostAsync("session/info")).GetProperty("qr").GetBytesFromBase64());

        var account = Gateway.WhatsApp.Accounts.Create(new AccountSpec { PushName = "John Doe" });
        var outcome = await Gateway.WhatsApp.ScanAsync(account, (await RawAsync(instance)).Text("value")).WaitAsync(Eventually.Limit);
        Assert.True(outcome.IsLinked, outcome.Reason);
        var info = await Eventually.IsAsync(
            async () => Caller.Json(await instance.PostAsync("session/info")), body => body.Text("status") == "WORKING");
        Assert.Equal(["name", "status", "config", "me"], info.EnumerateObject().Select(property => property.Name));
        Assert.Equal((account.Phone + "@c.us", "John Doe"), (info.Text("me", "id"), info.Text("me", "pushName")));
        (await instance.GetAsync("session/me")).Is(
            HttpStatusCode.OK, $$"""{"id":"{{account.Phone}}@c.us","pushName":"John Doe","platform":"android","lid":"{{account.Lid}}"}""");

        await OrderAsync(instance, "start", "WORKING");
        await OrderAsync(instance, "stop", "STOPPED");
        Assert.Equal(account.Phone + "@c.us", Caller.Json(await instance.GetAsync("session/info")).Text("me", "id"));
        Caller.Json(await instance.GetAsync("session/start"));
        await UntilAsync(instance, "WORKING");
        Caller.Json(await instance.GetAsync("session/restart"));
        await UntilAsync(instance, "WORKING");

        await OrderAsync(instance, "logout", "SCAN_QR_CODE");
        Assert.Empty(account.Devices);
        (await instance.GetAsync("session/me")).IsNull();
        (await instance.DeleteAsync("session/delete")).Is(HttpStatusCode.OK, """{"success":true,"status":"STOPPED"}""");
        (await instance.DeleteAsync("session/delete")).Is(HttpStatusCode.OK, """{"success":true,"status":"STOPPED"}""");
        (await instance.GetAsync("session/info")).IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
    }

    [Theory]
    [Statement("wawp B10", "auth/qr is the document's envelope; decoded it has the text and its end in Unix milliseconds. GET and POST.")]
    [InlineData("GET", "auth/qr")]
    [InlineData("GET", "auth/qr?format=raw")]
    [InlineData("POST", "auth/qr")]
    public async Task Code_is_given_as_text(string method, string path)
    {
        var instance = await StartedAsync();
        var answer = method == "GET" ? await instance.GetAsync(path) : await instance.PostAsync(path);
        answer.Is(HttpStatusCode.OK, """{"mimetype":"application/json","data":"<any>"}""");
        var raw = Decode(answer);
        Assert.Equal(["value", "expiry"], raw.EnumerateObject().Select(property => property.Name));
        var expiry = DateTimeOffset.FromUnixTimeMilliseconds(raw.GetProperty("expiry").GetInt64());
        Assert.InRange(expiry - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(90));
        Assert.Equal(5, raw.Text("value").Split(',').Length);
    }

    [Theory]
    [Statement("wawp B10", "auth/qr-image is a PNG in Base64.")]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Code_is_given_as_an_image(string method)
    {
        var instance = await StartedAsync();
        var answer = method == "GET" ? await instance.GetAsync("auth/qr-image") : await instance.PostAsync("auth/qr-image");
        answer.Is(HttpStatusCode.OK, """{"mimetype":"image/png","data":"<any>"}""");
        Assert.Equal(Encoding.Latin1.GetBytes("\x89PNG\r\n\x1a\n"), Caller.Json(answer).GetProperty("data").GetBytesFromBase64()[..8]);
    }

    [Fact]
    [Statement("wawp B10", "request-code gives eight characters in two halves, which link the account of the number.")]
    public async Task Code_is_given_to_be_typed()
    {
        var instance = await StartedAsync();
        var account = Gateway.WhatsApp.Accounts.Create();
        var answer = await instance.PostAsync("auth/request-code", $$"""{"phone_number":"{{account.Phone}}"}""");
        answer.Is(HttpStatusCode.OK, """{"code":"<any>"}""");
        Assert.Matches(PairCode(), Caller.Json(answer).Text("code"));
        var outcome = await Gateway.WhatsApp.TypeCodeAsync(account, Caller.Json(answer).Text("code")).WaitAsync(Eventually.Limit);
        Assert.True(outcome.IsLinked, outcome.Reason);
        await UntilAsync(instance, "WORKING");
    }

    [Theory]
    [Statement("wawp B10", "A code outside of SCAN_QR_CODE is 400 invalid_parameter, and the message says the status.")]
    [InlineData("auth/qr")]
    [InlineData("auth/qr-image")]
    [InlineData("auth/request-code")]
    public async Task Code_of_a_stopped_instance_is_refused(string path) => (await (await Gateway.CreateInstanceAsync()).PostAsync(
            path, path == "auth/request-code" ? """{"phone_number":"201145202826"}""" : null))
        .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter", "The session status is STOPPED, not SCAN_QR_CODE.");

    [Theory]
    [Statement("wawp B10", "phone_number is international, in digits.")]
    [InlineData("{}", "missing_parameter")]
    [InlineData("""{"phone_number":"abc"}""", "invalid_parameter")]
    [InlineData("""{"phone_number":"0012345678"}""", "invalid_parameter")]
    public async Task Number_for_a_code_that_is_none_is_refused(string body, string code) =>
        (await (await Gateway.CreateInstanceAsync()).PostAsync("auth/request-code", body)).IsWawpError(HttpStatusCode.BadRequest, code);

    [Fact]
    [Statement("wawp B10", "FAILED when the phone has unlinked the instance; logout and a scan bring it back.")]
    public async Task Instance_that_the_phone_unlinked_has_failed()
    {
        var instance = await Gateway.LinkInstanceAsync();
        Assert.True(Gateway.WhatsApp.Unlink(instance.Account!, instance.Account!.Devices.Single().Id));
        await UntilAsync(instance, "FAILED");
        (await instance.GetAsync("contacts/about?contactId=5511999999999")).IsWawpError(HttpStatusCode.NotFound, "invalid_session");
        await OrderAsync(instance, "logout", "SCAN_QR_CODE");
    }

    private async Task<WawpInstance> StartedAsync()
    {
        var instance = await Gateway.CreateInstanceAsync();
        await OrderAsync(instance, "start", "SCAN_QR_CODE");
        return instance;
    }

    private static async Task OrderAsync(WawpInstance instance, string order, string status)
    {
        (await instance.PostAsync($"session/{order}")).Is(HttpStatusCode.OK, $$"""{"success":true,"status":"{{status}}"}""");
        (await instance.GetAsync($"session/{order}")).Is(HttpStatusCode.OK, $$"""{"success":true,"status":"{{status}}"}""");
    }

    private static Task UntilAsync(WawpInstance instance, string status) => Eventually.IsAsync(
        async () => Caller.Json(await instance.GetAsync("session/info")).Text("status"), now => now == status);

    private static async Task<JsonElement> RawAsync(WawpInstance instance) => Decode(await instance.GetAsync("auth/qr"));

    private static JsonElement Decode(ApiAnswer answer) => JsonDocument.Parse(Caller.Json(answer).GetProperty("data").GetBytesFromBase64()).RootElement;

    [GeneratedRegex("^[0-9A-Z]{12}$")]
    private static partial Regex InstanceId();

    [GeneratedRegex("^wawp-[0-9]{8}$")]
    private static partial Regex SessionName();

    [GeneratedRegex("^[1-9A-Z]{4}-[1-9A-Z]{4}$")]
    private static partial Regex PairCode();
}
