using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Fakes;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.DeviceProfile;

public class DeviceLifeTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Account = "5511999999999@s.whatsapp.net";

    [Theory]
    [InlineData("/wa/devices")]
    [InlineData("/wa/devices/deploy")]
    [Statement("device-profile C1", "Create answers 201 with the first QR and its expiry; deploy is the same.")]
    public async Task Device_is_created_with_its_first_code(string path)
    {
        var owner = await fixture.NewTenantAsync();
        fixture.Actors.OnNew = device => device.Qr = _ => Qr("2@first");

        var answer = await owner.Client.PostAsync(path, """{"device_name":"  Customer Service Main "}""");

        answer.Is(HttpStatusCode.Created, """
            {"data":{"device":{"device_id":"<any>","device_name":"Customer Service Main","status":"qr_generated","jid":"","qr":"2@first",
            "qr_expires_at":"2026-06-15T13:46:02Z","linked_at":"","created_at":"2026-06-15T13:45:02Z"}}}
            """);
        Assert.True(DeviceId.TryParse(Device(answer).GetProperty("device_id").GetString(), out var id));
        Assert.NotNull(await fixture.Catalog.FindAsync(id, CancellationToken.None));
    }

    [Fact]
    [Statement("device-profile C1", "The name is unique within the app among living devices; a destroyed device's name is free again.")]
    public async Task Name_of_a_living_device_is_taken_and_of_a_destroyed_one_free()
    {
        var owner = await fixture.NewTenantAsync();
        var device = await owner.AddDeviceAsync("Main");
        var stranger = await fixture.NewTenantAsync();
        fixture.Actors.OnNew = created => created.Qr = _ => Qr("2@x");

        (await owner.Client.PostAsync("/wa/devices", """{"device_name":"Main"}""")).IsProfileError(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(HttpStatusCode.Created, (await stranger.Client.PostAsync("/wa/devices", """{"device_name":"Main"}""")).Status);
        await fixture.Catalog.DestroyAsync(device.Id, fixture.Time.GetUtcNow(), CancellationToken.None);
        Assert.Equal(HttpStatusCode.Created, (await owner.Client.PostAsync("/wa/devices", """{"device_name":"Main"}""")).Status);
    }

    [Fact]
    [Statement("device-profile C1", "Of many devices created at once under one name one is created.")]
    public async Task Name_is_unique_among_devices_that_are_created_at_once()
    {
        var owner = await fixture.NewTenantAsync();
        fixture.Actors.OnNew = device => device.Qr = _ => Qr("2@x");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            owner.Client.PostAsync("/wa/devices", """{"device_name":"Main"}""")));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.IsProfileError(HttpStatusCode.Conflict, "conflict"));
    }

    [Theory]
    [InlineData("", "device_name")]
    [InlineData("{}", "device_name")]
    [InlineData("""{"device_name":""}""", "device_name")]
    [InlineData("""{"device_name":"   "}""", "device_name")]
    [InlineData("""{"device_name":null}""", "device_name")]
    [InlineData("""{"device_name":7}""", "device_name")]
    [InlineData("""{"device_name":["Main"]}""", "device_name")]
    [InlineData("""{"device_name":"\ud800"}""", "device_name")]
    [InlineData("""{"device_name":"a","device_name":"b"}""", null)]
    [InlineData("""["device_name"]""", null)]
    [InlineData("not json", null)]
    [InlineData("{\"device_name\":\"Main\"", null)]
    [InlineData("null", null)]
    [Statement("device-profile 1.4", "400 validation_error: missing field, invalid JSON.")]
    public async Task Body_that_is_not_acceptable_is_refused(string body, string? field)
    {
        var owner = await fixture.NewTenantAsync();

        (await owner.Client.PostAsync("/wa/devices", body)).IsProfileError(HttpStatusCode.BadRequest, "validation_error", field);

        Assert.Empty(await fixture.Catalog.ListAsync(owner.User.Id, CancellationToken.None));
    }

    [Fact]
    [Statement("device-profile 1.4", "A body that is too large, too deep, or a name that is too long is a 4xx of the dialect.")]
    public async Task Hostile_body_is_refused()
    {
        var owner = await fixture.NewTenantAsync();
        var deep = string.Concat(Enumerable.Repeat("{\"device_name\":", 5000)) + "1" + new string('}', 5000);

        foreach (var body in new[] { deep, $"{{\"device_name\":\"{new string('x', 2_000_000)}\"}}" })
        {
            (await owner.Client.PostAsync("/wa/devices", body)).IsProfileError(HttpStatusCode.BadRequest, "validation_error");
        }

        (await owner.Client.PostAsync("/wa/devices", $"{{\"device_name\":\"{new string('x', 101)}\"}}"))
            .IsProfileError(HttpStatusCode.BadRequest, "validation_error", "device_name");
    }

    [Theory]
    [InlineData("too_many_devices")]
    [InlineData("provider_timeout")]
    [Statement("device-profile C1", "Pairing refused by WhatsApp: 409 too_many_devices; a device without its first code was not created.")]
    public async Task Device_whose_pairing_fails_is_not_created(string code)
    {
        var owner = await fixture.NewTenantAsync();
        FakeDevice? made = null;
        fixture.Actors.OnNew = device =>
        {
            device.Qr = _ => code == "too_many_devices" ? new Failure.Conflict(ConflictKind.TooManyDevices) : new Failure.TimedOut();
            made = device;
        };

        var answer = await owner.Client.PostAsync("/wa/devices", """{"device_name":"Main"}""");

        answer.IsProfileError(code == "too_many_devices" ? HttpStatusCode.Conflict : HttpStatusCode.GatewayTimeout, code);
        Assert.Equal(["qr", "destroy"], made!.Calls);
    }

    [Fact]
    [Statement("device-profile C1", "The list has the app's living devices, without qr, and a count.")]
    public async Task Devices_are_listed_without_codes()
    {
        var owner = await fixture.NewTenantAsync();
        var linked = await owner.AddDeviceAsync("Linked");
        fixture.Catalog.Change(linked.Id, d => d with { LinkedAt = fixture.Time.GetUtcNow() });
        var pairing = await owner.AddDeviceAsync("Pairing", account: null);
        pairing.Is(DeviceState.Pairing, account: null);
        pairing.Actor.Status = pairing.Actor.Status.Value! with { Qr = Qr("2@secret").Value };
        var colleague = await owner.AddUserAsync(Core.Tenancy.Role.Admin);
        await colleague.AddDeviceAsync("Theirs");

        var answer = await owner.Client.GetAsync("/wa/devices");

        var (first, second) = linked.Id.Value.CompareTo(pairing.Id.Value) < 0 ? (0, 1) : (1, 0);
        var expected = new string[2];
        expected[first] = $$"""
            {"device_id":"{{linked.Id}}","device_name":"Linked","status":"connected","jid":"{{Account}}","qr_expires_at":"",
            "linked_at":"2026-06-15T13:45:02Z","created_at":"2026-06-15T13:45:02Z"}
            """;
        expected[second] = $$"""
            {"device_id":"{{pairing.Id}}","device_name":"Pairing","status":"qr_generated","jid":"","qr_expires_at":"2026-06-15T13:46:02Z",
            "linked_at":"","created_at":"2026-06-15T13:45:02Z"}
            """;
        answer.Is(HttpStatusCode.OK, $$$"""{"data":{"devices":[{{{string.Join(",", expected)}}}],"count":2}}""");
    }

    [Theory]
    [InlineData(DeviceState.Created, "expired")]
    [InlineData(DeviceState.Pairing, "qr_generated")]
    [InlineData(DeviceState.PairingExpired, "expired")]
    [InlineData(DeviceState.Connecting, "disconnected")]
    [InlineData(DeviceState.Connected, "connected")]
    [InlineData(DeviceState.Reconnecting, "disconnected")]
    [InlineData(DeviceState.Disconnected, "disconnected")]
    [InlineData(DeviceState.LoggedOut, "disconnected")]
    [Statement("device-profile C1", "Status values: qr_generated, connected, disconnected, expired, destroyed.")]
    public async Task State_has_its_word(DeviceState state, string word)
    {
        var owner = await fixture.NewTenantAsync();
        (await owner.AddDeviceAsync()).Is(state);

        var answer = await owner.Client.GetAsync("/wa/devices");

        Assert.Contains($"\"status\":\"{word}\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeviceState.Connecting)]
    [InlineData(DeviceState.Connected)]
    [InlineData(DeviceState.Reconnecting)]
    [InlineData(DeviceState.Pairing)]
    [Statement("device-profile C1", "A new QR while one is valid or a connection is live: 409 qr_reset_not_allowed.")]
    public async Task Code_is_not_replaced_while_one_or_a_connection_is_live(DeviceState state)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Is(state, state == DeviceState.Pairing ? null : Account);
        if (state == DeviceState.Pairing)
        {
            scene.Device.Actor.Status = scene.Device.Actor.Status.Value! with { Qr = Qr("2@now").Value };
        }

        (await scene.Owner.Client.PostAsync(scene.Path("qr"))).IsProfileError(HttpStatusCode.Conflict, "qr_reset_not_allowed");
        Assert.Equal(["status"], scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData(DeviceState.PairingExpired)]
    [InlineData(DeviceState.Created)]
    [InlineData(DeviceState.LoggedOut)]
    [Statement("device-profile C1", "expired -> /qr -> qr_generated.")]
    public async Task Expired_device_gets_a_new_code(DeviceState state)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Is(state, account: null);
        scene.Device.Actor.Qr = _ => Qr("2@again");

        var answer = await scene.Owner.Client.PostAsync(scene.Path("qr"));

        answer.Is(HttpStatusCode.OK, $$$$"""
            {"data":{"device":{"device_id":"{{{{scene.Device.Id}}}}","device_name":"Phone","status":"qr_generated","jid":"","qr":"2@again",
            "qr_expires_at":"2026-06-15T13:46:02Z","linked_at":"","created_at":"2026-06-15T13:45:02Z"}}}
            """);
    }

    [Fact]
    [Statement("device-profile C1", "disconnected -> /qr -> qr_generated: the old link ends at WhatsApp first.")]
    public async Task Disconnected_device_is_unlinked_before_it_gets_a_new_code()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        scene.Device.Actor.Connect = () => Status(DeviceState.Connected, Account);
        scene.Device.Actor.Logout = () => Status(DeviceState.LoggedOut, null);
        scene.Device.Actor.Qr = _ => Qr("2@again");

        var answer = await scene.Owner.Client.PostAsync(scene.Path("qr"));

        Assert.Equal("qr_generated", Device(answer).GetProperty("status").GetString());
        Assert.Equal(["status", "connect", "logout", "qr"], scene.Device.Actor.Calls);
    }

    [Fact]
    [Statement("device-profile C1", "/disconnect ends the connection and keeps the device.")]
    public async Task Connection_is_ended_and_the_device_kept()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Actor.Disconnect = () => Status(DeviceState.Disconnected, Account);

        var answer = await scene.Owner.Client.PostAsync(scene.Path("disconnect"));

        Assert.Equal("disconnected", Device(answer).GetProperty("status").GetString());
        Assert.Equal(Account, Device(answer).GetProperty("jid").GetString());
    }

    [Fact]
    [Statement("device-profile C1", "DELETE destroys the device; afterwards every path of it is 410 device_destroyed.")]
    public async Task Destroyed_device_is_gone_for_good()
    {
        var scene = await ProfileScene.NewAsync(fixture);

        var answer = await scene.Owner.Client.DeleteAsync($"/wa/devices/{scene.Device.Id}");
        await fixture.Catalog.DestroyAsync(scene.Device.Id, fixture.Time.GetUtcNow(), CancellationToken.None);
        fixture.Service<DeviceDirectory>().Forget();

        Assert.Equal("destroyed", Device(answer).GetProperty("status").GetString());
        Assert.Equal(["destroy"], scene.Device.Actor.Calls);
        (await scene.Owner.Client.DeleteAsync($"/wa/devices/{scene.Device.Id}")).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await scene.Owner.Client.PostAsync(scene.Path("qr"))).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await scene.Owner.Client.PostAsync(scene.Path("disconnect"))).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        var list = await scene.Owner.Client.GetAsync("/wa/devices");
        Assert.DoesNotContain(scene.Device.Id.ToString(), list.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("device-profile 1.1", "A device of another app cannot be changed: 404 not_found.")]
    public async Task Device_of_somebody_else_cannot_be_changed()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        var stranger = await fixture.NewTenantAsync();

        (await stranger.Client.DeleteAsync($"/wa/devices/{scene.Device.Id}")).IsProfileError(HttpStatusCode.NotFound, "not_found");
        (await stranger.Client.PostAsync(scene.Path("qr"))).IsProfileError(HttpStatusCode.NotFound, "not_found");
        (await stranger.Client.PostAsync(scene.Path("disconnect"))).IsProfileError(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(scene.Device.Actor.Calls);
    }

    private Answer<QrCode> Qr(string text) =>
        new QrCode(text, fixture.Time.GetUtcNow(), fixture.Time.GetUtcNow().AddSeconds(60), FromCache: false);

    private static Answer<DeviceStatus> Status(DeviceState state, string? account) =>
        new DeviceStatus(state, account is null ? null : Jid.Parse(account), null, null, null, null, null, null);

    private static JsonElement Device(ApiAnswer answer) =>
        JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetProperty("device");
}
