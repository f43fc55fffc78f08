using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.WutsRest;

public sealed class DeviceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    [Statement("wuts 2.1", "POST /devices answers 201 with the device of the reference and the message and data of the quickstart.")]
    public async Task Creating_answers_both_documented_shapes()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync("/devices", """{"name":"  Sales WhatsApp "}""");
        var now = tenant.User.CreatedAt;
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,
             "device":{"id":"<any>","user_id":"{{{tenant.User.Id}}}","name":"Sales WhatsApp","connected":false,
                       "created_at":"{{{now:yyyy-MM-ddTHH:mm:ssZ}}}","updated_at":"{{{now:yyyy-MM-ddTHH:mm:ssZ}}}"},
             "message":"Device created successfully","data":{"device_id":"<any>","name":"Sales WhatsApp"}}
            """);
        var body = JsonDocument.Parse(answer.Text).RootElement;
        var id = body.GetProperty("device").GetProperty("id").GetString();
        Assert.Equal(id, body.GetProperty("data").GetProperty("device_id").GetString());
        Assert.Equal(4, Guid.ParseExact(id!, "D").Version);
    }

    [Theory]
    [Statement("wuts 2.1", "The name is required, trimmed, and has 1 to 100 characters.")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"   "}""")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":5}""")]
    public async Task A_device_needs_a_name(string body)
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.PostAsync("/devices", body)).IsInvalid("name");
    }

    [Theory]
    [Statement("wuts 2.1", "The name has at most 100 characters after trimming, and need not be unique.")]
    [InlineData(100, HttpStatusCode.Created)]
    [InlineData(101, HttpStatusCode.BadRequest)]
    public async Task The_name_is_limited(int length, HttpStatusCode expected)
    {
        var tenant = await api.NewTenantAsync();
        var body = $$$"""{"name":"  {{{new string('n', length)}}}  "}""";
        Assert.Equal(expected, (await tenant.Client.PostAsync("/devices", body)).Status);
        Assert.Equal(expected, (await tenant.Client.PostAsync("/devices", body)).Status);
    }

    [Fact]
    [Statement("wuts 2.2", "GET /devices lists the caller's own devices in the order of creation, with what is unknown left out.")]
    public async Task Listing_shows_own_devices_only()
    {
        var tenant = await api.NewTenantAsync();
        var colleague = await tenant.AddUserAsync(Role.User);
        await colleague.AddDeviceAsync("Not mine");
        var first = await tenant.AddDeviceAsync("First");
        first.Is(DeviceState.Connected, "5511999999999@s.whatsapp.net", new DateTimeOffset(2026, 6, 15, 13, 42, 10, 987, TimeSpan.Zero));
        api.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await tenant.AddDeviceAsync("Second", account: null);
        (await tenant.Client.GetAsync("/devices")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"devices":[
             {"id":"{{{first.Id}}}","user_id":"{{{tenant.User.Id}}}","name":"First","whatsapp_jid":"5511999999999@s.whatsapp.net",
              "connected":true,"last_seen":"2026-06-15T13:42:10Z","created_at":"<any>","updated_at":"<any>"},
             {"id":"{{{second.Id}}}","user_id":"{{{tenant.User.Id}}}","name":"Second","connected":false,"created_at":"<any>","updated_at":"<any>"}]}
            """);
    }

    [Fact]
    [Statement("wuts 2.2", "GET /user/devices lists them in a shorter form with count and user_id.")]
    public async Task My_devices_have_a_shorter_form()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync("Sales WhatsApp");
        device.Is(DeviceState.Connected, lastSeen: new DateTimeOffset(2026, 6, 15, 13, 45, 0, TimeSpan.Zero));
        (await tenant.Client.GetAsync("/user/devices")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"devices":[{"id":"{{{device.Id}}}","name":"Sales WhatsApp","connected":true,
             "last_seen":"2026-06-15T13:45:00Z","created_at":"<any>"}],"count":1,"user_id":"{{{tenant.User.Id}}}"}}
            """);
    }

    [Fact]
    [Statement("wuts 2.2", "Without devices the lists are empty, not absent.")]
    public async Task Without_devices_the_lists_are_empty()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.GetAsync("/devices")).Is(HttpStatusCode.OK, """{"success":true,"devices":[]}""");
        (await tenant.Client.GetAsync("/user/devices"))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"devices":[],"count":0,"user_id":"{{{tenant.User.Id}}}"}}""");
    }

    [Fact]
    [Statement("wuts 2.10", "DELETE /devices/{id} disconnects the device and keeps its record; doing it again is 200.")]
    public async Task Deleting_disconnects_and_keeps_the_record()
    {
        var tenant = await api.NewTenantAsync();
        var device = await tenant.AddDeviceAsync();
        device.Actor.Disconnect = () => new DeviceStatus(DeviceState.Disconnected, null, null, null, null, null, null, null);
        (await tenant.Client.DeleteAsync($"/devices/{device.Id}")).Is(HttpStatusCode.OK, """{"success":true,"message":"Device disconnected"}""");
        device.Actor.Disconnect = () => new Failure.Conflict(ConflictKind.NotLinked);
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.DeleteAsync($"/devices/{device.Id}")).Status);
        Assert.Contains(device.Id.ToString(), (await tenant.Client.GetAsync("/devices")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 2.10", "A colleague's device is 403 whatever the role, one of another tenant or an unknown one 404.")]
    public async Task Deleting_is_for_own_devices_only()
    {
        var tenant = await api.NewTenantAsync();
        var colleague = await tenant.AddUserAsync(Role.User);
        var theirs = await colleague.AddDeviceAsync();
        (await tenant.Client.DeleteAsync($"/devices/{theirs.Id}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        var stranger = await api.NewTenantAsync();
        (await stranger.Client.DeleteAsync($"/devices/{theirs.Id}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        (await stranger.Client.DeleteAsync("/devices/wuts-device-001")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
    }
}
