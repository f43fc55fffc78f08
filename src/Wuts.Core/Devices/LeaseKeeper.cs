using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wuts.Core.Metrics;
using Wuts.Core.Stores;

namespace Wuts.Core.Devices;

/// <summary>
/// Holds the leases of all devices of the process: one loop renews them together. A lease that somebody else took is lost at
/// once. One that cannot be renewed, because the database is not reachable, is tried again in short steps, and lost shortly before
/// it runs out by the local clock: then somebody else may take it. Safe for concurrent use.
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
    private bool _isFailing;
    private volatile bool _isDoubted;
    private Task _checking = Task.CompletedTask;

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
        _renewing = KeepAsync();
    }

    /// <summary>The name of this process: a new one per start.</summary>
    public string Owner { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>
    /// Looks into it when leases are lost: the process may have hung for longer than they hold, and be dead for all others. What it finds
    /// out is waited for before the process counts as well again.
    /// </summary>
    public Func<Task>? WhenLost { get; set; }

    /// <summary>Whether leases were lost just now: until that was looked into, and a round of renewals finds all in order.</summary>
    public bool IsDoubted => _isDoubted;

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

    /// <summary>
    /// Asks the database now whether a lease still holds, and renews it. While the database is away it holds until shortly before it
    /// runs out by the local clock. One that does not hold is lost.
    /// </summary>
    public async Task<bool> ProveAsync(DeviceLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        try
        {
            await RenewAsync([lease]).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (!_stop.IsCancellationRequested)
            {
                LogNotRenewed(_logger, 1, failure);
                GiveUp([lease]);
            }
        }

        return !lease.Lost.IsCancellationRequested;
    }

    /// <summary>Ends the loop. Leases that are still held run out by themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(_options.RenewEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var failed = !await RenewOnceAsync().ConfigureAwait(false);
                if (failed != _isFailing)
                {
                    _isFailing = failed;
                    timer.Period = failed ? _options.RetryEvery : _options.RenewEvery;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <returns>Whether the database answered.</returns>
    private async Task<bool> RenewOnceAsync()
    {
        var leases = _held.Values.ToList();
        if (leases.Count == 0)
        {
            _isDoubted &= !_checking.IsCompleted;
            return true;
        }

        try
        {
            var renewed = await RenewAsync(leases).ConfigureAwait(false);
            _isDoubted &= renewed < leases.Count || !_checking.IsCompleted;
            if (_isFailing)
            {
                LogRenewed(_logger, renewed);
            }

            return true;
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested)
        {
            // A database that cannot be reached is no proof of a new owner: the leases count until shortly before their end.
            if (!_isFailing)
            {
                LogNotRenewed(_logger, leases.Count, failure);
            }

            GiveUp(leases);
            return false;
        }
    }

    /// <summary>Renews leases in one round trip; those that are somebody else's are lost.</summary>
    /// <returns>How many were renewed.</returns>
    private async Task<int> RenewAsync(IReadOnlyList<DeviceLease> leases)
    {
        var before = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience(leases), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);

        // Not even a driver that takes its time to give up holds anybody up.
        var renewed = (await _store.RenewAsync([.. leases.Select(l => l.Fence)], Owner, _options.Duration, either.Token)
            .WaitAsync(either.Token).ConfigureAwait(false)).ToHashSet();
        foreach (var lease in leases)
        {
            if (renewed.Contains(lease.Fence.Device))
            {
                lease.ValidFrom = before;
            }
            else if (Lose(lease, LeaseLoss.Taken))
            {
                LogTaken(_logger, lease.Fence.Device);
            }
        }

        return renewed.Count;
    }

    // As long as nothing else has to be done: the next round, or giving up the lease that ends first.
    private TimeSpan Patience(IReadOnlyList<DeviceLease> leases)
    {
        var left = leases.Min(Left);
        var round = _options.RenewEvery - _options.Margin;
        return left > round ? round : left > _options.RetryEvery ? left : _options.RetryEvery;
    }

    private TimeSpan Left(DeviceLease lease) => _options.Duration - _options.Margin - _time.GetElapsedTime(lease.ValidFrom);

    private void GiveUp(IReadOnlyList<DeviceLease> leases)
    {
        var lost = leases.Count(lease => Left(lease) <= _options.RetryEvery && Lose(lease, LeaseLoss.Unproven));
        if (lost > 0)
        {
            LogUnproven(_logger, lost);
        }
    }

    private bool Lose(DeviceLease lease, LeaseLoss loss)
    {
        if (!_held.TryRemove(KeyValuePair.Create(lease.Fence.Device, lease)))
        {
            return false;
        }

        _isDoubted = true;
        if (_checking.IsCompleted)
        {
            _checking = WhenLost?.Invoke() ?? Task.CompletedTask;
        }

        _metrics.LeaseLost();
        lease.Lose(loss);
        return true;
    }

    [LoggerMessage(2021, LogLevel.Warning, "{Device}: the lease is lost, another process owns the device")]
    private static partial void LogTaken(ILogger logger, DeviceId device);

    [LoggerMessage(2022, LogLevel.Warning, "{Count} leases could not be renewed; it is tried again until shortly before they run out")]
    private static partial void LogNotRenewed(ILogger logger, int count, Exception failure);

    [LoggerMessage(2023, LogLevel.Information, "{Device}: the lease could not be given back and runs out by itself")]
    private static partial void LogNotReleased(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2024, LogLevel.Warning, "{Count} leases are given up, because the database does not say whose they are")]
    private static partial void LogUnproven(ILogger logger, int count);

    [LoggerMessage(2025, LogLevel.Information, "leases are renewed again: {Count}")]
    private static partial void LogRenewed(ILogger logger, int count);
}
