using System.Net;
using System.Text.Json;
using Wuts.Core.Events;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.EndToEnd;

/// <summary>What the contract promises, through everything that a request goes through: HTTP, engine, socket, database.</summary>
public sealed class GatewayTests
{
    [Fact]
    [Statement("wuts 2", "Create, pair by QR, check, list, disconnect and connect again without pairing, through the real gateway.")]
    public async Task A_device_goes_through_its_life()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var (client, account, device) = await LinkAsync(gateway);

        var status = JsonDocument.Parse((await client.GetAsync("/status")).Text).RootElement.GetProperty("data");
        Assert.True(status.GetProperty("connected").GetBoolean());
        Assert.Equal(account.Phone, status.GetProperty("phone_number").GetString());
        (await client.GetAsync("/qr")).IsWutsError(HttpStatusCode.BadRequest, "ALREADY_CONNECTED", "already connected");

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/disconnect")).Status);
        (await client.GetAsync("/contacts")).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        Assert.Contains("\"stale_since\":", (await client.GetAsync("/contacts?stale=true")).Text, StringComparison.Ordinal);
        (await client.PostAsync("/disconnect")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");

        (await client.PostAsync("/connect")).Is(
            HttpStatusCode.OK, $$$"""{"success":true,"data":{"status":"connected","device_id":"{{{device}}}","needs_qr":false}}""");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/contacts")).Status);
    }

    [Fact]
    [Statement("wuts 2.9", "Logging out unlinks the device at WhatsApp, clears whatsapp_jid and deletes the synced contacts; pairing is needed afterwards.")]
    public async Task Logging_out_wipes_the_account()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var (client, account, device) = await LinkAsync(gateway);

        (await client.PostAsync("/logout")).Is(
            HttpStatusCode.OK, $$$"""{"success":true,"data":{"message":"device logged out successfully","device_id":"{{{device}}}"}}""");

