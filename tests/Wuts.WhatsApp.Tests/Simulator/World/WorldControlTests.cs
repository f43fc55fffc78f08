using System.Net;
using System.Text.Json;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Notifications;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>The world as a script in another language sets it up, changes it and reads back what is true.</summary>
public class WorldControlTests
{
    private const string Whole = """
        {
          "accounts": [{"phone":"15550001111","lid":"100000000001111","pushName":"Ada"}],
          "people": [
            {"phone":"491700000001","lid":"100000000000001","pushName":"alice","about":"Here","picture":"generated","contacts":["15550001111"]},
            {"phone":"491700000002","privacy":{"status":"none","profile":"none"},"picture":"generated","username":"bob.example"},
            {"phone":"491700000003","business":{"name":"Bakery","verifiedLevel":"high","profile":{"email":"a@bakery.example"}},"devices":[{"id":7,"keyIndex":3}]}
          ],
          "contacts": {"15550001111": [
            {"jid":"491700000001","fullName":"Alice Example","firstName":"Alice"},
            {"jid":"491700000002","fullName":"Bob Example"},
            {"jid":"491700000099","fullName":"Not There"}
          ]},
          "groups": [{"id":"120363000000000777","creator":"491700000001","members":["15550001111","491700000003"],"admins":["491700000002"],
                      "hiddenNumbers":["491700000003"],"subject":"Friends","description":"About us"}],
          "blocks": {"15550001111": ["491700000003"]},
          "generate": {"15550001111": {"contacts":20,"groups":2,"groupMembers":10}}
        }
        """;

    [Fact]
    public async Task One_call_makes_a_whole_world_and_the_truth_can_be_read_back()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        using var script = new WorldScript(simulator);

        var made = await script.SendAsync("POST", "world", Whole, HttpStatusCode.Created);
        var truth = await script.GetAsync("accounts/15550001111/truth");
        var people = (await script.GetAsync("accounts/15550001111/truth/people?limit=100")).GetProperty("items").EnumerateArray().ToArray();
        var groups = (await script.GetAsync("accounts/15550001111/truth/groups?members=true")).GetProperty("items").EnumerateArray().ToArray();

        Assert.Equal((1 + 1, 24, 3), (made.GetProperty("accounts").GetInt32(), made.GetProperty("people").GetInt32(), made.GetProperty("groups").GetInt32()));
        Assert.Equal((23, 3), (truth.GetProperty("people").GetInt32(), truth.GetProperty("groups").GetInt32()));
        var alice = Of(people, "491700000001");
        Assert.Equal(
            ("100000000000001@lid", "Alice Example", "visible", "Here", "visible"),
            (Text(alice, "lid"), Text(alice.GetProperty("saved"), "fullName"), Text(alice, "aboutSight"), Text(alice, "about"), Text(alice, "pictureSight")));
        var bob = Of(people, "491700000002");
        Assert.Equal(("hidden", "hidden", "bob.example"), (Text(bob, "aboutSight"), Text(bob, "pictureSight"), Text(bob, "username")));
        Assert.False(bob.TryGetProperty("about", out _));
        var nobody = Of(people, "491700000099");
        Assert.False(nobody.GetProperty("registered").GetBoolean());
        Assert.Equal("491700000003@s.whatsapp.net", Text(Assert.Single(truth.GetProperty("blocks").GetProperty("people").EnumerateArray()), "jid"));

