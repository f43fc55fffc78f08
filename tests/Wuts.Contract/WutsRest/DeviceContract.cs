using System.Net;

namespace Wuts.Contract.WutsRest;

/// <summary>Devices of a user: created, listed, disconnected. Contract wuts 2.1, 2.2 and 2.10.</summary>
public abstract class DeviceContract(GatewayUnderTest gateway) : ContractTests<Team>(gateway)
{
    [Fact]
    [Statement("wuts 2.1", "POST /devices answers 201 with the device of the reference and the message and data of the quickstart.")]
    public async Task Created_device_has_both_documented_shapes()
    {
        var answer = await Scene.User.Http.PostAsync("/devices", """{"name":"  Sales WhatsApp "}""");
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,
             "device":{"id":"<any>","user_id":"{{{Scene.User.UserId}}}","name":"Sales WhatsApp","connected":false,
                       "created_at":"<any>","updated_at":"<any>"},
             "message":"Device created successfully","data":{"device_id":"<any>","name":"Sales WhatsApp"}}
            """);
        var body = Caller.Json(answer, HttpStatusCode.Created);
        Assert.Equal(body.Text("device", "id"), body.Text("data", "device_id"));
        Assert.Equal(4, Guid.ParseExact(body.Text("device", "id"), "D").Version);
    }

    [Theory]
    [Statement("wuts 2.1", "The name is required, trimmed, and has 1 to 100 characters.")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"   "}""")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":["A"]}""")]
    public async Task Device_needs_a_name(string body) => (await Scene.User.Http.PostAsync("/devices", body)).IsInvalid("name");

    [Theory]
    [Statement("wuts 2.1", "The name has at most 100 characters after trimming, and need not be unique.")]
    [InlineData(100, HttpStatusCode.Created)]
    [InlineData(101, HttpStatusCode.BadRequest)]
    public async Task Name_is_limited(int length, HttpStatusCode expected)
    {
        var body = $$$"""{"name":"  {{{new string('n', length)}}}  "}""";
        Assert.Equal(expected, (await Scene.User.Http.PostAsync("/devices", body)).Status);
        Assert.Equal(expected, (await Scene.User.Http.PostAsync("/devices", body)).Status);
    }

    [Fact]
    [Statement("wuts 2.2", "GET /devices lists the caller's own devices in the order of creation, with what is unknown left out.")]
    [Statement("wuts 2.2", "GET /user/devices lists them in a shorter form with count and user_id.")]
    public async Task Own_devices_are_listed()
    {
        var linked = await Gateway.LinkAsync();
        var user = linked.Caller;
        await (await user.AddUserAsync("user", Gateway.NextName("colleague"))).CreateDeviceAsync("Not mine");
        var second = await user.CreateDeviceAsync("Second");

        (await user.Http.GetAsync("/devices")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"devices":[
             {"id":"{{{linked.DeviceId}}}","user_id":"{{{user.UserId}}}","name":"Sales WhatsApp","whatsapp_jid":"{{{linked.Account.Jid}}}",
              "connected":true,"last_seen":"<any>","created_at":"<any>","updated_at":"<any>"},
             {"id":"{{{second}}}","user_id":"{{{user.UserId}}}","name":"Second","connected":false,"created_at":"<any>","updated_at":"<any>"}]}
            """);
        (await user.Http.GetAsync("/user/devices")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"devices":[
             {"id":"{{{linked.DeviceId}}}","name":"Sales WhatsApp","connected":true,"last_seen":"<any>","created_at":"<any>"},
             {"id":"{{{second}}}","name":"Second","connected":false,"created_at":"<any>"}],"count":2,"user_id":"{{{user.UserId}}}"}}
            """);
    }

    [Theory]
    [Statement("wuts 2.2", "Without devices the lists are empty, not absent; also for an admin whose colleagues have some.")]
    [InlineData("admin")]
    [InlineData("manager")]
    public async Task Without_devices_the_lists_are_empty(string role)
    {
        var caller = Scene.Of(role);
        (await caller.Http.GetAsync("/devices")).Is(HttpStatusCode.OK, """{"success":true,"devices":[]}""");
        (await caller.Http.GetAsync("/user/devices"))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"devices":[],"count":0,"user_id":"{{{caller.UserId}}}"}}""");
    }

    [Fact]
    [Statement("wuts 2.10", "DELETE /devices/{id} disconnects the device and keeps record and credentials; doing it again is 200.")]
    public async Task Deleted_device_is_disconnected_and_stays()
    {
        var linked = await Gateway.LinkAsync();
        for (var i = 0; i < 2; i++)
        {
            (await linked.Http.DeleteAsync($"/devices/{linked.DeviceId}"))
                .Is(HttpStatusCode.OK, """{"success":true,"message":"Device disconnected"}""");
            Assert.Single(linked.Account.Devices);
            Assert.Contains("\"connected\":false", (await linked.Http.GetAsync("/devices")).Text, StringComparison.Ordinal);
        }

        Assert.Contains("\"status\":\"connected\"", (await linked.Http.PostAsync("/connect")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 2.10", "A colleague's device is 403 whatever the role.")]
    [InlineData("admin")]
    [InlineData("manager")]
    public async Task Device_of_a_colleague_cannot_be_deleted(string role) =>
        (await Scene.Of(role).Http.DeleteAsync($"/devices/{Scene.User.DeviceId}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");

    [Fact]
    [Statement("wuts 2.10", "A device of another tenant, and an unknown one, is 404 DEVICE_NOT_FOUND.")]
    public async Task Device_of_another_tenant_does_not_exist()
    {
        var stranger = await Gateway.RegisterAsync();
        foreach (var id in (string[])[Scene.User.DeviceId, Guid.NewGuid().ToString("D"), "wuts-device-001"])
        {
            (await stranger.Http.DeleteAsync($"/devices/{id}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        }
    }

    protected override async Task<Team> MakeSceneAsync()
    {
        var team = await Team.MakeAsync(Gateway);
        await team.User.CreateDeviceAsync();
        return team;
    }
}
