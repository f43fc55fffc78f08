using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Simulator;
using Wuts.Testing;

namespace Wuts.Core.Tests.Devices;

public sealed class LifeCycleTests
{
    [Fact]
    public async Task A_device_is_linked_by_QR_and_connected()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        using var events = scene.Events.Subscribe();

        var account = await scene.LinkAsync(new AccountSpec { PushName = "Maria" });

        var status = await scene.Device.GetStatusAsync(CancellationToken.None).Value();
        Assert.Equal(DeviceState.Connected, status.State);
        Assert.Equal(account.Jid, status.Account);
        Assert.Equal(account.Lid, status.Lid);
        Assert.Null(status.Qr);
        Assert.NotNull(status.LastSeen);
        await Scene.NextAsync<DeviceEvent.QrGenerated>(events);
        Assert.Equal(account.Jid, (await Scene.NextAsync<DeviceEvent.Paired>(events)).Account);
        var record = await scene.RecordAsync();
        Assert.True(record.WantsConnection);
        Assert.Equal(DeviceState.Connected, record.State);
    }

    [Fact]
    public async Task A_linked_device_gives_out_no_QR()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();

        var failure = await scene.Device.GetQrAsync(true, Guard.Limit, CancellationToken.None).Failure();

        Assert.Equal(new Failure.Conflict(ConflictKind.AlreadyLinked), failure);
    }

    [Fact]
    public async Task The_same_QR_is_given_out_again_until_a_new_one_is_wanted()
    {
        await using var scene = await Scene.StartAsync();
        var device = await scene.CreateDeviceAsync();

        var first = await device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        var again = await device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        var fresh = await device.GetQrAsync(true, Guard.Limit, CancellationToken.None).Value();

        Assert.False(first.FromCache);
        Assert.True(again.FromCache);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.GeneratedAt + TimeSpan.FromSeconds(60), first.ExpiresAt);
        Assert.False(fresh.FromCache);
        Assert.NotEqual(first.Text, fresh.Text);
    }

    [Fact]
    public async Task A_device_is_linked_by_code()
    {
        await using var scene = await Scene.StartAsync();
        var device = await scene.CreateDeviceAsync();
        var account = scene.Server.Accounts.Create();
        using var events = scene.Events.Subscribe();
        var phone = WhatsApp.Binary.PhoneNumber.Parse(account.Phone);

        var code = await device.GetPairCodeAsync(phone, false, Guard.Limit, CancellationToken.None).Value();
        var again = await device.GetPairCodeAsync(phone, false, Guard.Limit, CancellationToken.None).Value();
        Assert.Equal(8, code.Code.Length);
        Assert.Equal(code.Code, again.Code);
        Assert.True(again.FromCache);
        var outcome = await scene.Server.TypeCodeAsync(account, $"{code.Code[..4]}-{code.Code[4..]}").Within();

        Assert.True(outcome.IsLinked, outcome.Reason);
        await Scene.ReachAsync(events, DeviceState.Connected);
    }

    [Fact]
    public async Task Contacts_are_listed_once_the_phone_has_shared_them()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        var account = scene.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.AddressBook.Add(new PhoneContact(WhatsApp.Binary.Jid.Parse("15550002222@s.whatsapp.net"), "Joao Pereira", "Joao"));
        using var events = scene.Events.Subscribe();
        var qr = await scene.Device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        await scene.Server.ScanAsync(account, qr.Text).Within();
        await Scene.NextAsync<DeviceEvent.ContactChanged>(events);

        var page = await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value();

        var row = Assert.Single(page.Rows);
        Assert.Equal("15550002222@s.whatsapp.net", row.Jid.ToString());
        Assert.Equal("Joao Pereira", row.FullName);
        Assert.Equal("Joao", row.FirstName);
        Assert.Null(page.StaleSince);
    }

    [Fact]
    public async Task A_device_that_does_not_exist_says_so()
    {
        await using var scene = await Scene.StartAsync();

        Assert.IsType<Failure.NoDevice>(await scene.Engine.Device(DeviceId.New()).GetStatusAsync(CancellationToken.None).Failure());
    }
}
