using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Devices;
using Wuts.Core.Metrics;
using Wuts.Core.Tests.Stores;
using Wuts.Testing;

namespace Wuts.Core.Tests.Devices;

public sealed class LeaseKeeperTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly GatewayMetrics _metrics = new();
    private readonly MemoryDatabase _database;
    private readonly LeaseKeeper _keeper;

    public LeaseKeeperTests()
    {
        _database = new MemoryDatabase(_time);
        _keeper = new LeaseKeeper(_database, new LeaseOptions(), _time, _metrics, NullLogger<LeaseKeeper>.Instance);
    }

    [Fact]
    public async Task All_leases_are_renewed_together()
    {
        var leases = new List<DeviceLease>();
        for (var i = 0; i < 20; i++)
        {
            leases.Add((await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!);
        }

        await RenewalsAsync(10);

        Assert.Equal(10, _database.Renewals);
        Assert.All(leases, l => Assert.False(l.Lost.IsCancellationRequested));
        Assert.All(leases, l => Assert.True(_database.IsLeased(l.Fence.Device)));
    }

    [Fact]
    public async Task A_lease_that_somebody_took_is_lost_with_the_next_renewal()
    {
        var kept = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        var taken = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var checkedIt = new TaskCompletionSource();
        _keeper.WhenLost = () =>
        {
            told.SetResult();
            return checkedIt.Task;
        };
        await RenewalsAsync(1);
        Assert.False(told.Task.IsCompleted);
        _database.StealLease(taken.Fence.Device);

        await RenewalsAsync(1);

        await LostAsync(taken);
        await told.Task.Within();
        await RenewalsAsync(1);
        Assert.True(_keeper.IsDoubted);
        checkedIt.SetResult();
        await RenewalsAsync(1);
        await Guard.UntilAsync(() => !_keeper.IsDoubted);
        Assert.Equal(LeaseLoss.Taken, taken.Loss);
        Assert.False(kept.Lost.IsCancellationRequested);
        Assert.Equal(1, _keeper.Count);
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_moment_is_no_lost_lease()
    {
        var lease = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.RenewingFails = true;
        _time.Advance(TimeSpan.FromSeconds(5));
        _database.RenewingFails = false;
        await RenewalsAsync(3);

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_renewal_that_failed_is_tried_again_long_before_the_next_round()
    {
        var lease = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.RenewingFails = true;
        await TryAsync(TimeSpan.FromSeconds(5));
        await TryAsync(new LeaseOptions().RetryEvery);
        _database.RenewingFails = false;
        await TryAsync(new LeaseOptions().RetryEvery);

        Assert.Equal(1, _database.Renewals);
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_renewed_is_kept_as_long_as_nobody_can_take_it_and_given_up_before_it_runs_out()
    {
        var lease = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.RenewingFails = true;
        await TryAsync(TimeSpan.FromSeconds(5));
        for (var passed = 5.5; passed < 13; passed += 0.5)
        {
            await TryAsync(TimeSpan.FromSeconds(0.5));
            Assert.False(lease.Lost.IsCancellationRequested, $"It was given up after {passed} s.");
        }

        await TryAsync(TimeSpan.FromSeconds(0.5));

        await LostAsync(lease);
        Assert.Equal(LeaseLoss.Unproven, lease.Loss);
        Assert.True(_keeper.IsDoubted);
        Assert.True(_database.IsLeased(lease.Fence.Device));
        Assert.Equal(0, _keeper.Count);
    }

    [Fact]
    public async Task A_database_that_hangs_does_not_keep_a_lease_beyond_its_end()
    {
        var lease = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.RenewingHangs = true;
        await TryAsync(TimeSpan.FromSeconds(5));
        while (!lease.Lost.IsCancellationRequested)
        {
            // Tries that are given up, and the next ones, until there is no time for another.
            Assert.True(_database.IsLeased(lease.Fence.Device), "It ran out while it was held.");
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }

        Assert.Equal(LeaseLoss.Unproven, lease.Loss);
    }

    [Fact]
    public async Task Whether_a_lease_holds_is_told_when_it_is_asked()
    {
        var kept = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        var taken = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.StealLease(taken.Fence.Device);

        Assert.True(await _keeper.ProveAsync(kept).Within());
        Assert.False(await _keeper.ProveAsync(taken).Within());

        Assert.Equal(LeaseLoss.Taken, taken.Loss);
        Assert.Equal(1, _keeper.Count);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_proven_holds_until_shortly_before_its_end()
    {
        var lease = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.RenewingFails = true;

        Assert.True(await _keeper.ProveAsync(lease).Within());
        await TryAsync(TimeSpan.FromSeconds(5));
        Assert.True(await _keeper.ProveAsync(lease).Within());

        _time.Advance(TimeSpan.FromSeconds(8.5));

        Assert.False(await _keeper.ProveAsync(lease).Within());
    }

    [Fact]
    public async Task A_lease_of_another_process_is_not_to_be_had_and_one_that_is_given_back_is()
    {
        var device = DeviceId.New();
        var lease = (await _keeper.AcquireAsync(device, CancellationToken.None)).Lease!;
        await using var other = new LeaseKeeper(_database, new LeaseOptions(), _time, _metrics, NullLogger<LeaseKeeper>.Instance);
        Assert.Equal(TimeSpan.FromSeconds(15), (await other.AcquireAsync(device, CancellationToken.None)).Held!.Remaining);

        await _keeper.ReleaseAsync(lease);

        var next = (await other.AcquireAsync(device, CancellationToken.None)).Lease!;
        Assert.True(next.Fence.Number > lease.Fence.Number);
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        _metrics.Dispose();
    }

    private async Task RenewalsAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var before = _database.Renewals;
            _time.Advance(TimeSpan.FromSeconds(5));
            while (_database.Renewals == before)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Lets time pass and waits until it was tried to renew, with whatever success.</summary>
    private async Task TryAsync(TimeSpan passed)
    {
        var before = _database.RenewalTries;
        _time.Advance(passed);
        while (_database.RenewalTries == before)
        {
            await Task.Yield();
        }

        // The next try is set up after this one has come to its end.
        await _time.WhenTimerDueAsync(_database.RenewingFails ? new LeaseOptions().RetryEvery : new LeaseOptions().RenewEvery)
            .WaitAsync(_database.RenewingHangs ? TimeSpan.Zero : Guard.Limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task LostAsync(DeviceLease lease)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lease.Lost.Register(lost.SetResult);
        await lost.Task.Within("a lost lease");
    }
}
