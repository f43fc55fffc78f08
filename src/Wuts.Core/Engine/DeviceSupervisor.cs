using Microsoft.Extensions.Logging;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp;

namespace Wuts.Core.Engine;

/// <summary>How devices are woken. Immutable: change it with <c>with</c>.</summary>
public sealed record SupervisorOptions
{
    /// <summary>How often devices without an owner are looked for. Default 10 s, at least 100 ms.</summary>
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
/// Wakes devices that should be connected and that nobody owns: at the start, and later those whose owner died. Several of them
/// may run against one database; the lease decides who gets a device.
/// </summary>
public sealed partial class DeviceSupervisor(
    IDeviceCatalog catalog, IActors actors, SupervisorOptions options, TimeProvider time, IRandomSource random, ILogger<DeviceSupervisor> logger)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
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

    /// <summary>Looks once, and wakes what it finds.</summary>
    /// <returns>How many were woken.</returns>
    public async Task<int> WakeOrphansAsync(CancellationToken cancellationToken)
    {
        var orphans = await catalog.FindOrphansAsync(options.Batch, cancellationToken).ConfigureAwait(false);
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
            try
            {
                await WakeOrphansAsync(_stop.Token).ConfigureAwait(false);
                Enter(SupervisorState.Working);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database may be away for a while. The next round tries again.
                LogRoundFailed(logger, failure);
                Enter(SupervisorState.Failing);
            }

            try
            {
                await Task.Delay(options.Interval, time, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

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

    /// <summary>The last look failed; it goes on trying.</summary>
    Failing,
}
