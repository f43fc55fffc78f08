using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Storage.Tests.Stores;

public class DeviceCatalogTests
{
    [Theory, EachDatabase]
    public async Task What_the_owner_saved_is_read_back_exactly(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var user = await test.AddUserAsync();
        var device = await test.AddDeviceAsync(user.User);
        var fence = await test.AcquireAsync(device.Id);
        var saved = device with
        {
            Name = "Büro ☎",
            State = DeviceState.Connected,
            WantsConnection = true,
            Account = Jid.Parse("491700000000@s.whatsapp.net"),
            Lid = Jid.Parse("100000000000099@lid"),
            PushName = "Ich 🙂",
            Platform = "android",
            LinkedAt = TestStorage.Noon.AddTicks(7),
            LastSeen = TestStorage.Noon.AddTicks(77),
            Problem = new DeviceProblem(DeviceProblemKind.Banned, TestStorage.Noon.AddHours(3)),
            UpdatedAt = TestStorage.Noon.AddSeconds(1),
        };

        await test.Storage.Devices.SaveAsync(saved, fence, default);

        Assert.Equal(saved, await test.Storage.Devices.FindAsync(device.Id, default));
        Assert.Equal(saved, await test.Storage.Devices.FindAsync(device.InstanceId, default));
        Assert.Equal([saved], await test.Storage.Devices.ListAsync(user.User.Id, default));
        Assert.Equal([saved], await test.Storage.Devices.ListAsync(user.User.TenantId, default));
        Assert.Null(await test.Storage.Devices.FindAsync(DeviceId.New(), default));
    }

    [Theory]
    [InlineData(DeviceState.Pairing, DeviceState.PairingExpired)]
    [InlineData(DeviceState.Connected, DeviceState.Disconnected)]
    [InlineData(DeviceState.Reconnecting, DeviceState.Disconnected)]
    [InlineData(DeviceState.LoggedOut, DeviceState.LoggedOut)]
    public async Task A_state_that_needs_an_owner_says_nothing_without_one(DeviceState stored, DeviceState read)
    {
        await using var test = await TestStorage.CreateAsync(StorageKind.Sqlite);
        var device = await test.AddDeviceAsync((await test.AddUserAsync()).User);
        var fence = await test.AcquireAsync(device.Id, duration: TimeSpan.FromSeconds(30));
        await test.Storage.Devices.SaveAsync(device with { State = stored }, fence, default);

        Assert.Equal(stored, (await test.Storage.Devices.FindAsync(device.Id, default))!.State);
        test.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(read, (await test.Storage.Devices.FindAsync(device.Id, default))!.State);
    }

    [Theory, EachDatabase]
    public async Task Devices_that_should_be_connected_and_that_nobody_owns_are_found(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var user = await test.AddUserAsync();
        var owned = await test.AddDeviceAsync(user.User);
        var orphan = await test.AddDeviceAsync(user.User);
        var destroyed = await test.AddDeviceAsync(user.User);
        await test.AddDeviceAsync(user.User, "never connected");
        foreach (var device in (DeviceRecord[])[owned, orphan, destroyed])
        {
            await test.Storage.Devices.SaveAsync(device with { WantsConnection = true }, await test.AcquireAsync(device.Id), default);
        }

        await test.Storage.Leases.ReleaseAsync(await test.AcquireAsync(orphan.Id), default);
        await test.Storage.Devices.DestroyAsync(destroyed.Id, TestStorage.Noon, default);

        Assert.Equal([orphan.Id], await test.Storage.Devices.FindOrphansAsync(10, default));
        Assert.Empty(await test.Storage.Devices.FindOrphansAsync(0, default));
    }

    [Theory, EachDatabase]
    public async Task The_next_lease_that_runs_out_is_the_one_that_was_renewed_longest_ago(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var user = await test.AddUserAsync();
        var (sooner, later) = (await test.AddDeviceAsync(user.User), await test.AddDeviceAsync(user.User));
        Assert.Null(await test.Storage.Devices.FindNextExpiryAsync(default));

        await test.Storage.Leases.AcquireAsync(sooner.Id, "one", TimeSpan.FromMinutes(5), default);
        await test.Storage.Leases.AcquireAsync(later.Id, "two", TimeSpan.FromMinutes(50), default);

        var next = await test.Storage.Devices.FindNextExpiryAsync(default);
        Assert.InRange(next!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Theory, EachDatabase]
    public async Task A_destroyed_device_is_still_known_and_can_neither_be_owned_nor_written(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var user = await test.AddUserAsync();
        var device = await test.AddDeviceAsync(user.User);
        var fence = await test.AcquireAsync(device.Id);
        var at = TestStorage.Noon.AddDays(1);

        await test.Storage.Devices.DestroyAsync(device.Id, at, default);
        await test.Storage.Devices.DestroyAsync(device.Id, at.AddDays(1), default);

        var found = await test.Storage.Devices.FindAsync(device.Id, default);
        Assert.Equal((DeviceState.Destroyed, at), (found!.State, found.DestroyedAt));
        Assert.Empty(await test.Storage.Devices.ListAsync(user.User.Id, default));
        await Assert.ThrowsAsync<LeaseLostException>(() => test.Storage.Devices.SaveAsync(device, fence, default));
        await Assert.ThrowsAsync<LeaseLostException>(
            () => test.Storage.Leases.AcquireAsync(device.Id, "two", TimeSpan.FromMinutes(1), default));
    }
}
