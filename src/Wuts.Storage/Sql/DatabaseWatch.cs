using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp;

namespace Wuts.Storage.Sql;

/// <summary>
/// Whether the server of the database answers. One small question is asked regularly, and at once when something failed; while it is
/// not answered, everybody else fails without waiting, and who waits already is let go. So a server that accepts connections and then
/// says nothing is the same as one that is gone. Safe for concurrent use.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer and wait handle holds nothing to release.")]
internal sealed partial class DatabaseWatch : IAsyncDisposable
{
    /// <summary>How often the question is asked.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>How soon it is asked again while the server is away.</summary>
    public static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task> _ask;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _suspected = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Task? _asked;
    private volatile Phase _phase = new(null);
    private long _outages;

    /// <summary>Creates the watch; the server counts as answering until <see cref="Start"/> and its first question.</summary>
    /// <param name="ask">Asks, over a connection of its own. Called by one at a time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the answer changes.</param>
    public DatabaseWatch(Func<CancellationToken, Task> ask, TimeProvider time, ILogger logger)
    {
        _ask = ask;
        _time = time;
        _logger = logger;
    }

    /// <summary>Since when the server does not answer; <see langword="null"/> while it does.</summary>
    public DateTimeOffset? AwaySince => _phase.AwaySince;

    /// <summary>How often it went away.</summary>
    public long Outages => Interlocked.Read(ref _outages);

    /// <summary>Cancelled when the server is found to be away; another one follows when it is back.</summary>
    public CancellationToken Away => _phase.Away.Token;

    /// <summary>Begins to ask, when the server has answered its first callers.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Passes while the server answers.</summary>
    /// <exception cref="WhatsAppStoreException">It does not.</exception>
    public void Enter()
    {
        if (_phase.AwaySince is not null)
        {
            throw NotReachable();
        }
    }

    /// <summary>Something failed that may have to do with the server: it is asked at once.</summary>
    public void Suspect()
    {
        try
        {
            if (_suspected.CurrentCount == 0)
            {
                _suspected.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody else had the same suspicion.
        }
    }

    /// <summary>Waits for work, and no longer when the server is found to be away.</summary>
    /// <exception cref="WhatsAppStoreException">It is away. The work may still go on by itself; what becomes of it is of no interest.</exception>
    public async Task<T> GuardAsync<T>(Task<T> work)
    {
        if (work.IsCompleted)
        {
            return await work.ConfigureAwait(false);
        }

        var away = Away;
        try
        {
            return await work.WaitAsync(away).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (away.IsCancellationRequested && !work.IsCompleted)
        {
            _ = work.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw NotReachable();
        }
    }

    /// <summary>Stops to watch.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await (_asked ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _suspected.Dispose();
    }

    /// <summary>What callers get while the server is away.</summary>
    public static WhatsAppStoreException NotReachable() => new("The database is not reachable.");

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await PauseAsync().ConfigureAwait(false);
                Note(await AskAsync().ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody is interested any more.
        }
    }

    private async Task PauseAsync()
    {
        using var due = new CancellationTokenSource(_phase.AwaySince is null ? Every : RetryEvery, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _stop.Token);
        try
        {
            await _suspected.WaitAsync(either.Token).ConfigureAwait(false);
            if (_phase.AwaySince is not null)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // It is time.
        }
    }

    /// <returns>Why the server is away; <see langword="null"/> when it answered.</returns>
    private async Task<Exception?> AskAsync()
    {
        // One question at a time: an answer that is late counts when it comes.
        var asked = _asked ??= _ask(_stop.Token);
        try
        {
            await asked.WaitAsync(Limit, _time, _stop.Token).ConfigureAwait(false);
            _asked = null;
            return null;
        }
        catch (TimeoutException late) when (!asked.IsCompleted)
        {
            return late;
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested && failure is DbException or IOException or TimeoutException or OperationCanceledException)
        {
            _asked = null;
            return failure;
        }
    }

    private void Note(Exception? problem)
    {
        var present = _phase;
        if (problem is null && present.AwaySince is { } since)
        {
            _phase = new Phase(null);
            LogBack(_logger, (_time.GetUtcNow() - since).TotalSeconds);
        }
        else if (problem is not null && present.AwaySince is null)
        {
            Interlocked.Increment(ref _outages);
            _phase = new Phase(_time.GetUtcNow());
            _phase.Away.Cancel();
            LogAway(_logger, problem.GetType().Name);

            // Those who wait belong to the phase before.
            _ = present.Away.CancelAsync();
        }
    }

    [LoggerMessage(3011, LogLevel.Error, "the database does not answer ({Kind}); it is asked until it does")]
    private static partial void LogAway(ILogger logger, string kind);

    [LoggerMessage(3012, LogLevel.Information, "the database answers again after {Seconds:F1} s")]
    private static partial void LogBack(ILogger logger, double seconds);

    private sealed record Phase(DateTimeOffset? AwaySince)
    {
        public CancellationTokenSource Away { get; } = new();
    }
}
