using System.Net;

namespace Wuts.Contract.WutsRest;

/// <summary>Which device a call acts on. Contract wuts 1.9.</summary>
public abstract class DeviceSelectionContract(GatewayUnderTest gateway) : ContractTests<DeviceSelectionContract.Devices>(gateway)
{
    [Theory]
    [Statement("wuts 1.9", "Without device_id the call acts on the connected device that was created first, else on the first.")]
    [InlineData("", "first connected")]
    [InlineData("?device_id={first}", "first")]
    [InlineData("?device_id={second}", "first connected")]
    [InlineData("?device_id={third}", "third")]
    public async Task Default_is_the_first_connected_device(string query, string which)
    {
        var expected = which switch { "first" => Scene.First, "third" => Scene.Third, _ => Scene.Second };
        var path = "/status" + query
            .Replace("{first}", Scene.First, StringComparison.Ordinal)
            .Replace("{second}", Scene.Second, StringComparison.Ordinal)
            .Replace("{third}", Scene.Third, StringComparison.Ordinal);
        Assert.Equal(expected, Caller.Json(await Scene.Team.Admin.Http.GetAsync(path)).Text("data", "device_id"));
    }

    [Fact]
    [Statement("wuts 1.9", "When no device is connected, it acts on the one that was created first.")]
    public async Task Default_is_the_first_when_none_is_connected()
    {
        var caller = await Gateway.RegisterAsync();
        var first = await caller.CreateDeviceAsync();
        await caller.CreateDeviceAsync();
        Assert.Equal(first, Caller.Json(await caller.Http.GetAsync("/status")).Text("data", "device_id"));
    }

    [Theory]
    [Statement("wuts 1.9", "Without any device of the caller's own it is 404 DEVICE_NOT_FOUND, whatever the role.")]
    [InlineData("manager", "GET", "/contacts")]
    [InlineData("manager", "GET", "/contacts/blocklist")]
    [InlineData("manager", "GET", "/groups")]
    [InlineData("manager", "GET", "/chats")]
    [InlineData("manager", "GET", "/contacts/profile?number=5511999999999")]
    [InlineData("manager", "GET", "/contacts/profile-picture?number=5511999999999")]
    [InlineData("manager", "GET", "/contacts/5511999999999/picture")]
    [InlineData("manager", "POST", "/contacts/block?number=5511999999999")]
    [InlineData("manager", "POST", "/appstate/sync")]
    [InlineData("manager", "POST", "/connect")]
    [InlineData("manager", "POST", "/disconnect")]
    [InlineData("manager", "POST", "/logout")]
    public async Task Without_a_device_there_is_nothing_to_act_on(string role, string method, string path) =>
        (await Scene.Team.Of(role).Http.SendAsync(new HttpMethod(method), path, null, null))
            .IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");

    [Theory]
    [Statement("wuts 1.9", "device_id may name a device of another user of the tenant for admins and managers; for a user that is 403.")]
    [InlineData("admin", "/contacts", HttpStatusCode.OK)]
    [InlineData("manager", "/contacts", HttpStatusCode.OK)]
    [InlineData("user", "/contacts", HttpStatusCode.Forbidden)]
    [InlineData("manager", "/chats", HttpStatusCode.OK)]
    [InlineData("user", "/chats", HttpStatusCode.Forbidden)]
    [InlineData("user", "/contacts/blocklist", HttpStatusCode.Forbidden)]
    [InlineData("user", "/contacts/profile", HttpStatusCode.Forbidden)]
    public async Task Device_of_a_colleague_is_for_managers_and_admins(string role, string path, HttpStatusCode expected)
    {
        var query = path == "/contacts/profile" ? "number=5511999999999&" : "";
        var answer = await Scene.Team.Of(role).Http.GetAsync($"{path}?{query}device_id={Scene.Second}");
        Assert.True(answer.Status == expected, answer.Text);
    }

    [Theory]
    [Statement("wuts 1.9", "An unknown device_id, and one of another tenant, is 404 DEVICE_NOT_FOUND; it is opaque, so none is malformed.")]
    [InlineData("{theirs}")]
    [InlineData("5d0ad0d0-0000-4000-8000-000000000000")]
    [InlineData("wuts-device-001")]
    [InlineData("%25")]
    public async Task Device_of_another_tenant_does_not_exist(string id)
    {
        var device = id.Replace("{theirs}", Scene.Strangers, StringComparison.Ordinal);
        foreach (var path in (string[])["/contacts", "/groups", "/chats", "/contacts/blocklist"])
        {
            (await Scene.Team.Admin.Http.GetAsync($"{path}?device_id={device}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        }
    }

    protected override async Task<Devices> MakeSceneAsync()
    {
        var team = await Team.MakeAsync(Gateway);
        var first = await team.Admin.CreateDeviceAsync("First");
        var second = await Gateway.LinkAsync(team.Admin);
        var third = await Gateway.LinkAsync(team.Admin);
        var stranger = await Gateway.RegisterAsync();
        return new Devices(team, first, second.DeviceId, third.DeviceId, await stranger.CreateDeviceAsync());
    }

    /// <summary>An admin with one device that is not connected and two that are, and a device of another tenant.</summary>
    /// <param name="Team">The admin and colleagues without devices.</param>
    /// <param name="First">Not linked.</param>
    /// <param name="Second">Connected.</param>
    /// <param name="Third">Connected.</param>
    /// <param name="Strangers">Of another tenant.</param>
    public sealed record Devices(Team Team, string First, string Second, string Third, string Strangers);
}
