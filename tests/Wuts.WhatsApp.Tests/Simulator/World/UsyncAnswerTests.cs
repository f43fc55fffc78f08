using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using static Wuts.WhatsApp.Tests.Simulator.World.WorldScene;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What the simulator answers to user queries. Sync section 4.</summary>
public class UsyncAnswerTests
{
    [Fact]
    public async Task Number_check_tells_registered_unregistered_and_invalid_and_echoes_the_text()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { Business = new BusinessCard { Name = "Example Bakery", VerifiedLevel = "high" } });

        var answer = UsyncQuery.Parse(await scene.UsyncAsync(
            ["contact", "lid", "business"], ByText("+491700000001"), ByText("+491700000042"), ByText("+12")));

        Assert.Equal(
            [UsyncRegistration.Registered, UsyncRegistration.NotRegistered, UsyncRegistration.Invalid],
            answer.Users.Select(user => user.Registration!.Value));
        Assert.Equal(["+491700000001", "+491700000042", "+12"], answer.Users.Select(user => user.AskedText));
        Assert.Equal((alice.Jid, alice.Lid), (answer.Users[0].PhoneJid, answer.Users[0].LidJid));
        Assert.Equal("Example Bakery", answer.Users[0].VerifiedName!.Name);
        Assert.Null(answer.Users[2].PhoneJid);
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Lid_addressing_puts_the_lid_first_and_the_number_beside_it()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { Username = "alice.example", DisappearingTimer = TimeSpan.FromDays(7) });

        var answer = await scene.UsyncAsync(["contact-lid", "disappearing_mode", "username"], ByText("+491700000001"));

        var user = answer.Child("usync")!.Child("list")!.Children[0];
        Assert.Equal((alice.Lid.ToString(), alice.Jid.ToString()), (user["jid"], user["pn_jid"]));
        var parsed = Assert.Single(UsyncQuery.Parse(answer).Users);
        Assert.Equal(("alice.example", TimeSpan.FromDays(7)), (parsed.Username, parsed.DisappearingTimer));
    }

    [Theory]
    [InlineData("551187654321", "+5511987654321")]
    [InlineData("5511987654321", "+551187654321")]
    [InlineData("525512345678", "+5215512345678")]
    [InlineData("5491123456789", "+541123456789")]
    public async Task Other_spelling_of_a_mobile_number_leads_to_the_canonical_address(string registered, string asked)
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.People.Add(new PersonSpec { Phone = registered });

        var user = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["contact"], ByText(asked))).Users);

        Assert.Equal((UsyncRegistration.Registered, registered, asked), (user.Registration, user.PhoneJid!.Value.User, user.AskedText));
    }

    [Fact]
    public async Task Alias_leads_to_the_canonical_address()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.People.Add(new PersonSpec { Phone = "447700900001", Aliases = ["447700900999"] });

        var user = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["contact"], ByText("+447700900999"))).Users);

        Assert.Equal("447700900001", user.PhoneJid!.Value.User);
    }

    [Fact]
    public async Task Number_without_plus_is_read_as_a_national_one()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.AddPerson(1);

        var users = UsyncQuery.Parse(await scene.UsyncAsync(["contact"], ByText("491700000001"), ByText("01700000001"))).Users;

        Assert.Equal(UsyncRegistration.NotRegistered, users[0].Registration);
        Assert.Equal("49491700000001", users[0].PhoneJid!.Value.User);
        Assert.Equal((UsyncRegistration.Registered, "491700000001"), (users[1].Registration, users[1].PhoneJid!.Value.User));
    }

    [Fact]
    public async Task Unregistered_number_may_come_without_an_address()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.UsyncAnswers.OmitUnregisteredJid = true;

        var user = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["contact"], ByText("+491700000042"))).Users);

        Assert.Equal((null, "+491700000042"), (user.PhoneJid, user.AskedText));
    }

    [Fact]
    public async Task User_name_leads_to_the_lid_and_shows_the_number_to_those_who_know_it()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { Username = "alice.example" });
        var asked = new Node("user", [], [new Node("contact", [("username", "alice.example")])]);
        var unknown = new Node("user", [], [new Node("contact", [("username", "nobody.example")])]);

        var users = UsyncQuery.Parse(await scene.UsyncAsync(["contact-lid", "username"], asked, unknown)).Users;
        scene.Self.AddContact(alice);
        var known = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["contact-lid"], asked)).Users);

        Assert.Equal((alice.Lid, null), (users[0].LidJid, users[0].PhoneJid));
        Assert.Equal(UsyncRegistration.NotRegistered, users[1].Registration);
        Assert.Equal(alice.Jid, known.PhoneJid);
    }

    [Fact]
    public async Task User_info_by_number_and_by_lid_tells_everything_but_the_number_of_a_lid()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { About = "Hey there! ☕", HasPicture = true });
        alice.AddCompanion(new CompanionDevice(7, 3));
        var bob = scene.AddPerson(2, new PersonSpec { About = "" });

        var answer = UsyncQuery.Parse(await scene.UsyncAsync(
            ["business", "status", "picture", "devices", "lid"], ByJid(alice.Jid), ByJid(bob.Lid)));

        var first = answer.Users[0];
        Assert.Equal("Hey there! ☕", Assert.IsType<UsyncAbout.Text>(first.About).Value);
        Assert.Equal(alice.Picture!.Id, Assert.IsType<UsyncPicture.Id>(first.Picture).Value);
        var devices = Assert.IsType<UsyncDevices.Listed>(first.Devices);
        Assert.Equal([0, 7], devices.Devices.Select(device => (int)device.Id));
        Assert.Equal((alice.DeviceHash, 3), (devices.Hash, devices.Devices[1].KeyIndex));
        Assert.Equal(alice.Lid, first.LidJid);
        Assert.Null(first.VerifiedName);

        var second = answer.Users[1];
        Assert.Equal((bob.Lid, null), (second.LidJid, second.PhoneJid));
        Assert.Equal("", Assert.IsType<UsyncAbout.Text>(second.About).Value);
        Assert.IsType<UsyncPicture.NotSet>(second.Picture);
        Assert.Single(Assert.IsType<UsyncDevices.Listed>(second.Devices).Devices);
    }

    [Fact]
    public async Task Device_list_that_is_known_is_not_repeated()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        alice.AddCompanion(new CompanionDevice(7, 3));
        var known = new Node("devices", [("device_hash", alice.DeviceHash), ("ts", 1779000000)]);

        var same = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["devices"], ByJid(alice.Jid, known))).Users);
        alice.AddCompanion(new CompanionDevice(8, 4));
        var changed = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["devices"], ByJid(alice.Jid, known))).Users);

        Assert.IsType<UsyncDevices.Unchanged>(same.Devices);
        Assert.Equal(3, Assert.IsType<UsyncDevices.Listed>(changed.Devices).Devices.Count);
    }

    [Fact]
    public async Task Linked_devices_of_an_account_are_listed()
    {
        await using var scene = await WorldScene.StartAsync();

        var self = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["devices"], ByJid(scene.Self.Jid))).Users);

        Assert.Equal([0, 1], Assert.IsType<UsyncDevices.Listed>(self.Devices).Devices.Select(device => (int)device.Id));
    }

    [Fact]
    public async Task Picture_id_is_for_those_who_may_see_the_picture()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });
        alice.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Contacts);

        var hidden = await PictureAsync(scene, ByJid(alice.Jid));
        var token = await PictureAsync(scene, ByJid(alice.Lid, new Node("tctoken", [], alice.Trust(scene.Self).ToArray())));
        var wrong = await PictureAsync(scene, ByJid(alice.Lid, new Node("tctoken", [], [1, 2, 3])));
        alice.AddContact(scene.Self);
        var contact = await PictureAsync(scene, ByJid(alice.Jid));

        Assert.IsType<UsyncPicture.Hidden>(hidden);
        Assert.Equal(alice.Picture!.Id, Assert.IsType<UsyncPicture.Id>(token).Value);
        Assert.IsType<UsyncPicture.Hidden>(wrong);
        Assert.IsType<UsyncPicture.Id>(contact);

        static async Task<UsyncPicture?> PictureAsync(WorldScene scene, Node user) =>
            Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["picture"], user)).Users).Picture;
    }

    [Fact]
    public async Task Unknown_lid_is_said_as_such()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { LidIsKnown = false });

        var user = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["lid"], ByJid(alice.Jid))).Users);

        Assert.Equal((alice.Jid, null), (user.PhoneJid, user.LidJid));
    }

    [Fact]
    public async Task Missing_people_and_errors_come_on_command()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var bob = scene.AddPerson(2);
        alice.Defects = new DirectoryDefects { IsMissing = true };
        bob.Defects = new DirectoryDefects { Errors = new Dictionary<string, int> { ["status"] = 500 } };

        var answer = UsyncQuery.Parse(await scene.UsyncAsync(["status"], ByJid(alice.Jid), ByJid(bob.Jid)));

        var user = Assert.Single(answer.Users);
        Assert.Equal((bob.Jid, 500), (user.PhoneJid, user.Errors[UsyncProtocol.Status].Code));
    }

    [Fact]
    public async Task Protocol_that_fails_has_a_backoff_and_leaves_the_others_alone()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.AddPerson(1);
        scene.Server.UsyncAnswers.Fail("contact", 429, backoff: 3600);

        var failed = UsyncQuery.Parse(await scene.UsyncAsync(["contact"], ByText("+491700000001")));
        var other = UsyncQuery.Parse(await scene.UsyncAsync(["contact"], ByText("+491700000001")));

        Assert.Empty(failed.Users);
        var error = failed.ProtocolErrors[UsyncProtocol.Contact];
        Assert.Equal((429, TimeSpan.FromHours(1)), (error.Code, error.Backoff));
        Assert.Single(other.Users);
    }

    [Theory]
    [InlineData("sid", "")]
    [InlineData("mode", "guess")]
    [InlineData("context", "boredom")]
    [InlineData("index", "1")]
    [InlineData("last", "false")]
    public async Task Malformed_query_is_refused(string attribute, string value)
    {
        await using var scene = await WorldScene.StartAsync();
        (string, AttributeValue)[] attributes =
        [
            .. new (string Name, string Value)[] { ("sid", "1"), ("mode", "query"), ("last", "true"), ("index", "0"), ("context", "interactive") }
                .Select(pair => (pair.Name, (AttributeValue)(pair.Name == attribute ? value : pair.Value))),
        ];

        var answer = await scene.Client.AskAsync("get", "usync", new Node(
            "usync", attributes, [new Node("query", [], [new Node("lid")]), new Node("list", [], [ByJid(scene.Self.Jid)])]));

        Assert.Equal("400", answer.Child("error")!["code"]);
        Assert.Equal(RefusalKind.BadQuery, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Query_about_nobody_nothing_or_a_device_is_refused()
    {
        await using var scene = await WorldScene.StartAsync();

        var nobody = await scene.UsyncAsync(["lid"]);
        var nothing = await scene.UsyncAsync([], ByJid(scene.Self.Jid));
        var device = await scene.UsyncAsync(["lid"], ByJid(scene.Self.Jid.WithDevice(3)));
        var unnamed = await scene.UsyncAsync(["lid"], new Node("user"));

        Assert.All([nobody, nothing, device, unnamed], answer => Assert.Equal("400", answer.Child("error")!["code"]));
        Assert.Equal(4, scene.Server.Refusals.Count);
    }

    [Fact]
    public async Task Query_about_too_many_people_is_refused()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.UsyncAnswers.MaxUsers = 2;

        var answer = await scene.UsyncAsync(["contact"], ByText("+491700000001"), ByText("+491700000002"), ByText("+491700000003"));

        Assert.Equal("419", answer.Child("error")!["code"]);
        Assert.Equal(RefusalKind.BadQuery, Assert.Single(scene.Server.Refusals).Kind);
    }
}
