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
        _database.StealLease(taken.Fence.Device);

        await RenewalsAsync(1);

        await LostAsync(taken);
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
    public async Task A_lease_that_cannot_be_renewed_is_given_up_before_it_runs_out()
    {
        var lease = (await _keeper.AcquireAsync(DeviceId.New(), CancellationToken.None)).Lease!;
        _database.RenewingFails = true;

        for (var i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        await LostAsync(lease);
        Assert.True(_database.IsLeased(lease.Fence.Device));
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

    private static async Task LostAsync(DeviceLease lease)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lease.Lost.Register(lost.SetResult);
        await lost.Task.Within("a lost lease");
    }
}
