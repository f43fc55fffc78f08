using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What the simulator answers about block lists, businesses, privacy and media hosts. Sync sections 7, 8, 11 and 13.1.</summary>
public class DirectoryAnswerTests
{
    [Fact]
    public async Task Block_list_is_changed_by_lid_and_names_the_number_beside_it()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var empty = BlocklistQuery.Parse(await scene.AskAsync(BlocklistQuery.Build(scene.NextId())));

        var blocked = Assert.IsType<BlocklistChange.Applied>(await ChangeAsync(scene, block: true, alice.Lid, alice.Jid)).List;
        var read = BlocklistQuery.Parse(await scene.AskAsync(BlocklistQuery.Build(scene.NextId())));

        Assert.Equal([new BlockedPerson(alice.Jid, alice.Lid)], read.People);
        Assert.Equal(blocked.Hash, read.Hash);
        Assert.NotEqual(empty.Hash, read.Hash);
        Assert.True(scene.Self.HasBlocked(alice));

        Assert.IsType<BlocklistChange.AppliedWithoutList>(await ChangeAsync(scene, block: false, alice.Lid));
        Assert.False(scene.Self.HasBlocked(alice));
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Block_by_number_is_refused_until_the_account_has_moved_to_lids()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);

        var rejected = Assert.IsType<BlocklistChange.Rejected>(await ChangeAsync(scene, block: true, alice.Jid));
        scene.Self.IsLidMigrated = false;
        var applied = Assert.IsType<BlocklistChange.Applied>(await ChangeAsync(scene, block: true, alice.Jid));

        Assert.Equal(406, rejected.Error.Code);
        Assert.Equal([new BlockedPerson(alice.Jid, null)], applied.List.People);
        Assert.Equal(RefusalKind.BadQuery, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Change_may_be_answered_without_the_list()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.DirectoryAnswers.ShortBlocklistAnswers = true;

        Assert.IsType<BlocklistChange.AppliedWithoutList>(await ChangeAsync(scene, block: true, scene.AddPerson(1).Lid));
    }

    [Fact]
    public async Task List_that_the_client_has_is_not_repeated()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Self.SetBlocked(scene.AddPerson(1), block: true);
        var hash = BlocklistQuery.Parse(await scene.AskAsync(BlocklistQuery.Build(scene.NextId()))).Hash;

        var answer = await scene.Client.AskAsync("get", "blocklist", new Node("item", [("dhash", hash)]));

        Assert.True(answer.Child("list")!.Children.IsEmpty);
        Assert.Equal("true", answer.Child("list")!["matched"]);
    }

    [Fact]
    public async Task Malformed_change_is_refused_and_an_unknown_person_not_found()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        Node[][] malformed =
        [
            [],
            [new Node("item", [("action", "bite"), ("jid", alice.Lid)])],
            [new Node("item", [("action", "block")])],
            [new Node("item", [("action", "block"), ("jid", alice.Lid)]), new Node("item", [("action", "block"), ("jid", alice.Lid)])],
            [new Node("item", [("action", "block"), ("jid", alice.Lid.WithDevice(2))])],
        ];

        foreach (var children in malformed)
        {
            Assert.Equal("400", (await scene.Client.AskAsync("set", "blocklist", children)).Child("error")!["code"]);
        }

        Assert.Equal(malformed.Length, scene.Server.Refusals.Count);
        Assert.Equal("404", (await scene.Client.AskAsync(
            "set", "blocklist", new Node("item", [("action", "block"), ("jid", Jid.Parse("1@lid"))]))).Child("error")!["code"]);
    }

    [Fact]
    public async Task Somebody_who_blocks_the_viewer_shows_nothing()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });
        alice.SetBlocked(scene.Self, block: true);

        var user = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["status", "picture"], WorldScene.ByJid(alice.Jid))).Users);

        Assert.IsType<UsyncAbout.Hidden>(user.About);
        Assert.IsType<UsyncPicture.Hidden>(user.Picture);
    }

    [Fact]
    public async Task Business_profile_is_told_in_full()
    {
        await using var scene = await WorldScene.StartAsync();
        var details = new BusinessDetails
        {
            Address = "1 Example Street, Berlin",
            Description = "Fresh bread daily",
            Email = "hello@bakery.example",
            Latitude = "52.5",
            Longitude = "13.4",
            Websites = ["https://bakery.example", "https://shop.bakery.example"],
            Categories = new Dictionary<string, string> { ["2250"] = "Food & Beverage" },
            Options = new Dictionary<string, string> { ["cart_enabled"] = "true" },
            TimeZone = "Europe/Berlin",
            Hours = [new OpeningHours("mon", "specific_hours", 420, 1080), new OpeningHours("tue", "open_24h")],
        };
        var bakery = scene.AddPerson(1, new PersonSpec { Business = new BusinessCard { Name = "Bakery", Profile = details } });

        var profile = BusinessProfileQuery.Parse(await scene.AskAsync(BusinessProfileQuery.Build(scene.NextId(), bakery.Jid)))!;

        Assert.Equal((bakery.Jid, details.Address, details.Email), (profile.Jid, profile.Address, profile.Email));
        Assert.Equal(details.Websites, profile.Websites);
        Assert.Equal("Food & Beverage", Assert.Single(profile.Categories).Name);
        Assert.Equal("true", profile.Options["cart_enabled"]);
        Assert.Equal(("Europe/Berlin", "420"), (profile.HoursTimeZone, profile.Hours[0].OpensAt));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Account_without_profile_is_said_to_have_none(bool asError)
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.DirectoryAnswers.MissingBusinessIsError = asError;

        var answer = await scene.AskAsync(BusinessProfileQuery.Build(scene.NextId(), scene.AddPerson(1).Jid));

        Assert.Equal(asError ? "error" : "result", answer["type"]);
        Assert.Null(BusinessProfileQuery.Parse(answer));
    }

    [Fact]
    public async Task Privacy_settings_are_listed_and_changed()
    {
        await using var scene = await WorldScene.StartAsync();

        var changed = PrivacyQueries.ParseSettings(await scene.Client.AskAsync(
            "set", "privacy", new Node("privacy", [], [new Node("category", [("name", "status"), ("value", "contacts")])])));
        var bad = await scene.Client.AskAsync(
            "set", "privacy", new Node("privacy", [], [new Node("category", [("name", "status"), ("value", "cats")])]));

        Assert.Equal(PrivacySettings.Names, changed.Keys);
        Assert.Equal(("contacts", "all"), (changed["status"], changed["profile"]));
        Assert.Equal("400", bad.Child("error")!["code"]);
    }

    [Theory]
    [InlineData(PrivacySettings.Everyone, false, false, true)]
    [InlineData(PrivacySettings.Contacts, false, false, false)]
    [InlineData(PrivacySettings.Contacts, true, false, true)]
    [InlineData(PrivacySettings.ContactsExcept, true, false, true)]
    [InlineData(PrivacySettings.ContactsExcept, true, true, false)]
    [InlineData(PrivacySettings.Nobody, true, false, false)]
    public async Task About_is_shown_as_its_setting_says(string setting, bool isContact, bool isExcepted, bool visible)
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        alice.SetPrivacy(PrivacySettings.About, setting);
        if (isContact)
        {
            alice.AddContact(scene.Self);
        }

        if (isExcepted)
        {
            alice.Except(scene.Self);
        }

        var about = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["status"], WorldScene.ByJid(alice.Lid))).Users).About;

        Assert.Equal(visible, about is UsyncAbout.Text);
        Assert.Equal(!visible, about is UsyncAbout.Hidden);
    }

    [Fact]
    public async Task Token_opens_the_about_for_contacts_and_never_that_for_nobody()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var token = new Node("tctoken", [], alice.Trust(scene.Self).ToArray());

        alice.SetPrivacy(PrivacySettings.About, PrivacySettings.Contacts);
        var open = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["status"], WorldScene.ByJid(alice.Lid, token))).Users);
        alice.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        var closed = Assert.Single(UsyncQuery.Parse(await scene.UsyncAsync(["status"], WorldScene.ByJid(alice.Lid, token))).Users);

        Assert.IsType<UsyncAbout.Text>(open.About);
        Assert.IsType<UsyncAbout.Hidden>(closed.About);
    }

    [Fact]
    public async Task Own_about_can_be_set_and_media_hosts_point_at_the_simulator()
    {
        await using var scene = await WorldScene.StartAsync();

        await scene.Client.AskAsync("set", "status", new Node("status", [], "Back on Monday"u8.ToArray()));
        var hosts = WhatsApp.Media.MediaConnectionQuery.Parse(await scene.AskAsync(
            WhatsApp.Media.MediaConnectionQuery.Build(scene.NextId())));

        Assert.Equal("Back on Monday", scene.Self.About.Text);
        Assert.Equal(["127.0.0.1", "mmg.whatsapp.net"], hosts.Hosts);
    }

    private static async Task<BlocklistChange> ChangeAsync(WorldScene scene, bool block, Jid person, Jid? phone = null) =>
        BlocklistQuery.ParseChange(await scene.AskAsync(BlocklistQuery.BuildChange(scene.NextId(), block, person, phone)));
}
