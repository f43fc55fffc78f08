using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.WutsRest;

public sealed class CheckAndBlockTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly Jid Person = Jid.Parse("5511999999999@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("112233445566778@lid");

    [Fact]
    [Statement("wuts 3.5", "POST /contact/check maps each cleaned number to whether it is registered, in the order of the request.")]
    public async Task Checking_maps_cleaned_numbers()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Check = (phones, _) =>
        {
            // The answer's order and canonical addresses do not matter to the caller.
            IReadOnlyList<Registration> found =
            [
                .. phones.Reverse().Select(phone => new Registration(
                    phone, phone.Digits == "5511999999999", Jid.Parse("551199999999@s.whatsapp.net"), null, api.Time.GetUtcNow())),
            ];
            return found.ToArray();
        };
        (await tenant.Client.PostAsync("/contact/check", """{"numbers":["5511999999999","+55 11 88888-8888","(55) 11999999999"]}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"5511999999999":true,"5511888888888":false}}""");
    }

    [Theory]
    [Statement("wuts 3.5", "An entry that is not 10 to 15 digits, a JID among them, is 400 with its index; 1 to 160 entries are required.")]
    [InlineData("""{"numbers":["5511999999999","123456789"]}""", "numbers[1]")]
    [InlineData("""{"numbers":["1234567890123456"]}""", "numbers[0]")]
    [InlineData("""{"numbers":["5511999999999@s.whatsapp.net"]}""", "numbers[0]")]
    [InlineData("""{"numbers":["05511999999999"]}""", "numbers[0]")]
    [InlineData("""{"numbers":["55119٩999999"]}""", "numbers[0]")]
    [InlineData("""{"numbers":[]}""", "numbers")]
    [InlineData("", "numbers")]
    public async Task Numbers_are_checked(string body, string field)
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.PostAsync("/contact/check", body)).IsInvalid(field);
    }

    [Fact]
    [Statement("wuts 3.5", "It is all or nothing: a query that fails gives no partial map.")]
    public async Task A_failed_check_has_no_partial_answer()
    {
        var (tenant, device) = await NewDeviceAsync();
        var body = JsonSerializer.Serialize(new { numbers = Enumerable.Range(0, 161).Select(i => $"55119{i:D8}") });
        (await tenant.Client.PostAsync("/contact/check", body)).IsInvalid("numbers");
        device.Actor.Check = (_, _) => new Failure.TimedOut();
        (await tenant.Client.PostAsync("/contact/check", """{"numbers":["5511999999999"]}"""))
            .IsWutsError(HttpStatusCode.GatewayTimeout, "WHATSAPP_TIMEOUT");
    }

    [Fact]
    [Statement("wuts 4.1", "GET /contacts/blocklist answers items, count and dhash; an entry known by LID only has no phone_number.")]
    public async Task The_block_list_is_shown_in_the_order_of_the_server()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Blocklist = () => new BlocklistView([new BlockedContact(Person, Lid), new BlockedContact(null, Lid)], "2:abc123def456");
        (await tenant.Client.GetAsync("/contacts/blocklist")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"items":[{"jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999"},{"jid":"112233445566778@lid"}],
             "count":2,"dhash":"2:abc123def456"}}
            """);
        device.Actor.Blocklist = () => new BlocklistView([], "");
        (await tenant.Client.GetAsync("/contacts/blocklist"))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"items":[],"count":0,"dhash":""}}""");
    }

    [Fact]
    [Statement("wuts 4.2", "Blocking and unblocking answer the person, the action, the state, and size and dhash of the list afterwards.")]
    public async Task Blocking_answers_the_state_afterwards()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Block = (jid, block) => jid == Person
            ? new BlockResult(Person, Lid, true, new BlocklistView([default, default, .. block ? [default(BlockedContact)] : Array.Empty<BlockedContact>()], block ? "2:abc123def456" : "2:def456abc789"))
            : throw new InvalidOperationException();
        (await tenant.Client.PostAsync("/contacts/block", """{"number":"+55 11 99999-9999"}""")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","action":"block","blocked":true,
             "count":3,"dhash":"2:abc123def456"}}
            """);
        (await tenant.Client.PostAsync("/contacts/unblock", """{"jid":"5511999999999@s.whatsapp.net"}""")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","action":"unblock","blocked":false,
             "count":2,"dhash":"2:def456abc789"}}
            """);
    }

    [Theory]
    [Statement("wuts 4.2", "The target is in the body or the query; each body field falls back to the query; jid wins over number.")]
    [InlineData("?number=5511999999999", null)]
    [InlineData("?jid=5511999999999@s.whatsapp.net", "{}")]
    [InlineData("?jid=5511000000000", """{"jid":"5511999999999@c.us"}""")]
    [InlineData("?jid=5511999999999", """{"number":"5511000000000"}""")]
    [InlineData("", """{"jid":"5511999999999","number":"nonsense"}""")]
    public async Task The_target_is_found_in_body_or_query(string query, string? body)
    {
        var (tenant, device) = await NewDeviceAsync();
        Jid? asked = null;
        device.Actor.Block = (jid, _) =>
        {
            asked = jid;
            return new BlockResult(jid, null, false, new BlocklistView([], ""));
        };
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.PostAsync("/contacts/block" + query, body)).Status);
        Assert.Equal(Person, asked);
    }

    [Fact]
    [Statement("wuts 4.2", "A LID alone has no phone_number; a group, a newsletter or the own JID is 400; not on WhatsApp is 404 NOT_FOUND.")]
    public async Task Blocking_takes_people_only()
    {
        var (tenant, device) = await NewDeviceAsync();
        (await tenant.Client.PostAsync("/contacts/block")).IsInvalid("jid");
        (await tenant.Client.PostAsync("/contacts/block?jid=120363039000000000@g.us")).IsInvalid("jid");
        (await tenant.Client.PostAsync("/contacts/block?jid=1@newsletter")).IsInvalid("jid");
        device.Actor.Block = (_, _) => new Failure.Invalid("jid", "The account cannot block itself.");
        (await tenant.Client.PostAsync("/contacts/block?number=5511999999999")).IsInvalid("jid");
        device.Actor.Block = (_, _) => new Failure.NotFound(MissingThing.Contact);
        (await tenant.Client.PostAsync("/contacts/block?number=5511999999999")).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
        device.Actor.Block = (_, _) => new BlockResult(null, Lid, true, new BlocklistView([default], "2:1"));
        (await tenant.Client.PostAsync("/contacts/block?jid=112233445566778@lid")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"112233445566778@lid","action":"block","blocked":true,"count":1,"dhash":"2:1"}}
            """);
    }

    [Theory]
    [Statement("wuts 5", "POST /appstate/sync answers the effective scopes; none, and [], mean contacts, chats, settings; duplicates collapse.")]
    [InlineData("""{"scopes":["contacts","chats"],"full":false}""", """["contacts","chats"]""", "false")]
    [InlineData("", """["contacts","chats","settings"]""", "false")]
    [InlineData("""{"scopes":[],"full":true}""", """["contacts","chats","settings"]""", "true")]
    [InlineData("""{"scopes":["pins","critical","pins"]}""", """["pins","critical"]""", "false")]
    public async Task Syncing_answers_the_effective_scopes(string body, string scopes, string full)
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Sync = (_, _) => Done.Instance;
        (await tenant.Client.PostAsync("/appstate/sync", body))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"scopes":{{{scopes}}},"full_sync":{{{full}}}}""");
    }

    [Fact]
    [Statement("wuts 5", "An unknown scope is 400 with its index; the words reach the core as scopes.")]
    public async Task Scopes_are_checked()
    {
        var (tenant, device) = await NewDeviceAsync();
        (await tenant.Client.PostAsync("/appstate/sync", """{"scopes":["contacts","everything"]}""")).IsInvalid("scopes[1]");
        (await tenant.Client.PostAsync("/appstate/sync", """{"full":"yes"}""")).IsInvalid("full");
        IReadOnlyList<SyncScope>? asked = null;
        device.Actor.Sync = (wanted, _) =>
        {
            asked = wanted;
            return new Failure.NotReady(DeviceState.Disconnected);
        };
        (await tenant.Client.PostAsync("/appstate/sync", """{"scopes":["settings","contacts","chats","critical","pins"]}"""))
            .IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        Assert.Equal([SyncScope.Settings, SyncScope.Contacts, SyncScope.Chats, SyncScope.Critical, SyncScope.Pins], asked);
    }

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
