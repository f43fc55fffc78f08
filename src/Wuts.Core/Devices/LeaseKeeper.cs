using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wuts.Core.Metrics;
using Wuts.Core.Stores;

namespace Wuts.Core.Devices;

/// <summary>
/// Holds the leases of all devices of the process: one loop renews them together. A lease that somebody else took is lost at
/// once; one that cannot be renewed, because the database is not reachable, is lost shortly before it runs out by the local
/// clock. Safe for concurrent use.
/// </summary>
public sealed partial class LeaseKeeper : IAsyncDisposable
{
    private readonly ILeaseStore _store;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<DeviceId, DeviceLease> _held = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    /// <summary>Creates the keeper and starts its loop.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LeaseKeeper(ILeaseStore store, LeaseOptions options, TimeProvider time, GatewayMetrics metrics, ILogger<LeaseKeeper> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _store = store;
        _options = options;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _renewing = RenewAsync();
    }

    /// <summary>The name of this process: a new one per start.</summary>
    public string Owner { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>How many leases are held.</summary>
    public int Count => _held.Count;

    /// <summary>Takes the lease of a device.</summary>
    /// <returns>The lease, or who has it instead and for how long at least.</returns>
    public async Task<(DeviceLease? Lease, LeaseResult.Held? Held)> AcquireAsync(DeviceId device, CancellationToken cancellationToken)
    {
        var before = _time.GetTimestamp();
        var result = await _store.AcquireAsync(device, Owner, _options.Duration, cancellationToken).ConfigureAwait(false);
        if (result is not LeaseResult.Acquired acquired)
        {
            return (null, (LeaseResult.Held)result);
        }

        var lease = new DeviceLease(acquired.Fence, before);
        _held[device] = lease;
        return (lease, null);
    }

    /// <summary>Gives a lease back. One that is lost already is left alone; a database that is not reachable is no failure.</summary>
    public async Task ReleaseAsync(DeviceLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (!_held.TryRemove(KeyValuePair.Create(lease.Fence.Device, lease)))
        {
            return;
        }

        try
        {
            await _store.ReleaseAsync(lease.Fence, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (Failures.IsStorage(failure))
        {
            LogNotReleased(_logger, lease.Fence.Device, failure);
        }
    }

    /// <summary>Ends the loop. Leases that are still held run out by themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_options.RenewEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await RenewOnceAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RenewOnceAsync()
    {
        var leases = _held.Values.ToList();
        if (leases.Count == 0)
        {
            return;
        }

        var before = _time.GetTimestamp();
        try
        {
            // A database that hangs is not to hold up the loop beyond the next round.
            using var patience = new CancellationTokenSource(_options.RenewEvery - _options.Margin, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
            var renewed = (await _store.RenewAsync([.. leases.Select(l => l.Fence)], Owner, _options.Duration, either.Token)
                .ConfigureAwait(false)).ToHashSet();
            foreach (var lease in leases)
            {
                if (renewed.Contains(lease.Fence.Device))
                {
                    lease.ValidFrom = before;
                }
                else
                {
                    Lose(lease);
                }
            }
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested)
        {
            // A database that cannot be reached is no proof of a new owner: the leases count until shortly before their end.
            LogNotRenewed(_logger, leases.Count, failure);
            foreach (var lease in leases)
            {
                if (_time.GetElapsedTime(lease.ValidFrom) + _options.RenewEvery > _options.Duration - _options.Margin)
                {
                    Lose(lease);
                }
            }
        }
    }

    private void Lose(DeviceLease lease)
    {
        if (_held.TryRemove(KeyValuePair.Create(lease.Fence.Device, lease)))
        {
            LogLost(_logger, lease.Fence.Device);
            _metrics.LeaseLost();
            lease.Lose();
        }
    }

    [LoggerMessage(2021, LogLevel.Warning, "{Device}: the lease is lost, another process may own the device")]
    private static partial void LogLost(ILogger logger, DeviceId device);

    [LoggerMessage(2022, LogLevel.Warning, "{Count} leases could not be renewed")]
    private static partial void LogNotRenewed(ILogger logger, int count, Exception failure);

    [LoggerMessage(2023, LogLevel.Information, "{Device}: the lease could not be given back and runs out by itself")]
    private static partial void LogNotReleased(ILogger logger, DeviceId device, Exception failure);
}
