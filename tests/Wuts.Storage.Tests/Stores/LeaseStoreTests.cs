using Wuts.Core.Devices;
using Wuts.Core.Stores;

namespace Wuts.Storage.Tests.Stores;

public class LeaseStoreTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory, EachDatabase]
    public async Task A_lease_belongs_to_one_process_until_it_is_given_back(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var device = await test.AddDeviceAsync((await test.AddUserAsync()).User);
        var first = await test.AcquireAsync(device.Id, "one", Minute);

        var held = Assert.IsType<LeaseResult.Held>(await test.Storage.Leases.AcquireAsync(device.Id, "two", Minute, default));
        Assert.Equal("one", held.Owner);
        Assert.InRange(held.Remaining, TimeSpan.FromSeconds(1), Minute);
        await test.Storage.Leases.ReleaseAsync(first, default);
        var second = await test.AcquireAsync(device.Id, "two", Minute);

        Assert.True(second.Number > first.Number);
        await test.Storage.Leases.ReleaseAsync(first, default);
        Assert.IsType<LeaseResult.Held>(await test.Storage.Leases.AcquireAsync(device.Id, "one", Minute, default));
    }

    [Theory, EachDatabase]
    public async Task The_same_process_that_takes_its_lease_again_outdates_the_number_it_had(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var device = await test.AddDeviceAsync((await test.AddUserAsync()).User);
        var first = await test.AcquireAsync(device.Id);
        var second = await test.AcquireAsync(device.Id);

        await Assert.ThrowsAsync<LeaseLostException>(() => test.Storage.Devices.SaveAsync(device, first, default));
        await test.Storage.Devices.SaveAsync(device, second, default);
    }

    [Theory, EachDatabase]
    public async Task A_lease_that_ran_out_is_free_and_its_old_owner_cannot_write_any_more(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var device = await test.AddDeviceAsync((await test.AddUserAsync()).User);
        var first = await test.AcquireAsync(device.Id, "one", TimeSpan.Zero);
        await test.Storage.Devices.SaveAsync(device, first, default);

        await test.AcquireAsync(device.Id, "two", Minute);

        await Assert.ThrowsAsync<LeaseLostException>(() => test.Storage.Devices.SaveAsync(device, first, default));
        Assert.Empty(await test.Storage.Leases.RenewAsync([first], "one", Minute, default));
    }

    [Theory, EachDatabase]
    public async Task Leases_are_renewed_together_and_those_that_were_lost_are_left_out(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var user = await test.AddUserAsync();
        var kept = new List<Fence>();
        for (var i = 0; i < 5; i++)
        {
            kept.Add(await test.AcquireAsync((await test.AddDeviceAsync(user.User)).Id, "one", TimeSpan.Zero));
        }

        await test.AcquireAsync(kept[4].Device, "two", Minute);

        var renewed = await test.Storage.Leases.RenewAsync(kept, "one", Minute, default);

        Assert.Equal(kept.Take(4).Select(lease => lease.Device).ToHashSet(), renewed.ToHashSet());
        Assert.IsType<LeaseResult.Held>(await test.Storage.Leases.AcquireAsync(kept[0].Device, "two", Minute, default));
        Assert.Empty(await test.Storage.Leases.RenewAsync([], "one", Minute, default));
    }

    [Theory, EachDatabase]
    public async Task Of_many_processes_that_ask_at_once_one_gets_it(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var device = await test.AddDeviceAsync((await test.AddUserAsync()).User);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => Task.Run(() => test.Storage.Leases.AcquireAsync(device.Id, $"process {i}", Minute, default))));

        Assert.Single(results.OfType<LeaseResult.Acquired>());
        Assert.Equal(15, results.OfType<LeaseResult.Held>().Count());
    }
}
