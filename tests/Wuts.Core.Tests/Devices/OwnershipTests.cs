using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Stores;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Devices;

/// <summary>One owner per device: leases, fences, and what follows when ownership is gone.</summary>
public sealed class OwnershipTests
{
    [Fact]
    public async Task A_lost_lease_closes_the_connection_and_nothing_more_is_written()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var connection = Assert.Single(scene.Server.Connections);
        var before = await scene.RecordAsync();

        scene.Database.StealLease(scene.Id);
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await scene.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.Disconnected && e.Connection == connection.Id).Within();

        Assert.Empty(scene.Server.Connections);
        Assert.Equal(before, await scene.RecordAsync());
        Assert.True((await scene.RecordAsync()).WantsConnection);
    }

    [Fact]
    public async Task What_is_learnt_about_somebody_while_another_process_takes_the_device_is_told_and_not_stored()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.Zero, false, CancellationToken.None).Value();

        scene.Database.StealLease(scene.Id);
        var told = await scene.Contact(person.Jid).GetPictureAsync(PictureSize.Full, null, TimeSpan.Zero, CancellationToken.None).Value();

        Assert.Equal(person.Picture!.Id, told.Info!.Id);
        var stored = (await scene.Database.LoadAsync(scene.Id, person.Jid, CancellationToken.None)).State;
        Assert.NotNull(stored!.About);
        Assert.Null(stored.Full);
    }

    [Fact]
    public async Task A_process_that_lost_a_device_to_another_one_stores_nothing_before_it_knows_that_it_is_well()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        var known = scene.Server.People.Add();
        await scene.Contact(known.Jid).GetProfileAsync(TimeSpan.Zero, false, CancellationToken.None).Value();
        var other = DeviceId.New();
        await scene.Leases.AcquireAsync(other, CancellationToken.None);

        scene.Database.StealLease(other);
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await Guard.UntilAsync(() => scene.Leases.IsDoubted);
        await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.Zero, false, CancellationToken.None).Value();
        Assert.Null((await scene.Database.LoadAsync(scene.Id, person.Jid, CancellationToken.None)).State);
        await scene.Contact(known.Jid).InvalidateAsync(ContactParts.About, null, 0, CancellationToken.None);
        Assert.Null((await scene.Database.LoadAsync(scene.Id, known.Jid, CancellationToken.None)).State!.About);

        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await Guard.UntilAsync(() => !scene.Leases.IsDoubted);
        await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.Zero, false, CancellationToken.None).Value();
        Assert.NotNull((await scene.Database.LoadAsync(scene.Id, person.Jid, CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_device_that_another_process_owns_is_unavailable()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Engine.Device(scene.Id).HandOverAsync(CancellationToken.None);
        await scene.RestartAsync();
        scene.Database.StealLease(scene.Id);

        var failure = await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Failure();

        Assert.Equal(new Failure.Unavailable(TimeSpan.FromDays(1)), failure);
        Assert.DoesNotContain(scene.Server.Connections, c => c.Stage != ConnectionStage.Closing);
    }

    [Fact]
    public async Task A_write_of_an_owner_that_was_lost_is_refused()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Database.StealLease(scene.Id);

        var failure = await scene.Device
            .SaveContactAsync(WhatsApp.Binary.Jid.Parse("15550002222@s.whatsapp.net"), "Joao", null, CancellationToken.None)
            .Failure();

        Assert.IsType<Failure.Unavailable>(failure);
    }

    [Fact]
    public async Task A_device_that_was_replaced_gives_way_and_never_fights()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        using var events = scene.Events.Subscribe();

        scene.Server.Faults.Add(new Fault.StreamError { At = FaultPoint.Now, Error = StreamErrorKind.Replaced });
        var changed = await Scene.ReachAsync(events, DeviceState.Disconnected);

        Assert.Equal(new DeviceProblem(DeviceProblemKind.Replaced), changed.Problem);
        Assert.False((await scene.RecordAsync()).WantsConnection);
        Assert.Empty(await scene.Database.FindOrphansAsync(10, CancellationToken.None));
        scene.Time.Advance(TimeSpan.FromHours(1));
        var status = await scene.Device.GetStatusAsync(CancellationToken.None).Value();
        Assert.Equal((DeviceState.Disconnected, DeviceProblemKind.Replaced), (status.State, status.Problem!.Kind));
        Assert.DoesNotContain(scene.Server.Connections, c => c.Stage != ConnectionStage.Closing);
    }

    [Fact]
    public async Task An_owner_that_finds_itself_replaced_by_the_next_one_says_that_the_device_comes_back()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var before = await scene.RecordAsync();
        var writing = new TaskCompletionSource();
        scene.Database.Writing = writing.Task;

        scene.Database.StealLease(scene.Id);
        scene.Server.Faults.Add(new Fault.StreamError { At = FaultPoint.Now, Error = StreamErrorKind.Replaced });
        DeviceStatus status;
        do
        {
            status = await scene.Device.GetStatusAsync(CancellationToken.None).Value();
        }
        while (status.IsConnected);

        writing.SetResult();
        Assert.Equal((DeviceState.Reconnecting, null), (status.State, status.Problem));
        await Guard.UntilAsync(() => scene.Leases.Count == 0);
        Assert.Equal(before, await scene.RecordAsync());
    }

    [Fact]
    public async Task A_restart_connects_again_without_pairing()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        await scene.RestartAsync();
        Assert.False(scene.Database.IsLeased(scene.Id));
        using var events = scene.Events.Subscribe();
        await using var supervisor = Supervisor(scene);

        supervisor.Start();

        await Scene.ReachAsync(events, DeviceState.Connected);
        Assert.Equal(account.Jid, (await scene.Device.GetStatusAsync(CancellationToken.None).Value()).Account);
        Assert.Single(account.Devices);
    }

    [Fact]
    public async Task A_device_whose_owner_died_is_woken_when_its_lease_has_run_out()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Database.StealLease(scene.Id);
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await scene.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.Disconnected).Within();
        await using var supervisor = Supervisor(scene);
        Assert.Equal(0, await supervisor.WakeOrphansAsync(CancellationToken.None).Within());

        scene.Time.Advance(TimeSpan.FromDays(2));
        using var events = scene.Events.Subscribe();
        Assert.Equal(1, await supervisor.WakeOrphansAsync(CancellationToken.None).Within());

        await Scene.ReachAsync(events, DeviceState.Connected);
    }

    [Fact]
    public async Task An_idle_device_that_need_not_be_connected_goes_and_comes_back()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        await scene.Device.GetStatusAsync(CancellationToken.None).Value();
        Assert.Equal(1, scene.Engine.LivingDevices);

        scene.Time.Advance(TimeSpan.FromMinutes(6));
        await Guard.UntilAsync(() => scene.Engine.LivingDevices == 0);

        Assert.Equal(DeviceState.Created, (await scene.Device.GetStatusAsync(CancellationToken.None).Value()).State);
    }

    [Fact]
    public async Task A_connected_device_stays_however_idle_it_is()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        await scene.Contact(scene.Server.Accounts.All.First().Jid).InvalidateAsync(ContactParts.All, null, 0, CancellationToken.None);
        Assert.Equal(1, scene.Engine.LivingContacts);

        // Step by step, so that leases are renewed on the way.
        for (var i = 0; i < 100; i++)
        {
            var before = scene.Database.Renewals;
            scene.Time.Advance(TimeSpan.FromSeconds(5));
            await Guard.UntilAsync(() => scene.Database.Renewals > before);
        }

        await Guard.UntilAsync(() => scene.Engine.LivingContacts == 0);
        Assert.Equal(1, scene.Engine.LivingDevices);
        Assert.Single(scene.Server.Connections);
    }

    private static DeviceSupervisor Supervisor(Scene scene) => new(
        scene.Database, scene.Engine, new SupervisorOptions { Jitter = TimeSpan.Zero }, scene.Time, new FixedRandom(0.5),
        Microsoft.Extensions.Logging.Abstractions.NullLogger<DeviceSupervisor>.Instance);
}
