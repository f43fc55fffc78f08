using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Identity;
using Wuts.Core.Tests.Stores;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>The database is away for a moment, or for longer than a lease.</summary>
public sealed class OutageTests
{
    private static readonly ContactListRequest All = new();

    [Fact]
    public async Task What_comes_while_the_database_is_away_is_acknowledged_over_the_same_connection_once_it_is_stored()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { Phone = "15550002222", PushName = "Alice" });
        var connection = Assert.Single(scene.Server.Connections);
        scene.Database.IsDown = true;
        var first = scene.Database.Reached;

        var id = person.SendMessage(account, new PersonMessage("hello"))!;
        await scene.PassAsync(() => scene.Database.Reached > first + 3);
        Assert.DoesNotContain(scene.Server.Events.Since(0), e => IsAcknowledgement(e, id));
        scene.Database.IsDown = false;
        await scene.PassAsync(() => scene.Server.Events.Since(0).Any(e => IsAcknowledgement(e, id)));

        Assert.Equal(connection.Id, Assert.Single(scene.Server.Connections).Id);
        var found = await scene.Device.FindContactsAsync([person.Jid], CancellationToken.None).Value();
        Assert.Equal("Alice", found[0].PushName);
    }

    [Fact]
    public async Task A_device_that_cannot_prove_its_lease_closes_says_why_and_comes_back_by_itself()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        await using var supervisor = Supervisor(scene);
        supervisor.Start();
        using var events = scene.Events.Subscribe();
        scene.Database.IsDown = true;

        await scene.PassAsync(() => scene.Server.Connections.All(c => c.Stage == ConnectionStage.Closing));
        Assert.True(scene.Database.IsLeased(scene.Id), "The socket must be closed before somebody else may take the device.");
        var told = await Scene.ReachAsync(events, DeviceState.Reconnecting);
        var status = await scene.Device.GetStatusAsync(CancellationToken.None).Value();

        Assert.Equal(DeviceProblemKind.Storage, told.Problem?.Kind);
        Assert.Equal((DeviceState.Reconnecting, DeviceProblemKind.Storage), (status.State, status.Problem!.Kind));
        Assert.Equal(account.Jid, status.Account);
        await scene.PassAsync(() => !scene.Database.IsLeased(scene.Id));
        scene.Database.IsDown = false;
        var back = Scene.ReachAsync(events, DeviceState.Connected);
        await scene.PassAsync(() => back.IsCompleted);
        Assert.Null((await scene.Device.GetStatusAsync(CancellationToken.None).Value()).Problem);
        Assert.Equal(2, account.Devices.Single().Logins);
    }

    [Fact]
    public async Task An_outage_that_is_shorter_than_the_lease_leaves_the_connection_alone()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        scene.Database.IsDown = true;
        var before = scene.Time.GetUtcNow();
        await scene.PassAsync(() => scene.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(12));
        scene.Database.IsDown = false;

        await scene.PassAsync(() => scene.Database.Renewals > 0);
        await scene.PassAsync(() => scene.Time.GetUtcNow() - before >= TimeSpan.FromMinutes(1));

        Assert.Equal(1, account.Devices.Single().Logins);
        Assert.True((await scene.Device.GetStatusAsync(CancellationToken.None).Value()).IsConnected);
    }

    [Fact]
    public async Task A_connection_that_changes_while_the_database_is_away_is_told_and_stored_when_it_is_back()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        using var events = scene.Events.Subscribe();
        scene.Database.IsDown = true;

        scene.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Now });
        var told = await Scene.ReachAsync(events, DeviceState.Reconnecting);
        Assert.Equal(DeviceProblemKind.Network, told.Problem?.Kind);
        scene.Database.IsDown = false;
        var connected = Scene.ReachAsync(events, DeviceState.Connected);
        await scene.PassAsync(() => connected.IsCompleted);
        await scene.PassAsync(async () => (await scene.RecordAsync()).State == DeviceState.Connected);
    }

    [Fact]
    public async Task What_was_read_lately_is_answered_from_memory_and_what_was_not_is_unavailable()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var jid = Jid.Parse("15550002222@s.whatsapp.net");
        var resolve = new ResolveRequest { Jids = [jid], LookUp = false };
        var none = CancellationToken.None;
        await scene.Device.SaveContactAsync(jid, "Alice", null, none).Value();
        var page = await scene.Device.ListContactsAsync(All, none).Value();
        var found = await scene.Device.FindContactsAsync([jid], none).Value();
        var resolved = await scene.Device.ResolveAsync(resolve, none).Value();
        var blocked = await scene.Device.GetBlocklistAsync(none).Value();
        var groups = await scene.Device.ListGroupsAsync(refresh: false, none).Value();
        var at = scene.Time.GetUtcNow();
        Assert.Null(page.StaleSince);
        scene.Time.Advance(TimeSpan.FromSeconds(3));
        scene.Database.IsDown = true;

        var remembered = await scene.Device.ListContactsAsync(All, none).Value();
        Assert.Equal((at, page.Version), (remembered.StaleSince, remembered.Version));
        Assert.Equal(page.Rows, remembered.Rows);
        Assert.Equal(at, (await scene.Device.ListGroupsAsync(refresh: false, none).Value()).StaleSince);
        Assert.Same(groups.Groups, (await scene.Device.ListGroupsAsync(refresh: false, none).Value()).Groups);
        Assert.Same(found, await scene.Device.FindContactsAsync([jid], none).Value());
        Assert.Same(resolved, await scene.Device.ResolveAsync(resolve with { Jids = [jid] }, none).Value());
        Assert.Same(blocked, await scene.Device.GetBlocklistAsync(none).Value());
        Assert.IsType<Failure.Unavailable>(await scene.Device.ListContactsAsync(All with { Search = "Bob" }, none).Failure());
        Assert.IsType<Failure.Unavailable>(await scene.Device.ListContactsAsync(All with { Since = 0 }, none).Failure());
        Assert.IsType<Failure.Unavailable>(await scene.Device.SaveContactAsync(jid, "Bob", null, none).Failure());
        scene.Database.IsDown = false;
        Assert.Null((await scene.Device.ListContactsAsync(All, none).Value()).StaleSince);
    }

    [Fact]
    public async Task A_caller_who_knows_the_remembered_version_is_told_that_nothing_else_is_known()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var page = await scene.Device.ListContactsAsync(All, CancellationToken.None).Value();
        scene.Database.IsDown = true;

        var same = await scene.Device.ListContactsAsync(All with { KnownVersion = page.Version }, CancellationToken.None).Value();
        var other = await scene.Device.ListContactsAsync(All with { KnownVersion = page.Version + 1 }, CancellationToken.None).Value();

        Assert.True(same.IsUnchanged);
        Assert.NotNull(same.StaleSince);
        Assert.False(other.IsUnchanged);
        Assert.Equal(page.Version, other.Version);
    }

    [Fact]
    public async Task Reads_go_on_after_the_lease_was_given_up()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.SaveContactAsync(Jid.Parse("15550002222@s.whatsapp.net"), "Alice", null, CancellationToken.None).Value();
        var page = await scene.Device.ListContactsAsync(All, CancellationToken.None).Value();
        scene.Database.IsDown = true;
        await scene.PassAsync(() => scene.Server.Connections.All(c => c.Stage == ConnectionStage.Closing));

        var remembered = await scene.Device.ListContactsAsync(All, CancellationToken.None).Value();
        var blocked = await scene.Device.SetBlockedAsync(page.Rows[0].Jid, true, CancellationToken.None).Failure();

        Assert.Equal(page.Rows, remembered.Rows);
        Assert.NotNull(remembered.StaleSince);
        Assert.IsType<Failure.Unavailable>(blocked);
        Assert.IsType<Failure.Unavailable>(await scene.Device.ConnectAsync(TimeSpan.Zero, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task An_account_that_was_unlinked_is_not_remembered()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Device.ListContactsAsync(All, CancellationToken.None).Value();
        await scene.Device.LogoutAsync(CancellationToken.None).Value();
        scene.Database.IsDown = true;

        Assert.IsType<Failure.Unavailable>(await scene.Device.ListContactsAsync(All, CancellationToken.None).Failure());
    }

    private static bool IsAcknowledgement(SimulatorEvent happened, string id) =>
        happened.Kind == SimulatorEventKind.StanzaAcknowledged && happened.Detail?.Contains(id, StringComparison.Ordinal) == true;

    private static DeviceSupervisor Supervisor(Scene scene) => new(
        scene.Database, scene.Engine, new SupervisorOptions { Jitter = TimeSpan.Zero }, scene.Time, new FixedRandom(0.5),
        NullLogger<DeviceSupervisor>.Instance);
}