        Assert.Empty(account.Devices);
        Assert.DoesNotContain("whatsapp_jid", (await client.GetAsync("/devices")).Text, StringComparison.Ordinal);
        Assert.Contains("\"count\":0", (await client.GetAsync("/contacts?stale=true")).Text, StringComparison.Ordinal);
        (await client.PostAsync("/connect")).Is(
            HttpStatusCode.OK, $$$"""{"success":true,"data":{"status":"logged_out","device_id":"{{{device}}}","needs_qr":true}}""");
    }

    [Fact]
    [Statement("wuts 3", "Contacts, profile, resolve, check and block list of a simulated account, field by field.")]
    public async Task People_are_shown_as_WhatsApp_knows_them()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var joao = gateway.WhatsApp.People.Add(new PersonSpec { Phone = "5511888888888", PushName = "Joao", About = "At work", HasPicture = true });
        var (client, _, _) = await LinkAsync(gateway);

        (await client.GetAsync("/contacts")).Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"contacts":[{"jid":"5511888888888@s.whatsapp.net","first_name":"Joao","full_name":"Joao Pereira"}]}
            """);
        var profile = await client.GetAsync("/contacts/profile?number=5511888888888");
        Assert.Equal(HttpStatusCode.OK, profile.Status);
        var info = JsonDocument.Parse(profile.Text).RootElement.GetProperty("data").GetProperty("user_info");
        Assert.Equal("At work", info.GetProperty("Status").GetString());
        Assert.Equal(joao.Picture!.Id, info.GetProperty("PictureID").GetString());

        (await client.PostAsync("/contacts/resolve", """{"jids":["5511888888888"]}""")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"count":1,"items":[{"input":"5511888888888","input_jid":"5511888888888@s.whatsapp.net",
             "resolved_jid":"5511888888888@s.whatsapp.net","jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888",
             "lid_jid":"{{{joao.Lid}}}","first_name":"Joao","full_name":"Joao Pereira"}]}
            """);
        (await client.PostAsync("/contact/check", """{"numbers":["5511888888888","5511777777777"]}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"5511888888888":true,"5511777777777":false}}""");
        (await client.GetAsync("/contacts/profile?number=5511777777777")).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");

        var blocked = await client.PostAsync("/contacts/block", """{"number":"5511888888888"}""");
        Assert.Contains("\"action\":\"block\",\"blocked\":true,\"count\":1", blocked.Text, StringComparison.Ordinal);
        var list = await client.GetAsync("/contacts/blocklist");
        Assert.Contains("\"phone_number\":\"5511888888888\"", list.Text, StringComparison.Ordinal);
        var unblocked = await client.PostAsync("/contacts/unblock?number=5511888888888");
        Assert.Contains("\"action\":\"unblock\",\"blocked\":false,\"count\":0", unblocked.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 3.3", "A picture's address and the picture itself come from WhatsApp; an unchanged, missing or hidden one is told apart.")]
    public async Task Pictures_come_from_WhatsApp()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var joao = gateway.WhatsApp.People.Add(new PersonSpec { Phone = "5511888888888", HasPicture = true });
        gateway.WhatsApp.People.Add(new PersonSpec { Phone = "5511777777777" });
        var (client, _, _) = await LinkAsync(gateway);

        var full = await client.GetAsync("/contacts/profile-picture?number=5511888888888&preview=false");
        Assert.Equal(HttpStatusCode.OK, full.Status);
        var data = JsonDocument.Parse(full.Text).RootElement.GetProperty("data");
        Assert.Equal(["jid", "url", "id", "type", "direct_path"], data.EnumerateObject().Select(property => property.Name));
        Assert.Equal("image", data.GetProperty("type").GetString());
        var unchanged = await client.GetAsync($"/contacts/profile-picture?number=5511888888888&preview=false&existing_id={joao.Picture!.Id}");
        unchanged.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"jid":"5511888888888@s.whatsapp.net","url":null,"id":"{{{joao.Picture.Id}}}","unchanged":true}}
            """);
        var file = await client.GetAsync("/contacts/5511888888888/picture?size=full");
        Assert.Equal(HttpStatusCode.OK, file.Status);
        Assert.Equal([0xff, 0xd8], file.Bytes.Take(2));
        (await client.GetAsync("/contacts/profile-picture?number=5511777777777"))
            .IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", "profile picture not set");
    }

    [Fact]
    [Statement("wuts 6", "Groups, one group with its members, its invite link and the chats, through the real gateway.")]
    public async Task Groups_are_shown_as_WhatsApp_knows_them()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var joao = gateway.WhatsApp.People.Add(new PersonSpec { Phone = "5511888888888" });
        var (client, account, _) = await LinkAsync(gateway, account => gateway.WhatsApp.Groups.Create(new GroupSpec
        {
            Subject = "Team",
            Creator = gateway.WhatsApp.People.Of(account),
            Members = [joao],
        }));
        var jid = gateway.WhatsApp.Groups.All.Single().Jid;

        Assert.Contains($"\"jid\":\"{jid}\",\"name\":\"Team\"", (await client.GetAsync("/groups")).Text, StringComparison.Ordinal);
        var group = JsonDocument.Parse((await client.GetAsync($"/groups/{jid}")).Text).RootElement.GetProperty("group");
        Assert.Equal(2, group.GetProperty("members_count").GetInt32());
        Assert.Equal(
            ["5511888888888@s.whatsapp.net", $"{account.Phone}@s.whatsapp.net"],
            group.GetProperty("participants").EnumerateArray().Select(member => member.GetProperty("phone_number").GetString()).Order());
        var invite = JsonDocument.Parse((await client.GetAsync($"/groups/{jid}/invite")).Text).RootElement;
        Assert.StartsWith("https://chat.whatsapp.com/", invite.GetProperty("invite_link").GetString(), StringComparison.Ordinal);
        var chats = (await client.GetAsync("/chats")).Text;
        Assert.Contains("\"type\":\"group\",\"name\":\"Team\"", chats, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"contact\",\"name\":\"Joao Pereira\"", chats, StringComparison.Ordinal);
        (await client.GetAsync("/groups/120363039000000000@g.us")).IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
    }

    [Fact]
    public async Task After_a_restart_devices_connect_and_everything_is_there()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var (client, _, _) = await LinkAsync(gateway);
        var token = client.Token!;
        var before = await client.GetAsync("/contacts");

        await gateway.RestartAsync();

        // The device comes to life by itself; whoever asks earlier than that is told to come back.
        client = gateway.Client(token);
        using var limit = new CancellationTokenSource(RunningGateway.Limit);
        while ((await client.GetAsync("/contacts")).Status != HttpStatusCode.OK)
        {
            limit.Token.ThrowIfCancellationRequested();
            await client.PostAsync("/connect");
        }

        Assert.Equal(before.Text, (await client.GetAsync("/contacts")).Text);
    }

    [Fact]
    [Statement("wuts 7.2", "Tokens are stored encrypted and never logged; the master token registers tenants.")]
    public async Task Tokens_are_not_logged()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var (client, account, _) = await LinkAsync(gateway);
        Assert.NotEmpty(gateway.Log.Lines);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(client.Token!, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(RunningGateway.MasterToken, StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(account.Phone, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_needs_no_token()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var anyone = new ApiClient(gateway.Address, null);
        (await anyone.GetAsync("/health/live")).Is(HttpStatusCode.OK, """{"status":"ok"}""");
        (await anyone.GetAsync("/health/ready")).Is(HttpStatusCode.OK, """{"status":"ok","storage":"ok","engine":"ok"}""");
    }

    // A tenant with a linked device whose phone has one contact.
    private static async Task<(ApiClient Client, Account Account, string Device)> LinkAsync(
        RunningGateway gateway, Action<Account>? prepare = null)
    {
        var registered = await gateway.Master.PostAsync("/register", """{"tenant_name":"Acme","email":"a@acme.example","password":"s3nh4-f0rte"}""");
        Assert.Equal(HttpStatusCode.Created, registered.Status);
        var client = gateway.Client(JsonDocument.Parse(registered.Text).RootElement.GetProperty("token").GetString()!);
        var created = await client.PostAsync("/devices", """{"name":"Sales"}""");
        var device = JsonDocument.Parse(created.Text).RootElement.GetProperty("device").GetProperty("id").GetString()!;

        var account = gateway.WhatsApp.Accounts.Create(new AccountSpec { Phone = "5511999999999", PushName = "Maria", PhoneIsOn = true });
        account.Handset.AddressBook.Add(new PhoneContact(Jid.Parse("5511888888888@s.whatsapp.net"), "Joao Pereira", "Joao"));
        prepare?.Invoke(account);
        var qr = await client.GetAsync("/qr");
        Assert.True(qr.Status == HttpStatusCode.OK, qr.Text);
        var text = JsonDocument.Parse(qr.Text).RootElement.GetProperty("data").GetProperty("qr_code").GetString()!;
        await gateway.AfterAsync<DeviceEvent.ContactChanged>(async () =>
        {
            var outcome = await gateway.WhatsApp.ScanAsync(account, text).WaitAsync(RunningGateway.Limit);
            Assert.True(outcome.IsLinked, outcome.Reason);
        });

        // Waits for the login when the contact came before the device was told to be connected, and for the whole address book.
        Assert.Contains("\"connected\"", (await client.PostAsync("/connect")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/appstate/sync", """{"scopes":["contacts"]}""")).Status);
        return (client, account, device);
    }
}
