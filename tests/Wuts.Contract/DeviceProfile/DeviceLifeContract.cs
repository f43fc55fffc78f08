using System.Net;
using System.Text.Json;

namespace Wuts.Contract.DeviceProfile;

/// <summary>Devices from their first code to their end. Contract device-profile C1.</summary>
public abstract class DeviceLifeContract(GatewayUnderTest gateway) : ContractTests(gateway)
{
    [Theory]
    [Statement("device-profile C1", "Create answers 201 with the first QR and its expiry; deploy is the same.")]
    [InlineData("/wa/devices")]
    [InlineData("/wa/devices/deploy")]
    public async Task Device_is_created_with_its_first_code(string path)
    {
        var caller = await Gateway.RegisterAsync();
        var answer = await caller.Http.PostAsync(path, """{"device_name":"  Customer Service Main "}""");
        answer.Is(HttpStatusCode.Created, """
            {"data":{"device":{"device_id":"<any>","device_name":"Customer Service Main","status":"qr_generated","jid":"","qr":"<any>",
             "qr_expires_at":"<any>","linked_at":"","created_at":"<any>"}}}
            """);
        var device = Device(answer, HttpStatusCode.Created);
        Assert.True(Guid.TryParseExact(device.Text("device_id"), "D", out _));
        Assert.NotEmpty(device.Text("qr"));
        Assert.True(Time(device, "qr_expires_at") > Time(device, "created_at"));
    }

    [Fact]
    [Statement("device-profile C1", "A whole life: created with a code, scanned, connected, disconnected, a new code, destroyed.")]
    public async Task Device_lives_as_the_diagram_shows()
    {
        var caller = await Gateway.RegisterAsync();
        var created = Device(await caller.Http.PostAsync("/wa/devices", """{"device_name":"Main"}"""), HttpStatusCode.Created);
        var path = $"/wa/devices/{created.Text("device_id")}";
        (await caller.Http.PostAsync($"{path}/qr")).IsProfileError(HttpStatusCode.Conflict, "qr_reset_not_allowed");
        (await caller.Http.GetAsync($"{path}/profile?jid=5511999999999")).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");

        var account = Gateway.WhatsApp.Accounts.Create();
        var outcome = await Gateway.WhatsApp.ScanAsync(account, created.Text("qr")).WaitAsync(Eventually.Limit);
        Assert.True(outcome.IsLinked, outcome.Reason);
        var connected = await Eventually.IsAsync(
            async () => (await caller.Http.GetAsync("/wa/devices")).Data().GetProperty("devices")[0], device => device.Text("status") == "connected");
        Assert.Equal(account.Jid.ToString(), connected.Text("jid"));
        Assert.True(Time(connected, "linked_at") >= Time(connected, "created_at"));
        Assert.False(connected.TryGetProperty("qr", out _));
        (await caller.Http.GetAsync($"{path}/profile?jid=5511999999999")).Profile();
        (await caller.Http.PostAsync($"{path}/qr")).IsProfileError(HttpStatusCode.Conflict, "qr_reset_not_allowed");

        var off = Device(await caller.Http.PostAsync($"{path}/disconnect"));
        Assert.Equal(("disconnected", account.Jid.ToString()), (off.Text("status"), off.Text("jid")));
        (await caller.Http.GetAsync($"{path}/profile?jid=5511999999999")).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");
        (await caller.Http.GetAsync($"{path}/groups")).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");

        var again = Device(await caller.Http.PostAsync($"{path}/qr"));
        Assert.Equal(("qr_generated", ""), (again.Text("status"), again.Text("jid")));
        Assert.NotEqual(created.Text("qr"), again.Text("qr"));
        Assert.Empty(account.Devices);

        var destroyed = Device(await caller.Http.DeleteAsync(path));
        Assert.Equal("destroyed", destroyed.Text("status"));
        Assert.Equal(0, (await caller.Http.GetAsync("/wa/devices")).Data().GetProperty("count").GetInt32());
    }

    [Fact]
    [Statement("device-profile C1", "A destroyed device_id is never used again: every path of it is 410, and its name is free.")]
    [Statement("device-profile A1.4", "410 device_destroyed.")]
    public async Task Destroyed_device_is_gone_for_good()
    {
        var user = await Gateway.LinkAsync();
        var path = $"/wa/devices/{user.DeviceId}";
        Assert.Equal("destroyed", Device(await user.Http.DeleteAsync(path)).Text("status"));
        Assert.Empty(user.Account.Devices);

        (await user.Http.GetAsync($"{path}/profile?jid=5511999999999")).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await user.Http.GetAsync($"{path}/groups")).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await user.Http.PostAsync($"{path}/qr")).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await user.Http.PostAsync($"{path}/disconnect")).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await user.Http.DeleteAsync(path)).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        Device(await user.Http.PostAsync("/wa/devices", """{"device_name":"Sales WhatsApp"}"""), HttpStatusCode.Created);
    }

    [Fact]
    [Statement("device-profile C1", "The name is unique within the app among living devices, also when many are created at once.")]
    public async Task Name_is_unique_within_the_app()
    {
        var caller = await Gateway.RegisterAsync();
        var other = await Gateway.RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => caller.Http.PostAsync("/wa/devices", """{"device_name":"Main"}""")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => answer.IsProfileError(HttpStatusCode.Conflict, "conflict"));
        Device(await other.Http.PostAsync("/wa/devices", """{"device_name":"Main"}"""), HttpStatusCode.Created);
        Assert.Equal(1, (await caller.Http.GetAsync("/wa/devices")).Data().GetProperty("count").GetInt32());
    }

    [Theory]
    [Statement("device-profile 1.4", "A body that is missing, wrong, no JSON or too large is 400 validation_error, and creates nothing.")]
    [InlineData("", "device_name")]
    [InlineData("{}", "device_name")]
    [InlineData("""{"device_name":"  "}""", "device_name")]
    [InlineData("""{"device_name":null}""", "device_name")]
    [InlineData("""{"device_name":7}""", "device_name")]
    [InlineData("""["device_name"]""", null)]
    [InlineData("not json", null)]
    [InlineData("""{"device_name":"a","device_name":"b"}""", null)]
    public async Task Body_that_is_not_acceptable_is_refused(string body, string? field)
    {
        var caller = await Gateway.RegisterAsync();
        (await caller.Http.PostAsync("/wa/devices", body)).IsProfileError(HttpStatusCode.BadRequest, "validation_error", field);
        (await caller.Http.GetAsync("/wa/devices")).Is(HttpStatusCode.OK, """{"data":{"devices":[],"count":0}}""");
    }

    [Fact]
    [Statement("device-profile A1.4", "409 logged_out when the phone has unlinked the device.")]
    public async Task Device_that_the_phone_unlinked_says_so()
    {
        var user = await Gateway.LinkAsync();
        Assert.True(Gateway.WhatsApp.Unlink(user.Account, user.Account.Devices.Single().Id));
        await Eventually.IsAsync(
            async () => (await ProfileScene.ProfileAsync(user, "5511999999999")).Text, text => text.Contains("\"logged_out\"", StringComparison.Ordinal));
        (await ProfileScene.ProfileAsync(user, "5511999999999")).IsProfileError(HttpStatusCode.Conflict, "logged_out");
    }

    private static JsonElement Device(ApiAnswer answer, HttpStatusCode status = HttpStatusCode.OK) => answer.Data(status).GetProperty("device");

    private static DateTimeOffset Time(JsonElement device, string name) => DateTimeOffset.ParseExact(
        device.Text(name), "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}
