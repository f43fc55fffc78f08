using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>How connections end, and what is left afterwards.</summary>
public sealed class EndingTests
{
    private static readonly Jid Joao = Jid.Parse("15550002222@s.whatsapp.net");

    [Fact]
    public async Task Disconnecting_keeps_the_credentials_and_connecting_needs_no_QR()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();

        var off = await scene.Device.DisconnectAsync(CancellationToken.None).Value();
        Assert.Equal(DeviceState.Disconnected, off.State);
        Assert.True(off.IsLinked);
        Assert.Null(off.Problem);
        Assert.False((await scene.RecordAsync()).WantsConnection);
        Assert.False(scene.Database.IsLeased(scene.Id));
        var on = await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value();

        Assert.Equal(DeviceState.Connected, on.State);
        Assert.True((await scene.RecordAsync()).WantsConnection);
    }

    [Fact]
    public async Task Disconnecting_twice_is_no_failure()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();

        Assert.Equal(DeviceState.Disconnected, (await scene.Device.DisconnectAsync(CancellationToken.None).Value()).State);
    }

    [Fact]
    public async Task Contacts_can_be_read_while_disconnected_and_say_since_when()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.SaveContactAsync(Joao, "Joao", "Pereira", CancellationToken.None).Value();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();

        var page = await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value();

        Assert.Equal("Joao Pereira", Assert.Single(page.Rows).FullName);
        Assert.NotNull(page.StaleSince);
    }

    [Fact]
    public async Task Logging_out_unlinks_the_device_and_deletes_what_was_learnt()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        await scene.Device.SaveContactAsync(Joao, "Joao", "Pereira", CancellationToken.None).Value();

        var status = await scene.Device.LogoutAsync(CancellationToken.None).Value();

        Assert.Equal(DeviceState.LoggedOut, status.State);
        Assert.Null(status.Account);
        Assert.Null(status.Problem);
        Assert.Empty(account.Devices);
        Assert.Empty((await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value()).Rows);
        Assert.Equal(
            new Failure.Conflict(ConflictKind.NotLinked), await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Failure());
        Assert.False((await scene.RecordAsync()).WantsConnection);
    }

    [Fact]
    public async Task Logging_out_needs_a_connection()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();

        Assert.Equal(
            new Failure.NotReady(DeviceState.Disconnected), await scene.Device.LogoutAsync(CancellationToken.None).Failure());
    }

    [Fact]
    public async Task A_device_that_the_phone_unlinked_forgets_the_account_and_can_be_linked_anew()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        await scene.Device.SaveContactAsync(Joao, "Joao", "Pereira", CancellationToken.None).Value();
        using var events = scene.Events.Subscribe();

        Assert.True(scene.Server.Unlink(account, account.Devices[0].Id));
        var changed = await Scene.ReachAsync(events, DeviceState.LoggedOut);

        Assert.Equal(DeviceProblemKind.LoggedOut, changed.Problem!.Kind);
        var status = await scene.Device.GetStatusAsync(CancellationToken.None).Value();
        Assert.Equal(DeviceState.LoggedOut, status.State);
        Assert.False(status.IsLinked);
        Assert.Empty((await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value()).Rows);
        await scene.LinkAsync();
    }

    [Fact]
    public async Task A_banned_device_says_until_when_and_comes_back_by_itself()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();
        scene.Server.Faults.Add(new Fault.Failure
        {
            Reason = 402,
            Attributes = new Dictionary<string, string> { ["code"] = "101", ["expire"] = "3600" },
        });
        using var events = scene.Events.Subscribe();

        var status = await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value();

        Assert.Equal(DeviceState.Disconnected, status.State);
        Assert.Equal(DeviceProblemKind.Banned, status.Problem!.Kind);
        Assert.Equal(scene.Time.GetUtcNow() + TimeSpan.FromHours(1), status.Problem.Until);
        Assert.True((await scene.RecordAsync()).WantsConnection);

        // Half of the half minute by which devices are kept from coming back all at once.
        var due = TimeSpan.FromHours(1) + TimeSpan.FromSeconds(15);
        await scene.Time.WhenTimerDueAsync(due).Within();
        scene.Time.Advance(due);
        await Scene.ReachAsync(events, DeviceState.Connected);
    }

    [Theory]
    [InlineData(405, DeviceProblemKind.ClientOutdated, DeviceState.Disconnected)]
    [InlineData(403, DeviceProblemKind.AccountLocked, DeviceState.LoggedOut)]
    [InlineData(418, DeviceProblemKind.Refused, DeviceState.Disconnected)]
    public async Task A_refused_login_is_told_apart(int reason, DeviceProblemKind problem, DeviceState state)
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();
        scene.Server.Faults.Add(new Fault.Failure { Reason = reason });

        await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value();

        var status = await scene.Device.GetStatusAsync(CancellationToken.None).Value();
        Assert.Equal((state, problem), (status.State, status.Problem!.Kind));
    }

    [Fact]
    public async Task A_lost_network_is_told_and_made_good()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        using var events = scene.Events.Subscribe();

        scene.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Now });
        var changed = await Scene.ReachAsync(events, DeviceState.Reconnecting);

        Assert.Equal(DeviceProblemKind.Network, changed.Problem!.Kind);
        Assert.IsType<Failure.NotReady>(await scene.Device.GetBlocklistAsync(CancellationToken.None).Failure());
        await scene.Time.WhenTimerDueAsync(TimeSpan.FromSeconds(1)).Within();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        await Scene.ReachAsync(events, DeviceState.Connected);
        Assert.Null((await scene.Device.GetStatusAsync(CancellationToken.None).Value()).Problem);
    }

    [Fact]
    public async Task A_destroyed_device_is_unlinked_and_stays_destroyed()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();

        await scene.Device.DestroyAsync(CancellationToken.None).Value();

        Assert.Empty(account.Devices);
        Assert.IsType<Failure.DeviceDestroyed>(await scene.Device.GetStatusAsync(CancellationToken.None).Failure());
        await scene.RestartAsync();
        Assert.IsType<Failure.DeviceDestroyed>(await scene.Device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task A_database_that_is_down_is_unavailable_and_no_crash()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Database.IsDown = true;

        Assert.IsType<Failure.Unavailable>(await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Failure());
        scene.Database.IsDown = false;

        Assert.Empty((await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value()).Rows);
    }

    [Fact]
    public async Task A_pairing_that_nobody_answers_expires()
    {
        await using var scene = await Scene.StartAsync();
        var device = await scene.CreateDeviceAsync();
        await device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        using var events = scene.Events.Subscribe();

        await device.DisconnectAsync(CancellationToken.None).Value();

        Assert.Equal(DeviceState.PairingExpired, (await device.GetStatusAsync(CancellationToken.None).Value()).State);
        Assert.False(scene.Database.IsLeased(scene.Id));
        await scene.LinkAsync();
    }
}
