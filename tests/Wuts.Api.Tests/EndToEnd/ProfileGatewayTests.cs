using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.DeviceProfile;
using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.Simulator;

namespace Wuts.Api.Tests.EndToEnd;

public class ProfileGatewayTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    [Statement("device-profile A1", "A person by number and by LID, with the pair filled both ways, the about text and the picture.")]
    public async Task Person_is_seen_by_either_address()
    {
        var instance = await gateway.LinkAsync();
        var person = gateway.Server.People.Add(new PersonSpec { HasPicture = true, About = "Available" });

        var byPhone = (await instance.ProfileAsync(person.Phone)).Profile();
        var byLid = (await instance.ProfileAsync(person.Lid.ToString(), "&preview=true")).Profile();

        Assert.Equal(person.Lid.ToString(), byPhone.GetProperty("lid").GetString());
        Assert.False(byPhone.TryGetProperty("phone_jid", out _));
        Assert.Equal(person.Jid.ToString(), byLid.GetProperty("phone_jid").GetString());
        Assert.All([byPhone, byLid], p =>
        {
            Assert.Equal("Available", p.GetProperty("status").GetString());
            Assert.StartsWith("http", p.GetProperty("picture_url").GetString(), StringComparison.Ordinal);
            Assert.Equal(person.Picture!.Id, p.GetProperty("picture_id").GetString());
            Assert.Equal(person.Jid.ToString(), p.GetProperty("devices")[0].GetString());
        });
    }

    [Fact]
    [Statement("device-profile A1.2", "A hidden photo is no error; a number that is not on WhatsApp is 404, an unknown LID is 200.")]
    public async Task Hidden_photo_and_nobody_are_told_apart()
    {
        var instance = await gateway.LinkAsync();
        var shy = gateway.Server.People.Add(new PersonSpec { HasPicture = true });
        shy.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);

        Assert.Equal("", (await instance.ProfileAsync(shy.Phone)).Profile().GetProperty("picture_url").GetString());
        (await instance.ProfileAsync("4915177777777")).IsProfileError(HttpStatusCode.NotFound, "not_found", "jid");
        Assert.Equal("999999999999999@lid", (await instance.ProfileAsync("999999999999999@lid")).Profile().GetProperty("lid").GetString());
    }

    [Fact]
    [Statement("device-profile A1.3", "A group that the account is in; 403 for one that it is not in, 404 for none.")]
    [Statement("device-profile A2", "The list of groups.")]
    public async Task Groups_are_seen_by_members_only()
    {
        var other = gateway.Server.People.Add();
        Group mine = null!;
        var instance = await gateway.LinkAsync(account => mine = gateway.Server.Groups.Create(new GroupSpec
        {
            Creator = other,
            Members = [gateway.Server.People.Of(account)],
            Subject = "Ours",
            HasPicture = true,
            IsLocked = true,
        }));
        var foreign = gateway.Server.Groups.Create(new GroupSpec { Creator = other });

        var group = (await instance.ProfileAsync(mine.Jid.ToString())).Profile();
        Assert.Equal("Ours", group.GetProperty("subject").GetString());
        Assert.Equal(2, group.GetProperty("participants").GetArrayLength());
        Assert.StartsWith("http", group.GetProperty("picture_url").GetString(), StringComparison.Ordinal);
        (await instance.ProfileAsync(foreign.Jid.ToString())).IsProfileError(HttpStatusCode.Forbidden, "forbidden");
        (await instance.ProfileAsync("120363999999999999@g.us")).IsProfileError(HttpStatusCode.NotFound, "not_found", "jid");
        var answer = await instance.Client.GetAsync($"/devices/{instance.DeviceId}/groups");
        var list = JsonDocument.Parse(answer.Text).RootElement.GetProperty("data");
        Assert.Equal(1, list.GetProperty("count").GetInt32());
        Assert.True(list.GetProperty("groups")[0].GetProperty("is_locked").GetBoolean());
    }

    [Fact]
    [Statement("device-profile C1", "A whole life: created with a code, scanned, connected, disconnected, a new code, destroyed.")]
    [Statement("device-profile A1.5", "device_not_connected wins over what is cached.")]
    public async Task Device_lives_as_the_diagram_shows()
    {
        var instance = await gateway.LinkAsync();
        var person = gateway.Server.People.Add();
        var created = Device(await instance.Client.PostAsync("/wa/devices", """{"device_name":"Second"}"""));
        var path = $"/wa/devices/{created.GetProperty("device_id").GetString()}";
        Assert.Equal("qr_generated", created.GetProperty("status").GetString());
        (await instance.Client.PostAsync($"{path}/qr")).IsProfileError(HttpStatusCode.Conflict, "qr_reset_not_allowed");

        var account = gateway.Server.Accounts.Create();
        await gateway.ScanAsync(account, created.GetProperty("qr").GetString()!);
        (await instance.Client.PostAsync($"{path}/qr")).IsProfileError(HttpStatusCode.Conflict, "qr_reset_not_allowed");
        (await instance.Client.GetAsync($"{path}/profile?jid={person.Phone}")).Profile();

        var disconnected = Device(await instance.Client.PostAsync($"{path}/disconnect"));
        Assert.Equal("disconnected", disconnected.GetProperty("status").GetString());
        Assert.Equal(account.Jid.ToString(), disconnected.GetProperty("jid").GetString());
        (await instance.Client.GetAsync($"{path}/profile?jid={person.Phone}"))
            .IsProfileError(HttpStatusCode.Conflict, "device_not_connected");

        var again = Device(await instance.Client.PostAsync($"{path}/qr"));
        Assert.Equal("qr_generated", again.GetProperty("status").GetString());
        Assert.NotEqual("", again.GetProperty("qr").GetString());

        Assert.Equal("destroyed", Device(await instance.Client.DeleteAsync(path)).GetProperty("status").GetString());
        (await instance.Client.GetAsync($"{path}/profile?jid={person.Phone}")).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        Assert.Equal(HttpStatusCode.Created, (await instance.Client.PostAsync("/wa/devices", """{"device_name":"Second"}""")).Status);
    }

    [Fact]
    [Statement("device-profile TM-3", "Lookups by LID with a known phone leave two records, in the database too.")]
    [Statement("device-profile B", "/profile output is identical before and after a merge.")]
    [Statement("wawp B2", "Known by phone and by LID: two entries unless linked, then once, under the phone.")]
    public async Task Only_a_verified_link_makes_two_addresses_one_person()
    {
        var instance = await gateway.LinkAsync();
        var person = gateway.Server.People.Add(new PersonSpec { PushName = "Ann" });
        var user = (await gateway.Service<ITenantStore>().FindByTokenAsync(instance.Token, CancellationToken.None))!;
        var links = gateway.Service<LinkService>();
        (await instance.ProfileAsync(person.Phone)).Profile();
        var before = (await instance.ProfileAsync(person.Lid.ToString())).Text;
        Assert.Contains(person.Phone, before, StringComparison.Ordinal);
        foreach (var address in new[] { $"{person.Phone}@c.us", person.Lid.ToString() })
        {
            await instance.PutAsync($"contacts/{address}", """{"firstName":"Ann"}""");
        }

        var byPhone = await links.FindPersonAsync(user.TenantId, person.Jid, CancellationToken.None);
        var byLid = await links.FindPersonAsync(user.TenantId, person.Lid, CancellationToken.None);
        var twice = await instance.GetAsync("contacts/all");
        await links.LinkAsync(user.TenantId, person.Jid, person.Lid, "ticket 7", user.Id, replace: false, CancellationToken.None);
        var once = await instance.GetAsync("contacts/all");

        Assert.NotEqual(byPhone.Record.Id, byLid.Record.Id);
        Assert.Contains($"\"id\":\"{person.Lid}\"", twice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"id\":\"{person.Lid}\"", once.Text, StringComparison.Ordinal);
        Assert.Contains($"\"id\":\"{person.Phone}@c.us\"", once.Text, StringComparison.Ordinal);
        Assert.Equal(before, (await instance.ProfileAsync(person.Lid.ToString())).Text);
    }

    private static JsonElement Device(ApiAnswer answer)
    {
        Assert.True((int)answer.Status is 200 or 201, answer.Text);
        return JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetProperty("device");
    }
}