        var friends = Assert.Single(groups, group => Text(group, "subject") == "Friends");
        Assert.Equal(
            [("super-admin", "491700000001"), ("member", "15550001111"), ("member", null), ("admin", "491700000002")],
            friends.GetProperty("members").EnumerateArray().Select(member =>
                (Text(member, "role"), member.TryGetProperty("phone", out var phone) ? phone.GetString() : null)));
    }

    [Fact]
    public async Task People_are_changed_and_their_contacts_are_told()
    {
        await using var scene = await WorldScene.StartAsync();
        using var script = new WorldScript(scene.Host);
        await script.SendAsync("POST", "people", """{"phone":"491700000001","lid":"100000000000001","contacts":["491700000000"]}""", HttpStatusCode.Created);
        await script.SendAsync("PUT", "accounts/491700000000/contacts", """[{"jid":"491700000001","fullName":"Alice"}]""");

        var jpeg = Convert.ToBase64String(scene.Server.People.Add(new PersonSpec { HasPicture = true }).Picture!.ToJpeg(preview: true));
        await script.SendAsync("PATCH", "people/491700000001", $$"""{"business":{"name":"Shop"},"about":"New","picture":"{{jpeg}}" }""");
        Assert.Equal("New", Assert.IsType<NotificationItem.AboutChanged>(await scene.FactAsync()).Text);
        Assert.IsType<NotificationItem.PictureSet>(await scene.FactAsync());
        Assert.IsType<NotificationItem.BusinessNameChanged>(await scene.FactAsync());

        await script.SendAsync("PATCH", "people/100000000000001@lid", """{"picture":"none","business":null}""");
        Assert.IsType<NotificationItem.PictureRemoved>(await scene.FactAsync());
        Assert.IsType<NotificationItem.BusinessRemoved>(await scene.FactAsync());

        await script.SendAsync("POST", "people/491700000001/number", """{"phone":"491700000009"}""");
        Assert.IsType<NotificationItem.NumberChanged>(await scene.FactAsync());
        await script.SendAsync("POST", "people/491700000009/trust", """{"holder":"491700000000"}""");
        Assert.IsType<NotificationItem.PrivacyTokenReceived>(await scene.FactAsync());
        await script.SendAsync("PUT", "people/491700000009/devices/7", "{}");
        Assert.IsType<NotificationItem.DevicesChanged>(await scene.FactAsync());
        await script.SendAsync("DELETE", "people/491700000009/devices/7", "", HttpStatusCode.NoContent);
        Assert.IsType<NotificationItem.DevicesChanged>(await scene.FactAsync());
        await script.SendAsync("POST", "people/491700000009/reinstall");
        Assert.IsType<NotificationItem.IdentityChanged>(await scene.FactAsync());
        await script.SendAsync("POST", "people/491700000009/announce");
        Assert.IsType<NotificationItem.ContactChanged>(await scene.FactAsync());
        var sent = await script.SendAsync("POST", "people/491700000009/messages", """{"to":"491700000000","text":"Hello","pushName":"Ali"}""");
        Assert.Equal((1, "Ali"), (sent.GetProperty("devices").GetInt32(), (await scene.Client.ReceiveAsync("message"))["notify"]));

        await script.SendAsync("POST", "people/491700000009/reassign", """{"pushName":"Carol"}""", HttpStatusCode.Created);
        Assert.Equal("Carol", Text(await script.GetAsync("people/491700000009"), "pushName"));
        await script.SendAsync("DELETE", "people/491700000009", "", HttpStatusCode.NoContent);
        Assert.Equal("unknown-person", await script.ErrorAsync("GET", "people/491700000009", "", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Groups_are_made_changed_filled_and_deleted()
    {
        await using var scene = await WorldScene.StartAsync();
        using var script = new WorldScript(scene.Host);
        scene.AddPerson(1);
        scene.AddPerson(2);

        var group = await script.SendAsync("POST", "groups", """{"creator":"491700000001","members":["491700000000"],"subject":"One"}""", HttpStatusCode.Created);
        var path = "groups/" + Text(group, "jid");
        Assert.IsType<GroupChange.Joined>(await scene.GroupChangeAsync());
        await script.SendAsync("PATCH", path, """{"by":"491700000001","subject":"Two","description":"","locked":true,"disappearingTimer":"7.00:00:00","revokeInvite":true}""");
        Assert.Equal("Two", Assert.IsType<GroupChange.Subject>(await scene.GroupChangeAsync()).Value);
        Assert.Null(Assert.IsType<GroupChange.Description>(await scene.GroupChangeAsync()).Value);
        Assert.Equal(new GroupChange.Locked(true), await scene.GroupChangeAsync());
        Assert.Equal(new GroupChange.Ephemeral(TimeSpan.FromDays(7)), await scene.GroupChangeAsync());
        Assert.IsType<GroupChange.InviteCode>(await scene.GroupChangeAsync());

        var members = await script.SendAsync("POST", path + "/members", """{"add":["491700000002"],"promote":["491700000002"],"leave":["491700000001"]}""");
        Assert.Equal(["member", "admin"], members.GetProperty("members").EnumerateArray().Select(member => Text(member, "role")));
        Assert.IsType<GroupChange.Added>(await scene.GroupChangeAsync());
        Assert.IsType<GroupChange.Promoted>(await scene.GroupChangeAsync());
        Assert.IsType<GroupChange.Removed>(await scene.GroupChangeAsync());

        await script.SendAsync("DELETE", path, "", HttpStatusCode.NoContent);
        Assert.IsType<GroupChange.Deleted>(await scene.GroupChangeAsync());
        Assert.Equal(0, (await script.GetAsync("groups")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Address_book_is_kept_singly_in_bulk_and_by_generation()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        using var script = new WorldScript(simulator);
        await script.SendAsync("POST", "accounts", """{"phone":"15550001111"}""", HttpStatusCode.Created);
        const string Path = "accounts/15550001111/contacts";

        await script.SendAsync("PUT", Path, """[{"jid":"491700000001","fullName":"Alice"},{"jid":"491700000002","fullName":"Bob"}]""");
        await script.SendAsync("PUT", Path + "/1000@lid", """{"fullName":"Carol","kind":"lid-contact","username":"carol"}""");
        await script.SendAsync("PATCH", Path + "/491700000001", """{"fullName":"Alice B."}""");
        await script.SendAsync("DELETE", Path + "/491700000002", "", HttpStatusCode.NoContent);
        await script.SendAsync("POST", "accounts/15550001111/generate", """{"contacts":250}""");
        var page = await script.GetAsync(Path + "?offset=250&limit=10");

        Assert.Equal((252, 2), (page.GetProperty("total").GetInt32(), page.GetProperty("items").GetArrayLength()));
        Assert.Equal("Alice B.", Text(await script.GetAsync(Path + "/491700000001"), "fullName"));
        Assert.Equal("carol", Text(await script.GetAsync(Path + "/1000@lid?kind=lid-contact"), "username"));
        Assert.Equal(251, (await script.SendAsync("DELETE", Path, """["491700000001"]""")).GetProperty("count").GetInt32());
        Assert.Equal("unknown-contact", await script.ErrorAsync("DELETE", Path + "/491700000001", "", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Blocks_privacy_and_profile_of_an_account_are_its_phones()
    {
        await using var scene = await WorldScene.StartAsync();
        using var script = new WorldScript(scene.Host);
        scene.AddPerson(1);

        await script.SendAsync("PUT", "accounts/491700000000/blocks/491700000001");
        Assert.IsType<NotificationItem.BlocklistModified>(await scene.FactAsync());
        var blocks = await script.SendAsync("DELETE", "accounts/491700000000/blocks/491700000001");
        Assert.Empty(blocks.GetProperty("people").EnumerateArray());
        await scene.NotificationAsync();
        var privacy = await script.SendAsync("PATCH", "accounts/491700000000/privacy", """{"profile":"contacts"}""");
        Assert.Equal(("contacts", "all"), (Text(privacy, "profile"), Text(privacy, "status")));
        Assert.IsType<NotificationItem.PrivacySettingsChanged>(await scene.FactAsync());
        await script.SendAsync("PATCH", "accounts/491700000000/profile", """{"pushName":"New","picture":"generated"}""");
        Assert.Equal(new NotificationItem.OwnPushNameChanged("New"), await scene.FactAsync());
        Assert.IsType<NotificationItem.OwnPictureChanged>(await scene.FactAsync());
        Assert.Equal("New", Text(await script.GetAsync("accounts/491700000000/profile"), "pushName"));
    }

    [Fact]
    public async Task Settings_and_limits_are_shown_and_changed()
    {
        await using var scene = await WorldScene.StartAsync();
        using var script = new WorldScript(scene.Host);

        var settings = await script.SendAsync(
            "PATCH", "settings", """{"pictureUrlLifetime":"00:10:00","noticeNames":"hash","loseWhileAway":true,"noPicture":"status"}""");
        await script.SendAsync("PUT", "limits/usync", """{"burst":1,"period":"01:00:00","failsProtocols":true}""");
        var limits = await script.GetAsync("limits");

        Assert.Equal(("00:10:00", "hash", "status"), (Text(settings, "pictureUrlLifetime"), Text(settings, "noticeNames"), Text(settings, "noPicture")));
        Assert.Equal((TimeSpan.FromMinutes(10), true), (scene.Server.PictureAnswers.UrlLifetime, scene.Server.Notices.LoseWhileAway));
        Assert.Equal(1, limits.GetProperty("usync").GetProperty("burst").GetInt32());
        await script.SendAsync("DELETE", "limits/usync", "", HttpStatusCode.NoContent);
        Assert.Empty(scene.Server.Limits.All);
    }

    [Theory]
    [InlineData("GET", "people/1", "", 404, "unknown-person")]
    [InlineData("GET", "people/x@y", "", 404, "unknown-person")]
    [InlineData("GET", "groups/1", "", 404, "unknown-group")]
    [InlineData("GET", "accounts/1/contacts", "", 404, "unknown-account")]
    [InlineData("GET", "accounts/1/truth", "", 404, "unknown-account")]
    [InlineData("GET", "accounts/15550000000/truth/people?limit=0", "", 400, "bad-value")]
    [InlineData("GET", "accounts/15550000000/truth/people?limit=10001", "", 400, "bad-value")]
    [InlineData("PUT", "accounts/15550000000/blocks/1", "", 404, "unknown-person")]
    [InlineData("PUT", "accounts/15550000000/contacts", """[{"jid":"nonsense@x"}]""", 400, "bad-value")]
    [InlineData("PUT", "accounts/15550000000/contacts", "{}", 400, "bad-request")]
    [InlineData("PATCH", "accounts/15550000000/privacy", """{"profile":"cats"}""", 400, "bad-value")]
    [InlineData("PATCH", "accounts/15550000000/profile", """{"picture":"AAAA"}""", 400, "bad-value")]
    [InlineData("PATCH", "accounts/15550000000/profile", """{"picture":"?"}""", 400, "bad-value")]
    [InlineData("PATCH", "accounts/15550000000/profile", """{"business":7}""", 400, "bad-request")]
    [InlineData("POST", "accounts/15550000000/generate", """{"contacts":-1}""", 400, "bad-value")]
    [InlineData("POST", "people", """{"phone":"15550000000"}""", 400, "bad-value")]
    [InlineData("POST", "people", """{"phone":"491700000005","privacy":{"x":"y"}}""", 400, "bad-value")]
    [InlineData("POST", "people/15550000000/messages", """{"to":"1","text":"x"}""", 404, "unknown-account")]
    [InlineData("POST", "people/15550000000/number", """{"phone":"1"}""", 400, "bad-value")]
    [InlineData("POST", "groups", "{}", 400, "bad-request")]
    [InlineData("POST", "groups", """{"creator":"1"}""", 400, "bad-value")]
    [InlineData("POST", "world", """{"blocks":{"1":[]}}""", 400, "bad-value")]
    [InlineData("PUT", "limits/usync", """{"burst":0,"period":"01:00:00"}""", 400, "bad-value")]
    [InlineData("PUT", "limits/usync", "{}", 400, "bad-request")]
    [InlineData("PUT", "limits/cats", """{"burst":1,"period":"01:00:00"}""", 400, "bad-value")]
    public async Task Wrong_call_is_answered_with_a_code(string method, string path, string body, int status, string code)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        using var script = new WorldScript(simulator);
        simulator.Server.Accounts.Create(new AccountSpec { Phone = "15550000000" });

        Assert.Equal(code, await script.ErrorAsync(method, path, body, (HttpStatusCode)status));
        Assert.Equal(1, simulator.Server.People.Count);
    }

    [Theory]
    [InlineData("people/491700000000/number", """{"phone":"491700000009"}""")]
    [InlineData("people/491700000000/reinstall", "")]
    [InlineData("people/491700000000/reassign", "{}")]
    public async Task Account_with_linked_devices_stays_who_it_is(string path, string body)
    {
        await using var scene = await WorldScene.StartAsync();
        using var script = new WorldScript(scene.Host);

        Assert.Equal("has-devices", await script.ErrorAsync("POST", path, body, HttpStatusCode.Conflict));
    }

    private static JsonElement Of(JsonElement[] people, string phone) =>
        Assert.Single(people, person => person.TryGetProperty("phone", out var jid) && jid.GetString() == $"{phone}@s.whatsapp.net");

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
