using System.Data.Common;
using Wuts.Core.Devices;
using Wuts.Core.Stores;

namespace Wuts.Hosting.ClientVersions;

/// <summary>
/// Keeps the version that new connections name current: from what the installation found earlier, and once a day from the web. An
/// attempt that fails counts as the day's. Nothing here stops the gateway: the version in use stays.
/// </summary>
internal sealed partial class ClientVersionRefresher(
    ClientVersionPage page, NewestClientVersion version, IClientVersionStore store, TimeProvider time, ILogger<ClientVersionRefresher> logger)
    : BackgroundService
{
    /// <summary>How often an installation looks at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    /// <summary>How often a process takes over what another one found, and asks whether it is its turn.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Takes over what was found earlier before the first device connects.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TakeOverAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                await RefreshAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host ends.
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await TakeOverAsync(cancellationToken);
        try
        {
            if (!await store.TakeTurnAsync(time.GetUtcNow(), Interval, cancellationToken))
            {
                return;
            }

            if (await page.ReadAsync(cancellationToken) is not { } found)
            {
                LogNotFound(logger);
            }
            else if (version.Raise(found))
            {
                await store.RaiseAsync(found, cancellationToken);
                LogRaised(logger, found.ToString());
            }
        }
        catch (Exception failure) when (IsExpected(failure) && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure);
        }
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.FindAsync(cancellationToken) is { } stored && version.Raise(stored))
            {
                LogRaised(logger, stored.ToString());
            }
        }
        catch (Exception failure) when (IsExpected(failure) && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure);
        }
    }

    private static bool IsExpected(Exception failure) =>
        failure is HttpRequestException or OperationCanceledException or DbException or IOException or TimeoutException;

    [LoggerMessage(5101, LogLevel.Information, "New connections name WhatsApp Web {Version}")]
    private static partial void LogRaised(ILogger logger, string version);

    [LoggerMessage(5102, LogLevel.Warning, "The present version of WhatsApp Web was not found on its page")]
    private static partial void LogNotFound(ILogger logger);

    [LoggerMessage(5103, LogLevel.Warning, "The present version of WhatsApp Web could not be read")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
