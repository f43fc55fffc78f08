using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.WutsRest;

/// <summary>The connection of a device: status, connect, disconnect, logout. Contract wuts 2.6 to 2.9.</summary>
public abstract class SessionContract(GatewayUnderTest gateway) : ContractTests<Team>(gateway)
{
    private const string NotFound = """{"success":true,"data":{"connected":false,"status":"not_found","is_logged_in":false}}""";

    [Fact]
    [Statement("wuts 2.6", "GET /status answers the documented keys in order.")]
    [Statement("wuts 2.7", "POST /connect of a device that is connected changes nothing and answers connected.")]
    [Statement("wuts 2.8", "POST /disconnect drops the connection, keeps the credentials, and POST /connect restores it without pairing.")]
    public async Task Device_disconnects_and_connects_again()
    {
        var linked = await Gateway.LinkAsync();
        var (http, device) = (linked.Http, linked.DeviceId);
        var account = $"\"jid\":\"{linked.Account.Jid}\",\"phone_number\":\"{linked.Account.Phone}\"";
        var connected = $$$"""{"success":true,"data":{"status":"connected","device_id":"{{{device}}}","needs_qr":false}}""";
        (await http.GetAsync("/status")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"connected":true,"status":"connected","device_id":"{{{device}}}",{{{account}}},
             "is_logged_in":true,"last_seen":"<any>"}}
            """);
        (await http.PostAsync("/connect")).Is(HttpStatusCode.OK, connected);

        (await http.PostAsync("/disconnect"))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"message":"device disconnected successfully","device_id":"{{{device}}}"}}""");
        (await http.GetAsync("/status")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"connected":false,"status":"disconnected","device_id":"{{{device}}}",{{{account}}},
             "is_logged_in":false,"last_seen":"<any>"}}
            """);
        (await http.PostAsync("/disconnect"))
            .IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", "device not found or not connected");

        (await http.PostAsync("/connect")).Is(HttpStatusCode.OK, connected);
        Assert.Equal(2, Assert.Single(linked.Account.Devices).Logins);
    }

    [Fact]
    [Statement("wuts 2.6", "status is one of connected, connecting, disconnected, logged_out: an unlinked device that nobody pairs is disconnected.")]
    public async Task Unlinked_device_is_disconnected()
    {
        var caller = await Scene.Admin.AddUserAsync("user", Gateway.NextName("user"));
        var device = await caller.CreateDeviceAsync();
        var expected = $$$"""
            {"success":true,"data":{"connected":false,"status":"disconnected","device_id":"{{{device}}}","is_logged_in":false}}
            """;
        (await caller.Http.GetAsync("/status")).Is(HttpStatusCode.OK, expected);
        (await Scene.Admin.Http.GetAsync($"/status?device_id={device}")).Is(HttpStatusCode.OK, expected);
    }

    [Theory]
    [Statement("wuts 2.6", "Without a device, and for an unknown or foreign one, it is 200 with not_found and no device_id.")]
    [InlineData("admin", "")]
    [InlineData("manager", "?device_id=nonsense")]
    [InlineData("manager", "?device_id={foreign}")]
    [InlineData("user", "?device_id={colleagues}")]
    public async Task Missing_device_is_a_status_too(string role, string query)
    {
        var owner = await Scene.Admin.AddUserAsync("user", Gateway.NextName("owner"));
        var stranger = await Gateway.RegisterAsync();
        var path = "/status" + query
            .Replace("{foreign}", await stranger.CreateDeviceAsync(), StringComparison.Ordinal)
            .Replace("{colleagues}", await owner.CreateDeviceAsync(), StringComparison.Ordinal);
        (await Scene.Of(role).Http.GetAsync(path)).Is(HttpStatusCode.OK, NotFound);
    }

    [Fact]
    [Statement("wuts 2.7", "Without credentials POST /connect is 200 with needs_qr true and logged_out.")]
    public async Task Connecting_without_credentials_asks_for_a_pairing()
    {
        var caller = await Gateway.RegisterAsync();
        var device = await caller.CreateDeviceAsync();
        (await caller.Http.PostAsync("/connect"))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"status":"logged_out","device_id":"{{{device}}}","needs_qr":true}}""");
    }

    [Theory]
    [Statement("wuts 2.7", "POST /connect without a device is 404 \"device not found\".")]
    [Statement("wuts 2.8", "POST /disconnect without a device, or of one that is not connected, is 404 with the documented text.")]
    [Statement("wuts 2.9", "POST /logout without a device is 404.")]
    [InlineData("/connect", "device not found")]
    [InlineData("/disconnect", "device not found or not connected")]
    [InlineData("/logout", "device not found")]
    public async Task Session_needs_a_device(string path, string error)
    {
        foreach (var query in (string[])["", "?device_id=wuts-device-001"])
        {
            (await Scene.Manager.Http.PostAsync(path + query)).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", error);
        }
    }

    [Fact]
    [Statement("wuts 2.9", "Logging out unlinks the device at WhatsApp, clears whatsapp_jid and deletes the synced contacts; pairing is needed afterwards.")]
    public async Task Logging_out_wipes_the_account()
    {
        var linked = await Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Maria, "Maria Silva"));
        var (http, device) = (linked.Http, linked.DeviceId);

        (await http.PostAsync("/logout"))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"message":"device logged out successfully","device_id":"{{{device}}}"}}""");

        Assert.Empty(linked.Account.Devices);
        Assert.DoesNotContain("whatsapp_jid", (await http.GetAsync("/devices")).Text, StringComparison.Ordinal);
        Assert.Contains("\"count\":0", (await http.GetAsync("/contacts?stale=true")).Text, StringComparison.Ordinal);
        (await http.GetAsync("/status")).Is(
            HttpStatusCode.OK,
            $$$"""{"success":true,"data":{"connected":false,"status":"logged_out","device_id":"{{{device}}}","is_logged_in":false,"last_seen":"<any>"}}""");
        (await http.PostAsync("/connect"))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"status":"logged_out","device_id":"{{{device}}}","needs_qr":true}}""");
        (await http.PostAsync("/logout")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");

        await linked.Caller.ScanAsync(Gateway.WhatsApp, Gateway.WhatsApp.Accounts.Create(new AccountSpec { PhoneIsOn = true }));
        Assert.Equal("""{"success":true,"count":0,"contacts":[]}""", (await http.GetAsync("/contacts")).Text);
    }

    [Fact]
    [Statement("wuts 2.9", "A device that its owner unlinks on the phone is logged out, and nothing of the account is shown any more.")]
    public async Task Device_unlinked_on_the_phone_is_logged_out()
    {
        var linked = await Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Maria, "Maria Silva"));
        Assert.True(Gateway.WhatsApp.Unlink(linked.Account, Assert.Single(linked.Account.Devices).Id));
        await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync("/status")).Text, text => text.Contains("\"status\":\"logged_out\"", StringComparison.Ordinal));
        (await linked.Http.GetAsync("/contacts")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        Assert.DoesNotContain("whatsapp_jid", (await linked.Http.GetAsync("/devices")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 1.5", "A device that is not connected answers 503 DEVICE_NOT_READY \"WhatsApp session is not connected\".")]
    [InlineData("GET", "/contacts", null)]
    [InlineData("GET", "/contacts/profile?number=5511999999999", null)]
    [InlineData("GET", "/contacts/profile-picture?number=5511999999999", null)]
    [InlineData("GET", "/contacts/5511999999999/picture", null)]
    [InlineData("POST", "/contacts/resolve", """{"jids":["5511999999999"]}""")]
    [InlineData("POST", "/contact/check", """{"numbers":["5511999999999"]}""")]
    [InlineData("GET", "/contacts/blocklist", null)]
    [InlineData("POST", "/contacts/block", """{"number":"5511999999999"}""")]
    [InlineData("POST", "/contacts/unblock", """{"number":"5511999999999"}""")]
    [InlineData("POST", "/appstate/sync", null)]
    [InlineData("GET", "/groups", null)]
    [InlineData("GET", "/groups/120363039000000000@g.us", null)]
    [InlineData("GET", "/groups/120363039000000000@g.us/invite", null)]
    [InlineData("GET", "/chats", null)]
    [InlineData("POST", "/logout", null)]
    public async Task Device_that_is_not_connected_is_not_ready(string method, string path, string? body) =>
        (await Scene.User.Http.SendAsync(new HttpMethod(method), path, body, null))
            .IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY", "WhatsApp session is not connected");

    protected override async Task<Team> MakeSceneAsync()
    {
        var team = await Team.MakeAsync(Gateway);
        var linked = await Gateway.LinkAsync(team.User);
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/disconnect")).Status);
        return team;
    }
}
