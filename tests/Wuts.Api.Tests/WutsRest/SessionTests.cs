using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.WutsRest;

public sealed class SessionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly Jid Account = Jid.Parse("5511999999999@s.whatsapp.net");

    [Fact]
    [Statement("wuts 2.6", "GET /status answers the documented keys in order.")]
    public async Task The_status_of_a_connected_device_is_complete()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Is(DeviceState.Connected, lastSeen: new DateTimeOffset(2026, 6, 15, 18, 30, 0, TimeSpan.Zero));
        (await tenant.Client.GetAsync("/status")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"connected":true,"status":"connected","device_id":"{{{device.Id}}}","jid":"5511999999999@s.whatsapp.net",
             "phone_number":"5511999999999","is_logged_in":true,"last_seen":"2026-06-15T18:30:00Z"}}
            """);
    }

    [Theory]
    [Statement("wuts 2.6", "status is one of connected, connecting, disconnected, logged_out.")]
    [InlineData(DeviceState.Created, "disconnected")]
    [InlineData(DeviceState.Pairing, "connecting")]
    [InlineData(DeviceState.PairingExpired, "disconnected")]
    [InlineData(DeviceState.Connecting, "connecting")]
    [InlineData(DeviceState.Reconnecting, "connecting")]
    [InlineData(DeviceState.Disconnected, "disconnected")]
    [InlineData(DeviceState.LoggedOut, "logged_out")]
    public async Task Every_state_has_a_word(DeviceState state, string word)
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Is(state, account: null);
        (await tenant.Client.GetAsync("/status")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"connected":false,"status":"{{{word}}}","device_id":"{{{device.Id}}}","is_logged_in":false}}
            """);
    }

    [Fact]
    [Statement("wuts 2.6", "Without a device, and for an unknown or foreign one, it is 200 with not_found and no device_id.")]
    public async Task A_device_that_is_not_there_is_a_status_too()
    {
        const string NotFound = """{"success":true,"data":{"connected":false,"status":"not_found","is_logged_in":false}}""";
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.GetAsync("/status")).Is(HttpStatusCode.OK, NotFound);
        var device = await tenant.AddDeviceAsync();
        var stranger = await api.NewTenantAsync();
        (await stranger.Client.GetAsync($"/status?device_id={device.Id}")).Is(HttpStatusCode.OK, NotFound);
        (await stranger.Client.GetAsync("/status?device_id=nonsense")).Is(HttpStatusCode.OK, NotFound);
        var user = await tenant.AddUserAsync(Role.User);
        (await user.Client.GetAsync($"/status?device_id={device.Id}")).Is(HttpStatusCode.OK, NotFound);
    }

    [Theory]
    [Statement("wuts 2.6", "It is always 200 for a valid token, also while the device is being moved.")]
    [InlineData(DeviceState.Disconnected, "disconnected")]
    [InlineData(DeviceState.Connected, "connecting")]
    public async Task A_device_that_is_being_moved_has_its_last_status_and_is_not_connected(DeviceState last, string word)
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Is(last);
        device.Actor.Status = new Failure.Unavailable(TimeSpan.FromSeconds(1));
        (await tenant.Client.GetAsync("/status")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"connected":false,"status":"{{{word}}}","device_id":"{{{device.Id}}}",
             "jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","is_logged_in":false}}
            """);
    }

    [Theory]
    [Statement("wuts 2.7", "POST /connect answers the status after the login, or connecting when it takes longer than the wait.")]
    [InlineData(DeviceState.Connected, "connected")]
    [InlineData(DeviceState.Connecting, "connecting")]
    public async Task Connecting_answers_the_status(DeviceState state, string word)
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Actor.Connect = () => Status(state, Account);
        (await tenant.Client.PostAsync("/connect")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"status":"{{{word}}}","device_id":"{{{device.Id}}}","needs_qr":false}}
            """);
    }

    [Fact]
    [Statement("wuts 2.7", "Without credentials it is 200 with needs_qr true and logged_out.")]
    public async Task Connecting_without_credentials_asks_for_a_pairing()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync(account: null);
        foreach (var outcome in (Func<Answer<DeviceStatus>>[])
            [() => new Failure.Conflict(ConflictKind.NotLinked), () => Status(DeviceState.LoggedOut, null)])
        {
            device.Actor.Connect = outcome;
            (await tenant.Client.PostAsync("/connect")).Is(HttpStatusCode.OK, $$$"""
                {"success":true,"data":{"status":"logged_out","device_id":"{{{device.Id}}}","needs_qr":true}}
                """);
        }
    }

    [Fact]
    [Statement("wuts 2.7", "Errors are 404 \"device not found\" and 500 \"reconnect failed\".")]
    public async Task Connecting_fails_with_the_documented_texts()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.PostAsync("/connect")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", "device not found");
        var device = await tenant.AddDeviceAsync();
        device.Actor.Connect = () => new Failure.Refused(463);
        (await tenant.Client.PostAsync("/connect")).IsWutsError(HttpStatusCode.InternalServerError, "INTERNAL_ERROR", "reconnect failed");
    }

    [Fact]
    [Statement("wuts 2.8", "POST /disconnect drops the connection and answers the documented text.")]
    public async Task Disconnecting_answers_the_documented_text()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Actor.Disconnect = () => Status(DeviceState.Disconnected, Account);
        (await tenant.Client.PostAsync("/disconnect")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"message":"device disconnected successfully","device_id":"{{{device.Id}}}"}}
            """);
    }

    [Fact]
    [Statement("wuts 2.8", "A device that is not connected, and no device at all, is 404 with the documented text.")]
    public async Task Disconnecting_what_is_not_connected_is_not_found()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.PostAsync("/disconnect"))
            .IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", "device not found or not connected");
        var device = await tenant.AddDeviceAsync();
        device.Is(DeviceState.Disconnected);
        (await tenant.Client.PostAsync("/disconnect"))
            .IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", "device not found or not connected");
    }

    [Fact]
    [Statement("wuts 2.9", "POST /logout unlinks the device; without a connection it is 503, without a device 404.")]
    public async Task Logging_out_needs_a_connection()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.PostAsync("/logout")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        var device = await tenant.AddDeviceAsync();
        device.Actor.Logout = () => new Failure.NotReady(DeviceState.Disconnected);
        (await tenant.Client.PostAsync("/logout")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        device.Actor.Logout = () => Status(DeviceState.LoggedOut, null);
        (await tenant.Client.PostAsync("/logout")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"message":"device logged out successfully","device_id":"{{{device.Id}}}"}}
            """);
    }

    private static DeviceStatus Status(DeviceState state, Jid? account) => new(state, account, null, null, null, null, null, null);
}
