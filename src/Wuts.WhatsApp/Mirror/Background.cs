using Microsoft.Extensions.Logging;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Work that nobody waits for: its failure is logged and never lost.</summary>
internal static partial class Background
{
    /// <summary>Starts the work on the thread pool.</summary>
    public static void Run(Func<Task> work, ILogger logger, string device) => _ = ObserveAsync(work, logger, device);

    private static async Task ObserveAsync(Func<Task> work, ILogger logger, string device)
    {
        try
        {
            await Task.Run(work).ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or WhatsAppDisconnectedException or WhatsAppTimeoutException)
        {
            // The connection ended or was slow: the work is taken up again after the next login.
        }
        catch (Exception failure)
        {
            LogFailed(logger, device, failure);
        }
    }

    [LoggerMessage(1400, LogLevel.Error, "{Device}: background work failed")]
    private static partial void LogFailed(ILogger logger, string device, Exception failure);
}
