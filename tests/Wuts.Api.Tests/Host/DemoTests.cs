using System.Net;
using Wuts.Core.Stores;
using Wuts.Host.Composition;
using Wuts.Hosting.Composition;
using Wuts.Hosting.Demo;

namespace Wuts.Api.Tests.Host;

/// <summary>What whoever starts the demo sees first.</summary>
[Collection(nameof(DemoCollection))]
public sealed class DemoTests(RunningDemo demo)
{
    [Fact]
    public async Task Every_printed_command_line_works_as_it_stands()
    {
        var lines = demo.Printed.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, lines.Count);
        foreach (var line in lines)
        {
            var answer = await CurlLine.Parse(line).RunAsync(demo.Address);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{line}\n{answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task The_contacts_are_those_of_the_demo_and_the_same_every_time()
    {
        const string expected = """
            {"success":true,"count":8,"contacts":[
             {"jid":"150199452311775@lid","push_name":"Sari"},
             {"jid":"15551234567@s.whatsapp.net","first_name":"Alice","full_name":"Alice from Gym","push_name":"Alice"},
             {"jid":"201234567890@s.whatsapp.net","first_name":"Layla","full_name":"Layla Hassan","push_name":"Layla"},
             {"jid":"5511888888888@s.whatsapp.net","full_name":"Joao Pereira","push_name":"Joao"},
             {"jid":"5511922222222@s.whatsapp.net","first_name":"Antonio","full_name":"Tio Antonio"},
             {"jid":"5511999999999@s.whatsapp.net","first_name":"Maria","full_name":"Maria Silva","push_name":"Maria","business_name":"Silva Comercio"},
             {"jid":"6281234567890@s.whatsapp.net","first_name":"John","full_name":"John Doe","push_name":"John Doe"},
             {"jid":"6289876543210@s.whatsapp.net","push_name":"Budi"}]}
            """;
        (await demo.Client.GetAsync("/contacts")).Is(HttpStatusCode.OK, expected);
        (await demo.Client.GetAsync("/wuts/contacts")).Is(HttpStatusCode.OK, expected);
    }

    [Fact]
    public async Task People_who_show_nothing_and_people_without_a_picture_are_told_apart()
    {
        (await demo.Client.GetAsync("/contacts/profile-picture?number=5511888888888"))
            .IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", "profile picture not available");
        (await demo.Client.GetAsync("/contacts/profile-picture?number=15551234567"))
            .IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", "profile picture not set");
        (await demo.Client.GetAsync("/contacts/profile?number=5511922222222")).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Chats_have_pins_and_mutes_and_the_block_list_an_entry()
    {
        var chats = (await demo.Client.GetAsync("/chats")).Text;
        Assert.Contains("\"name\":\"WUTS Team\",\"pinned\":true", chats, StringComparison.Ordinal);
        Assert.Contains("\"muted_until\":\"2036-06-20T09:00:00Z\",\"participant_count\":24", chats, StringComparison.Ordinal);
        Assert.Contains("\"phone_number\":\"5511777777777\"", (await demo.Client.GetAsync("/contacts/blocklist")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_LID_is_answered_with_the_number_that_it_stands_for()
    {
        var profile = await demo.Client.GetAsync($"/devices/{DemoIds.Device}/profile?jid=1234567890987654321@lid");
        Assert.StartsWith(
            """{"data":{"type":"contact","profile":{"jid":"1234567890987654321@lid","phone_jid":"6281234567890@s.whatsapp.net","lid":"1234567890987654321@lid","status":"Available",""",
            profile.Text,
            StringComparison.Ordinal);
        Assert.Contains("""["6281234567890@s.whatsapp.net","6281234567890:1@s.whatsapp.net"]""", profile.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demo_does_not_touch_a_database_that_is_set_up()
    {
        var settings = (HostSettings)demo.Demo.App.Services.GetService(typeof(HostSettings))!;
        Assert.Equal(Wuts.Storage.StorageKind.Sqlite, settings.Storage.Kind);
        Assert.Null(settings.Storage.ConnectionString);
        Assert.StartsWith(Path.GetTempPath(), settings.Storage.DataDirectory, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", settings.WhatsApp.Endpoint.Host);
    }

    [Fact]
    public async Task The_demo_makes_and_prints_no_master_token() => Assert.Null(
        await ((IInstallationStore)demo.Demo.App.Services.GetService(typeof(IInstallationStore))!)
            .FindSecretAsync("master-token", CancellationToken.None));

    [Fact]
    public async Task A_demo_leaves_nothing_behind()
    {
        var other = new RunningDemo();
        await other.InitializeAsync();
        var directory = ((HostSettings)other.Demo.App.Services.GetService(typeof(HostSettings))!).Storage.DataDirectory;
        Assert.True(Directory.Exists(directory));
        await other.DisposeAsync();
        Assert.False(Directory.Exists(directory));
    }

    [Theory]
    [InlineData(new[] { "--demo", "--urls", "http://127.0.0.1:1" }, true, false)]
    [InlineData(new[] { "--urls", "http://127.0.0.1:1", "--link" }, false, true)]
    [InlineData(new[] { "--urls", "http://127.0.0.1:1" }, false, false)]
    public void Switches_do_not_swallow_the_argument_behind_them(string[] arguments, bool isDemo, bool links)
    {
        var mode = HostMode.Parse(arguments);
        Assert.Equal((isDemo, links), (mode.Demo, mode.Link));
        Assert.Equal(["--urls", "http://127.0.0.1:1"], mode.Arguments);
    }

    [Fact]
    public void A_demo_links_no_real_phone() => Assert.Throws<ArgumentException>(() => HostMode.Parse(["--demo", "--link"]));
}
