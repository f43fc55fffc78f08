using Microsoft.Extensions.Logging;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp;

namespace Wuts.Core.Engine;

/// <summary>How devices are woken. Immutable: change it with <c>with</c>.</summary>
public sealed record SupervisorOptions
{
    /// <summary>
    /// How often devices without an owner are looked for, while nothing says that there are any. Default 10 s, at least 100 ms.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many are looked for at a time. Default 200, 1 to 10 000.</summary>
    public int Batch { get; init; } = 200;

    /// <summary>How many connect at the same time. Default 16, 1 to 1000.</summary>
    public int Parallelism { get; init; } = 16;

    /// <summary>The longest random pause before a device is woken, so that a start is no burst. Default 1 s, 0 to 1 minute.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfLessThan(Batch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Batch, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallelism, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Parallelism, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Jitter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Jitter, TimeSpan.FromMinutes(1));
    }
}

/// <summary>
/// Wakes devices that should be connected and that nobody owns: at the start, and later those whose owner died. It looks regularly,
/// at the moment in which a lease runs out that nobody renewed, and often for a while when it is told that an owner is going. Several
/// of them may run against one database; the lease decides who gets a device.
/// </summary>
public sealed partial class DeviceSupervisor(
    IDeviceCatalog catalog, IActors actors, SupervisorOptions options, TimeProvider time, IRandomSource random, ILogger<DeviceSupervisor> logger)
    : IAsyncDisposable
{
    /// <summary>How much more often it looks while devices are expected, and for how many intervals.</summary>
    private const int Haste = 8, HasteIntervals = 5;

    // The clock of the database is not this one, and a lease holds until its very end.
    private static readonly TimeSpan ExpirySlack = TimeSpan.FromMilliseconds(20);

    // Devices that lost the database wait for it.
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _wanted = NewSignal();
    private long? _hasteSince;
    private Task _running = Task.CompletedTask;
    private volatile SupervisorState _state = SupervisorState.Stopped;

    /// <summary>How it is doing.</summary>
    public SupervisorState State => _state;

    /// <summary>Starts to look for devices, at once and then regularly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Start()
    {
        options.Validate();
        _state = SupervisorState.Working;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Makes it look now, and often for a while, because an owner of devices is going or gone.</summary>
    public void LookNow() => Volatile.Read(ref _wanted).TrySetResult();

    /// <summary>Looks once, and wakes what it finds.</summary>
    /// <returns>How many were woken.</returns>
    public async Task<int> WakeOrphansAsync(CancellationToken cancellationToken)
    {
        // In an order of its own: others that look at the same moment find the same devices.
        var orphans = (await catalog.FindOrphansAsync(options.Batch, cancellationToken).ConfigureAwait(false))
            .OrderBy(_ => random.NextDouble()).ToList();
        var woken = 0;
        await Parallel.ForEachAsync(
            orphans,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                await Task.Delay(options.Jitter * random.NextDouble(), time, token).ConfigureAwait(false);
                var answer = await actors.Device(id).WakeAsync(token).ConfigureAwait(false);
                if (answer.TryGet(out _, out var failure))
                {
                    Interlocked.Increment(ref woken);
                }
                else
                {
                    LogNotWoken(logger, id, failure.GetType().Name);
                }
            }).ConfigureAwait(false);
        return woken;
    }

    /// <summary>Stops to look.</summary>
    public async ValueTask DisposeAsync()
    {
        _state = SupervisorState.Stopped;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var pause = options.Interval;
            try
            {
                // The next end of a lease is asked for first: one that runs out between the two questions is found by the second.
                var expiry = await catalog.FindNextExpiryAsync(_stop.Token).ConfigureAwait(false);
                var woken = await WakeOrphansAsync(_stop.Token).ConfigureAwait(false);
                pause = PauseAfter(woken, expiry);
                Enter(SupervisorState.Working);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database may be away for a while. The next round tries again, and what went wrong is told once.
                if (_state != SupervisorState.Failing)
                {
                    LogRoundFailed(logger, failure);
                }

                Enter(SupervisorState.Failing);

                // Not by all processes at the same time.
                pause = options.Interval < RetryEvery ? options.Interval : RetryEvery * (0.5 + (random.NextDouble() / 2));
            }

            await RestAsync(pause).ConfigureAwait(false);
        }
    }

    private TimeSpan PauseAfter(int woken, TimeSpan? expiry)
    {
        var hasty = _hasteSince is { } since && time.GetElapsedTime(since) < options.Interval * HasteIntervals;
        var pause = woken > 0 || hasty ? options.Interval / Haste : options.Interval;
        return expiry + ExpirySlack is { } until && until < pause ? until : pause;
    }

    private async Task RestAsync(TimeSpan pause)
    {
        var wanted = Volatile.Read(ref _wanted);
        await wanted.Task.WaitAsync(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (wanted.Task.IsCompleted)
        {
            Volatile.Write(ref _wanted, NewSignal());
            _hasteSince = time.GetTimestamp();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A round that ends after the stop does not undo it.
    private void Enter(SupervisorState state)
    {
        if (!_stop.IsCancellationRequested)
        {
            _state = state;
        }
    }

    [LoggerMessage(2011, LogLevel.Information, "{Device}: not woken: {Failure}")]
    private static partial void LogNotWoken(ILogger logger, DeviceId device, string failure);

    [LoggerMessage(2012, LogLevel.Error, "looking for devices without an owner failed")]
    private static partial void LogRoundFailed(ILogger logger, Exception failure);
}

/// <summary>How the supervisor is doing.</summary>
public enum SupervisorState
{
    /// <summary>It was not started, or was stopped: nobody wakes devices.</summary>
    Stopped,

    /// <summary>It looks for devices regularly.</summary>
    Working,

    /// <summary>The last look failed, or nobody who looks can be reached; it goes on trying.</summary>
    Failing,
}
