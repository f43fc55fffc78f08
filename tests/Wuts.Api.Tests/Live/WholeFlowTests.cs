using System.Net;
using System.Text.Json.Nodes;
using Wuts.Api.Tests.EndToEnd;
using Wuts.Simulator;

namespace Wuts.Api.Tests.Live;

/// <summary>One day in the life of a customer, over HTTP only, on each database.</summary>
public sealed class WholeFlowTests
{
    [Fact]
    [Statement("wuts 2", "From registration to a new start of the process, everything works over HTTP alone.")]
    public async Task A_customer_is_served_from_registration_to_restart()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await RunAsync(gateway);
    }

    [PostgresFact]
    public async Task A_customer_is_served_from_registration_to_restart_on_PostgreSQL()
    {
        await using var gateway = await RunningGateway.StartAsync(await RunningGateway.OnPostgresAsync());
        await RunAsync(gateway);
    }

    private static async Task RunAsync(RunningGateway gateway)
    {
        var world = LiveWorld.Create(gateway.WhatsApp);
        var people = LiveWorld.AddPeople(gateway.WhatsApp, world.Account, 160, "Friend");
        var admin = await Caller.RegisterAsync(gateway.Address, RunningGateway.MasterToken, "Acme");
        var agent = await admin.AddUserAsync("user", "agent");

        // The admin pairs by QR, the agent by code; both phones see the device.
        await admin.CreateInstanceAsync();
        await admin.ScanAsync(gateway.WhatsApp, world.Account);
        await agent.CreateDeviceAsync("Support");
        var second = LiveWorld.NewAccount(gateway.WhatsApp, "5511900000001", "Bia");
        await agent.TypeAsync(gateway.WhatsApp, second);
        Assert.Single(world.Account.Devices);
        Assert.Single(second.Devices);

        await admin.UntilContactsAsync(162);
        await ReadPeopleAsync(admin.Http, world);
        await ResolveAsync(admin.Http, people);
        await BlockAsync(admin.Http, world);
        await ReadGroupsAsync(admin.Http, world);
        await ReadInOtherDialectsAsync(admin, world);
        await StartAgainAsync(gateway, admin, agent, world);
    }

    private static async Task ReadPeopleAsync(ApiClient http, LiveWorld world)
    {
        var profile = Caller.Json(await http.GetAsync("/contacts/profile?number=%2B55%2011%2099999-9999")).GetProperty("data");
        Assert.Equal("5511999999999@s.whatsapp.net", profile.Text("jid"));
        Assert.Equal(world.Maria.Picture!.Id, profile.Text("user_info", "PictureID"));
        var picture = Caller.Json(await http.GetAsync("/contacts/profile-picture?jid=5511999999999@s.whatsapp.net&preview=false"));
        Assert.Equal(world.Maria.Picture.Id, picture.Text("data", "id"));
        var bytes = await http.GetAsync("/contacts/5511999999999@s.whatsapp.net/picture?size=full");
        Assert.Equal("image/jpeg", bytes.Header("Content-Type"));
        Assert.Equal([0xff, 0xd8, 0xff], bytes.Bytes.Take(3));
        (await http.GetAsync("/contacts/profile-picture?number=5511777777777"))
            .IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", "profile picture not available");
        (await http.PostAsync("/contact/check", """{"numbers":["5511999999999","+55 11 66666-6666"]}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"5511999999999":true,"5511666666666":false}}""");
    }

    // A third each as bare numbers, as phone addresses and as LIDs: who was found by LID is known by number as well.
    private static async Task ResolveAsync(ApiClient http, Person[] people)
    {
        var inputs = people.Select((person, i) => (i % 3) switch { 0 => person.Phone, 1 => person.Jid.ToString(), _ => person.Lid.ToString() }).ToList();
        var body = new JsonObject { ["jids"] = new JsonArray([.. inputs.Select(input => (JsonNode)input)]) }.ToJsonString();
        var answer = Caller.Json(await http.PostAsync("/contacts/resolve", body));
        Assert.Equal(160, answer.GetProperty("count").GetInt32());
        var items = answer.GetProperty("items").EnumerateArray().ToList();
        for (var i = 0; i < people.Length; i++)
        {
            Assert.Equal(inputs[i], items[i].Text("input"));
            if (i % 3 != 2 || i % 2 == 0)
            {
                Assert.Equal(people[i].Jid.ToString(), items[i].Text("jid"));
                Assert.Equal(people[i].Lid.ToString(), items[i].Text("lid_jid"));
                Assert.Equal($"Friend {i}", items[i].Text("full_name"));
            }
            else
            {
                // Neither the address book nor WhatsApp tells whose LID it is, unless a lookup of the number did.
                Assert.Equal(people[i].Lid.ToString(), items[i].Text("input_jid"));
            }
        }
    }

    private static async Task BlockAsync(ApiClient http, LiveWorld world)
    {
        var blocked = Caller.Json(await http.PostAsync("/contacts/block", """{"jid":"5511888888888@s.whatsapp.net"}""")).GetProperty("data");
        Assert.True(blocked.GetProperty("blocked").GetBoolean());
        Assert.True(world.Server.People.Of(world.Account).HasBlocked(world.Joao));
        var list = Caller.Json(await http.GetAsync("/contacts/blocklist")).GetProperty("data");
        Assert.Equal("5511888888888", list.GetProperty("items")[0].Text("phone_number"));
        Caller.Json(await http.PostAsync("/contacts/unblock?number=5511888888888"));
        Assert.False(world.Server.People.Of(world.Account).HasBlocked(world.Joao));
    }

    private static async Task ReadGroupsAsync(ApiClient http, LiveWorld world)
    {
        var group = Caller.Json(await http.GetAsync($"/groups/{LiveWorld.GroupJid}")).GetProperty("group");
        Assert.Equal("Internal coordination", group.Text("topic"));
        Assert.Equal(3, group.GetProperty("members_count").GetInt32());
        (await http.GetAsync($"/groups/{LiveWorld.GroupJid}/invite")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        var own = world.Server.Groups.Create(new GroupSpec { Subject = "Mine", Creator = world.Server.People.Of(world.Account), Members = [world.Joao] });
        Assert.EndsWith(
            own.InviteCode, Caller.Json(await http.GetAsync($"/groups/{own.Jid}/invite")).Text("invite_link"), StringComparison.Ordinal);
        var chats = await Eventually.IsAsync(
            async () => (await http.GetAsync("/chats")).Text, text => text.Contains("\"name\":\"Mine\"", StringComparison.Ordinal));
        Assert.Contains("\"name\":\"WUTS Team\"", chats, StringComparison.Ordinal);
        (await http.PostAsync("/appstate/sync", """{"scopes":["contacts","chats"],"full":false}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"scopes":["contacts","chats"],"full_sync":false}""");
    }

    private static async Task ReadInOtherDialectsAsync(Caller admin, LiveWorld world)
    {
        var profile = Caller.Json(await admin.Http.GetAsync($"/wa/devices/{admin.DeviceId}/profile?jid={world.Joao.Lid}")).GetProperty("data");
        Assert.Equal("contact", profile.Text("type"));
        Assert.Equal(world.Joao.Jid.ToString(), profile.Text("profile", "phone_jid"));
        var contact = Caller.Json(await admin.V2Async("contacts?contactId=5511888888888"));
        Assert.Equal("Joao Pereira", contact.Text("name"));
        Assert.Equal("WORKING", Caller.Json(await admin.V2Async("session/info")).Text("status"));
    }

    private static async Task StartAgainAsync(RunningGateway gateway, Caller admin, Caller agent, LiveWorld world)
    {
        // Another account on the same device: nothing of the one before may be seen.
        Caller.Json(await admin.Http.PostAsync("/logout"));
        Assert.Empty(world.Account.Devices);
        (await admin.Http.GetAsync("/contacts")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        var third = LiveWorld.NewAccount(gateway.WhatsApp, "5511900000002", "Caio");
        gateway.WhatsApp.ContactsOf(third).Save(world.Joao, "Joao from work");
        await admin.ScanAsync(gateway.WhatsApp, third);
        await admin.UntilContactsAsync(1);
        Assert.DoesNotContain("Maria", (await admin.Http.GetAsync("/contacts")).Text, StringComparison.Ordinal);

        var before = (await admin.Http.GetAsync("/contacts")).Text;
        await gateway.RestartAsync();
        foreach (var caller in new[] { admin.At(gateway.Address), agent.At(gateway.Address) })
        {
            await caller.UntilConnectedAsync();
        }

        Assert.Equal(before, (await admin.At(gateway.Address).Http.GetAsync("/contacts")).Text);
        Assert.Empty(gateway.WhatsApp.Refusals);
    }
}
