using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.WutsRest;

public sealed class ContactTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly ContactView Joao = new(Jid.Parse("5511888888888@s.whatsapp.net")) { FullName = "Joao Pereira", PushName = "Joao" };

    private static readonly ContactView Maria = new(Jid.Parse("5511999999999@s.whatsapp.net"))
    {
        FirstName = "Maria",
        FullName = "Maria Silva",
        PushName = "Maria",
        BusinessName = "Silva Comercio",
    };

    [Fact]
    [Statement("wuts 3.1", "GET /contacts answers count before contacts, keys in the documented order, unknown names left out.")]
    public async Task The_list_is_that_of_the_document()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Contacts = _ => Page(7, Maria, Joao);
        (await tenant.Client.GetAsync("/contacts")).Is(HttpStatusCode.OK, """
            {"success":true,"count":2,"contacts":[
             {"jid":"5511999999999@s.whatsapp.net","first_name":"Maria","full_name":"Maria Silva","push_name":"Maria","business_name":"Silva Comercio"},
             {"jid":"5511888888888@s.whatsapp.net","full_name":"Joao Pereira","push_name":"Joao"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.1", "Without contacts the list is [] and count 0.")]
    public async Task An_empty_list_is_a_list()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Contacts = _ => Page(1);
        (await tenant.Client.GetAsync("/contacts")).Is(HttpStatusCode.OK, """{"success":true,"count":0,"contacts":[]}""");
    }

    [Fact]
    [Statement("wuts 3.1", "Listed is who has an address-book entry or a name, and never the account itself.")]
    public async Task The_account_and_nameless_addresses_are_not_listed()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Contacts = _ => Page(
            1,
            new ContactView(Jid.Parse("5511000000001@s.whatsapp.net")),
            new ContactView(Jid.Parse("5511000000002@s.whatsapp.net")) { FullName = "Me", IsMe = true },
            new ContactView(Jid.Parse("5511000000003@s.whatsapp.net")) { IsSaved = true },
            new ContactView(Jid.Parse("100000000000004@lid")) { PushName = "Ana" });
        (await tenant.Client.GetAsync("/contacts")).Is(HttpStatusCode.OK, """
            {"success":true,"count":2,"contacts":[{"jid":"5511000000003@s.whatsapp.net"},{"jid":"100000000000004@lid","push_name":"Ana"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.1", "A session that is not connected answers 503 DEVICE_NOT_READY.")]
    public async Task A_device_that_is_not_connected_is_not_ready()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Is(DeviceState.Disconnected);
        device.Actor.Contacts = _ => Page(1, Maria) with { StaleSince = api.Time.GetUtcNow() };
        (await tenant.Client.GetAsync("/contacts")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
    }

    [Fact]
    public async Task With_stale_the_mirror_is_shown_with_its_age()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Is(DeviceState.Disconnected);
        device.Actor.Contacts = _ => Page(12, Joao) with { StaleSince = new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero) };
        (await tenant.Client.GetAsync("/contacts?stale=true")).Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"contacts":[{"jid":"5511888888888@s.whatsapp.net","full_name":"Joao Pereira","push_name":"Joao"}],
             "version":"12","stale_since":"2026-06-15T12:00:00Z"}
            """);
    }

    [Fact]
    public async Task A_list_that_did_not_change_is_not_encoded_again_and_costs_304()
    {
        var (tenant, device) = await NewDeviceAsync();
        var asked = new List<long?>();
        device.Actor.Contacts = request =>
        {
            asked.Add(request.KnownVersion);
            return request.KnownVersion == 5 ? Page(5) with { IsUnchanged = true } : Page(5, Maria);
        };
        var first = await tenant.Client.GetAsync("/contacts");
        var second = await tenant.Client.GetAsync("/contacts");
        Assert.Equal([null, 5], asked);
        Assert.Equal(first.Text, second.Text);
        var tag = first.Header("ETag")!;
        Assert.Equal(tag, second.Header("ETag"));
        var third = await tenant.Client.GetAsync("/contacts", request => request.Headers.TryAddWithoutValidation("If-None-Match", $"\"x\", W/{tag}"));
        Assert.Equal(HttpStatusCode.NotModified, third.Status);
        Assert.Empty(third.Bytes);
    }

    [Fact]
    public async Task A_list_that_changed_is_encoded_anew()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Contacts = _ => Page(5, Maria);
        var before = await tenant.Client.GetAsync("/contacts");
        device.Actor.Contacts = _ => Page(6, Joao);
        var after = await tenant.Client.GetAsync(
            "/contacts", request => request.Headers.TryAddWithoutValidation("If-None-Match", before.Header("ETag")));
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.Contains("Joao", after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_since_only_changes_are_shown()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Contacts = request => request.Since == 5
            ? new ContactPage(9, [Joao], [Jid.Parse("5511777777777@s.whatsapp.net")], false, null)
            : throw new InvalidOperationException();
        (await tenant.Client.GetAsync("/contacts?since=5")).Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"contacts":[{"jid":"5511888888888@s.whatsapp.net","full_name":"Joao Pereira","push_name":"Joao"}],
             "removed":["5511777777777@s.whatsapp.net"],"reset":false,"version":"9"}
            """);
    }

    [Fact]
    public async Task A_cursor_that_is_too_old_gets_everything_and_is_told_so()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Contacts = request => request.Since is null ? Page(9, Joao) : Page(9) with { CursorTooOld = true };
        var body = JsonDocument.Parse((await tenant.Client.GetAsync("/contacts?since=1")).Text).RootElement;
        Assert.True(body.GetProperty("reset").GetBoolean());
        Assert.Equal(1, body.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Search_limit_and_after_reach_the_core()
    {
        var (tenant, device) = await NewDeviceAsync();
        ContactListRequest? asked = null;
        device.Actor.Contacts = request =>
        {
            asked = request;
            return Page(3, Maria) with { HasMore = true };
        };
        var answer = await tenant.Client.GetAsync("/contacts?q=mar&limit=1&after=5511888888888");
        Assert.Equal(("mar", 1, "5511888888888@s.whatsapp.net"), (asked!.Search, asked.Limit, asked.After));
        Assert.Contains("\"next\":\"5511999999999@s.whatsapp.net\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=10001", "limit")]
    [InlineData("limit=٣", "limit")]
    [InlineData("since=-1", "since")]
    [InlineData("since=99999999999999999999", "since")]
    [InlineData("after=x@y", "after")]
    [InlineData("stale=perhaps", "stale")]
    public async Task Parameters_are_checked(string query, string field)
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.GetAsync("/contacts?" + query)).IsInvalid(field);
    }

    private static ContactPage Page(long version, params ContactView[] rows) => new(version, rows, [], false, null);

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
