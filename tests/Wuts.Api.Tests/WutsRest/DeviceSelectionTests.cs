using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Devices;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.WutsRest;

public sealed class DeviceSelectionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    [Statement("wuts 1.9", "Without device_id the call acts on the connected device that was created first.")]
    public async Task The_first_connected_device_is_the_default()
    {
        var tenant = await api.NewTenantAsync();
        var first = await AddAsync(tenant, DeviceState.Disconnected);
        var second = await AddAsync(tenant, DeviceState.Connected);
        await AddAsync(tenant, DeviceState.Connected);
        await ActsOnAsync(tenant, "/status", second);
        second.Is(DeviceState.Reconnecting);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    [Statement("wuts 1.9", "When no device is connected, it acts on the one that was created first.")]
    public async Task The_first_device_is_the_default_when_none_is_connected()
    {
        var tenant = await api.NewTenantAsync();
        var first = await AddAsync(tenant, DeviceState.LoggedOut);
        await AddAsync(tenant, DeviceState.Disconnected);
        await ActsOnAsync(tenant, "/status", first);
    }

    [Fact]
    [Statement("wuts 1.9", "Without any device it is 404 DEVICE_NOT_FOUND.")]
    public async Task Without_a_device_there_is_nothing_to_act_on()
    {
        var tenant = await api.NewTenantAsync();
        foreach (var path in (string[])["/contacts", "/contacts/blocklist", "/groups", "/chats", "/contacts/profile?number=5511999999999"])
        {
            (await tenant.Client.GetAsync(path)).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        }
    }

    [Theory]
    [Statement("wuts 1.9", "device_id may name a device of another user of the tenant for admins and managers; for a user that is 403.")]
    [InlineData(Role.Admin, HttpStatusCode.ServiceUnavailable)]
    [InlineData(Role.Manager, HttpStatusCode.ServiceUnavailable)]
    [InlineData(Role.User, HttpStatusCode.Forbidden)]
    public async Task A_device_of_a_colleague_is_for_managers_and_admins(Role role, HttpStatusCode expected)
    {
        var tenant = await api.NewTenantAsync();
        var owner = await tenant.AddUserAsync(Role.User);
        var device = await AddAsync(owner, DeviceState.Disconnected);
        var caller = await tenant.AddUserAsync(role);
        Assert.Equal(expected, (await caller.Client.GetAsync($"/groups?device_id={device.Id}")).Status);
    }

    [Fact]
    [Statement("wuts 1.9", "An unknown device_id, and one of another tenant, is 404 DEVICE_NOT_FOUND; it is opaque, so none is malformed.")]
    public async Task A_device_of_another_tenant_does_not_exist()
    {
        var tenant = await api.NewTenantAsync();
        await AddAsync(tenant, DeviceState.Connected);
        var stranger = await api.NewTenantAsync();
        var theirs = await AddAsync(stranger, DeviceState.Connected);
        foreach (var id in (string[])[theirs.Id.ToString(), Guid.NewGuid().ToString("D"), "wuts-device-001"])
        {
            (await tenant.Client.GetAsync($"/groups?device_id={id}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        }
    }

    [Fact]
    [Statement("wuts 1.9", "The default is the caller's own device, also for an admin.")]
    public async Task The_default_is_never_a_colleagues_device()
    {
        var tenant = await api.NewTenantAsync();
        var colleague = await tenant.AddUserAsync(Role.User);
        await AddAsync(colleague, DeviceState.Connected);
        (await tenant.Client.GetAsync("/groups")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
    }

    private async Task<TestDevice> AddAsync(TestUser user, DeviceState state)
    {
        api.Time.Advance(TimeSpan.FromSeconds(1));
        var device = await user.AddDeviceAsync();
        device.Is(state);
        return device;
    }

    private static async Task ActsOnAsync(TestUser user, string path, TestDevice device) =>
        Assert.Contains($"\"device_id\":\"{device.Id}\"", (await user.Client.GetAsync(path)).Text, StringComparison.Ordinal);
}
