using System.Net;
using System.Text;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Api.Wawp.Sessions;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.Wawp;

public class SessionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Account = "201012345678@s.whatsapp.net";

    public static TheoryData<DeviceState, DeviceProblemKind?, string> Words => new()
    {
        { DeviceState.Created, null, "STOPPED" },
        { DeviceState.Pairing, null, "SCAN_QR_CODE" },
        { DeviceState.PairingExpired, null, "FAILED" },
        { DeviceState.Connecting, null, "STARTING" },
        { DeviceState.Connected, null, "WORKING" },
        { DeviceState.Reconnecting, DeviceProblemKind.Network, "STARTING" },
        { DeviceState.Disconnected, null, "STOPPED" },
        { DeviceState.Disconnected, DeviceProblemKind.Network, "STOPPED" },
        { DeviceState.Disconnected, DeviceProblemKind.Banned, "FAILED" },
        { DeviceState.Disconnected, DeviceProblemKind.Replaced, "FAILED" },
        { DeviceState.Disconnected, DeviceProblemKind.ClientOutdated, "FAILED" },
        { DeviceState.LoggedOut, DeviceProblemKind.LoggedOut, "FAILED" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    [Statement("wawp B10", "Status values: STOPPED, STARTING, SCAN_QR_CODE, WORKING, FAILED.")]
    public void State_has_its_word(DeviceState state, DeviceProblemKind? problem, string word) =>
        Assert.Equal(word, WawpStatus.Of(state, problem is { } kind ? new DeviceProblem(kind) : null));

    [Fact]
    [Statement("wawp B10", "session/create needs the token only; the instance is STOPPED and not started.")]
    [Statement("wawp 1.1", "An instance_id has 12 letters and digits.")]
    public async Task Instance_is_created_and_not_started()
    {
        var owner = await fixture.NewTenantAsync();

        var answer = await fixture.Anonymous().PostAsync("/v2/session/create", $$"""{"access_token":"{{owner.Token}}"}""");

        answer.Is(HttpStatusCode.OK, """{"instance_id":"<any>","session_name":"<any>","server_name":"local","status":"STOPPED"}""");
        var body = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Matches("^[A-Z0-9]{12}$", body.GetProperty("instance_id").GetString());
        Assert.Matches("^wawp-[0-9]{8}$", body.GetProperty("session_name").GetString());
        Assert.True(InstanceId.TryParse(body.GetProperty("instance_id").GetString(), out var id));
        var record = await fixture.Catalog.FindAsync(id, CancellationToken.None);
        Assert.Equal(owner.User.Id, record!.UserId);
        Assert.Empty(fixture.Actors.Of(record.Id).Calls);
    }

    [Fact]
    [Statement("wawp 1.2", "403 limit_reached: quota at session/create.")]
    public async Task Instance_beyond_the_quota_is_not_created()
    {
        var owner = await fixture.NewTenantAsync();
        for (var i = 0; i < ApiFixture.MaxInstances; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await owner.Client.PostAsync("/v2/session/create")).Status);
        }

        (await owner.Client.PostAsync("/v2/session/create")).IsWawpError(HttpStatusCode.Forbidden, "limit_reached");
    }

    [Fact]
    [Statement("wawp 1.1", "The same devices are seen through every dialect.")]
    public async Task Instance_is_a_device_of_the_other_dialects()
    {
        var scene = await WawpScene.NewAsync(fixture);

        Assert.Contains(scene.Device.Id.ToString(), (await scene.Owner.Client.GetAsync("/wa/devices")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "info")]
    [InlineData("GET", "info")]
    [Statement("wawp B10", "session/info as shown; POST, and GET as official clients send it.")]
    public async Task Info_of_a_working_session_is_as_the_document_shows(string method, string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Connected, Account, pushName: "John Doe");

        (await SendAsync(scene, method, path)).Is(HttpStatusCode.OK, """
            {"name":"Phone","status":"WORKING","config":{"webhooks":[],"proxy":null},"me":{"id":"201012345678@c.us","pushName":"John Doe"} }
            """);
    }

    [Fact]
    [Statement("wawp B10", "session/info answers 200 in every status; me is null when not linked; qr only in SCAN_QR_CODE.")]
    public async Task Info_is_answered_in_every_status()
    {
        var scene = await WawpScene.NewAsync(fixture);
        foreach (var state in Enum.GetValues<DeviceState>().Except([DeviceState.Destroyed]))
        {
            Is(scene, state, account: null);

            (await scene.PostAsync("session/info")).Is(HttpStatusCode.OK, $$"""
                {"name":"Phone","status":"{{WawpStatus.Of(state, null)}}","config":{"webhooks":[],"proxy":null},"me":null}
                """);
        }

        Is(scene, DeviceState.Pairing, account: null, qr: Qr());
        var info = JsonDocument.Parse((await scene.PostAsync("session/info")).Text).RootElement;
        AssertIsPng(info.GetProperty("qr").GetBytesFromBase64());
    }

    [Fact]
    [Statement("wawp B10", "session/me: id, pushName, platform, lid; null with 200 when not linked.")]
    public async Task Linked_account_is_told()
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Connected, Account, pushName: "John Doe");
        (await scene.GetAsync("session/me"))
            .Is(HttpStatusCode.OK, """{"id":"201012345678@c.us","pushName":"John Doe","platform":"android","lid":"77@lid"}""");

        Is(scene, DeviceState.Created, account: null);
        var answer = await scene.GetAsync("session/me");
        Assert.Equal((HttpStatusCode.OK, "null"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    [Statement("wawp B10", "start: a linked instance connects, again and again without harm.")]
    public async Task Linked_instance_is_connected(string method)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Disconnected, Account);
        scene.Device.Actor.Connect = () => Status(DeviceState.Connecting, Account);
        (await SendAsync(scene, method, "start")).Is(HttpStatusCode.OK, """{"success":true,"status":"STARTING"}""");

        Is(scene, DeviceState.Connected, Account);
        (await SendAsync(scene, method, "start")).Is(HttpStatusCode.OK, """{"success":true,"status":"WORKING"}""");
        Assert.Equal(["status", "connect", "status"], scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Statement("wawp B10", "start: an instance that is not linked shows a code; a code that is late is no error.")]
    public async Task Instance_that_is_not_linked_shows_a_code(bool isLate)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Created, account: null);
        scene.Device.Actor.Qr = refresh =>
        {
            Assert.False(refresh);
            Is(scene, DeviceState.Pairing, account: null);
            return isLate ? new Failure.TimedOut() : Qr();
        };

        (await scene.PostAsync("session/start")).Is(HttpStatusCode.OK, """{"success":true,"status":"SCAN_QR_CODE"}""");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    [Statement("wawp B10", "stop: without logging out; restart: stop and start.")]
    public async Task Session_is_stopped_and_restarted(string method)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Disconnect = () =>
        {
            Is(scene, DeviceState.Disconnected, Account);
            return Status(DeviceState.Disconnected, Account);
        };
        scene.Device.Actor.Connect = () => Status(DeviceState.Connecting, Account);

        (await SendAsync(scene, method, "stop")).Is(HttpStatusCode.OK, """{"success":true,"status":"STOPPED"}""");
        (await SendAsync(scene, method, "restart")).Is(HttpStatusCode.OK, """{"success":true,"status":"STARTING"}""");
        Assert.Equal(["disconnect", "disconnect", "status", "connect"], scene.Device.Actor.Calls);
    }

    [Fact]
    [Statement("wawp B10", "logout: unlinks; the instance stays, in SCAN_QR_CODE; idempotent.")]
    public async Task Logout_leaves_the_instance_with_a_code()
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Disconnected, Account);
        scene.Device.Actor.Connect = () => Status(DeviceState.Connected, Account);
        scene.Device.Actor.Logout = () =>
        {
            Is(scene, DeviceState.LoggedOut, account: null);
            return Status(DeviceState.LoggedOut, null);
        };
        scene.Device.Actor.Qr = _ =>
        {
            Is(scene, DeviceState.Pairing, account: null);
            return Qr();
        };

        (await scene.PostAsync("session/logout")).Is(HttpStatusCode.OK, """{"success":true,"status":"SCAN_QR_CODE"}""");
        (await scene.PostAsync("session/logout")).Is(HttpStatusCode.OK, """{"success":true,"status":"SCAN_QR_CODE"}""");
        Assert.Single(scene.Device.Actor.Calls, "logout");
    }

    [Fact]
    [Statement("wawp B10", "delete: for good, idempotent; afterwards 404 invalid_instance.")]
    public async Task Deleted_instance_is_gone()
    {
        var scene = await WawpScene.NewAsync(fixture);

        (await scene.DeleteAsync("session/delete")).Is(HttpStatusCode.OK, """{"success":true,"status":"STOPPED"}""");
        await fixture.Catalog.DestroyAsync(scene.Device.Id, fixture.Time.GetUtcNow(), CancellationToken.None);
        fixture.Service<DeviceDirectory>().Forget();
        (await scene.DeleteAsync("session/delete")).Is(HttpStatusCode.OK, """{"success":true,"status":"STOPPED"}""");

        Assert.Single(scene.Device.Actor.Calls, "destroy");
        (await scene.PostAsync("session/info")).IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
    }

    [Theory]
    [InlineData("POST", "auth/qr")]
    [InlineData("GET", "auth/qr?format=raw")]
    [Statement("wawp B10", "auth/qr: Base64 of value and expiry in Unix milliseconds, in an envelope.")]
    public async Task Code_is_given_as_raw_data(string method, string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Pairing, account: null, qr: Qr());
        scene.Device.Actor.Qr = _ => Qr();

        var answer = method == "GET" ? await scene.GetAsync(path) : await scene.PostAsync(path);

        answer.Is(HttpStatusCode.OK, """{"mimetype":"application/json","data":"<any>"}""");
        var data = JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetBytesFromBase64();
        var expiry = fixture.Time.GetUtcNow().AddSeconds(20).ToUnixTimeMilliseconds();
        Assert.Equal($$"""{"value":"2@ref,key,identity,secret","expiry":{{expiry}}}""", Encoding.UTF8.GetString(data));
    }

    [Theory]
    [InlineData("POST", "auth/qr-image")]
    [InlineData("GET", "auth/qr-image")]
    [InlineData("GET", "auth/qr?format=image")]
    [Statement("wawp B10", "auth/qr-image: a PNG in Base64.")]
    public async Task Code_is_given_as_a_picture(string method, string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Pairing, account: null, qr: Qr());
        scene.Device.Actor.Qr = _ => Qr();

        var answer = method == "GET" ? await scene.GetAsync(path) : await scene.PostAsync(path);

        answer.Is(HttpStatusCode.OK, """{"mimetype":"image/png","data":"<any>"}""");
        AssertIsPng(JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetBytesFromBase64());
    }

    [Theory]
    [InlineData("201145202826")]
    [InlineData("+201145202826")]
    [Statement("wawp B10", "auth/request-code: phone_number; an 8-character code in two halves.")]
    public async Task Code_to_type_is_given(string phone)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Is(scene, DeviceState.Pairing, account: null);
        scene.Device.Actor.PairCode = (number, _) =>
        {
            Assert.Equal("201145202826", number.Digits);
            return new PairCode("ABCD1234", fixture.Time.GetUtcNow().AddMinutes(3), FromCache: false);
        };

        (await scene.PostAsync("auth/request-code", $$"""{"phone_number":"{{phone}}"}"""))
            .Is(HttpStatusCode.OK, """{"code":"ABCD-1234"}""");
    }

    [Theory]
    [InlineData("auth/qr")]
    [InlineData("auth/qr-image")]
    [InlineData("auth/request-code?phone_number=201145202826")]
    [Statement("wawp B10", "QR or code outside SCAN_QR_CODE: 400 invalid_parameter, message saying the status.")]
    public async Task Code_is_given_only_while_one_is_waited_for(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);

        var message = (await scene.PostAsync(path)).IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");

        Assert.Contains("WORKING", message, StringComparison.Ordinal);
        Assert.Equal(["status"], scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("stop")]
    [InlineData("restart")]
    [InlineData("logout")]
    [InlineData("info")]
    [Statement("wawp 1.2", "404 invalid_instance for orders to an instance of somebody else.")]
    public async Task Instance_of_somebody_else_cannot_be_ordered_about(string order)
    {
        var scene = await WawpScene.NewAsync(fixture);
        var stranger = await fixture.NewTenantAsync();

        (await fixture.Anonymous().PostAsync($"/v2/session/{order}?instance_id={scene.Device.InstanceId}&access_token={stranger.Token}"))
            .IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
        (await fixture.Anonymous().DeleteAsync($"/v2/session/delete?instance_id={scene.Device.InstanceId}&access_token={stranger.Token}"))
            .IsWawpError(HttpStatusCode.NotFound, "invalid_instance");
        Assert.Empty(scene.Device.Actor.Calls);
    }

    private Answer<QrCode> Qr() =>
        new QrCode("2@ref,key,identity,secret", fixture.Time.GetUtcNow(), fixture.Time.GetUtcNow().AddSeconds(20), FromCache: false);

    private static Answer<DeviceStatus> Status(DeviceState state, string? account, string? pushName = null, QrCode? qr = null) =>
        new DeviceStatus(
        state, account is null ? null : Jid.Parse(account), account is null ? null : Jid.Parse("77@lid"), pushName,
        account is null ? null : "android", null, null, qr);

    private static void Is(WawpScene scene, DeviceState state, string? account, string? pushName = null, Answer<QrCode>? qr = null) =>
        scene.Device.Actor.Status = Status(state, account, pushName, qr?.Value);

    private static Task<ApiAnswer> SendAsync(WawpScene scene, string method, string order) =>
        method == "GET" ? scene.GetAsync($"session/{order}") : scene.PostAsync($"session/{order}");

    private static void AssertIsPng(byte[] bytes) =>
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(bytes.AsSpan(0, 8)));
}
