using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Work that nobody waits for: its failure is logged and never lost. When something could not be stored it is done again for a while;
/// then the connection is given up, as it is for a stanza, and the next login takes the work up again. A client that is disposed
/// waits for it.
/// </summary>
internal static partial class Background
{
    /// <summary>Starts the work on the thread pool.</summary>
    public static void Run(Func<Task> work, IStanzaConnection connection, ILogger logger, ClientContext client)
    {
        client.Background.Begin();
        _ = ObserveAsync(work, connection, logger, client);
    }

    private static async Task ObserveAsync(Func<Task> work, IStanzaConnection connection, ILogger logger, ClientContext client)
    {
        try
        {
            await StorageRetry.RunAsync(client.ConnectionSettings, () => Task.Run(work), connection.Ended).ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or WhatsAppDisconnectedException or WhatsAppTimeoutException)
        {
            // The connection ended or was slow: the work is taken up again after the next login.
        }
        catch (Exception failure) when (StorageFailures.Includes(failure))
        {
            LogNotStored(logger, client.Label, failure);
            connection.End(new DisconnectReason.StorageFailed());
        }
        catch (Exception failure)
        {
            LogFailed(logger, client.Label, failure);
        }
        finally
        {
            client.Background.End();
        }
    }

    [LoggerMessage(1400, LogLevel.Error, "{Device}: background work failed")]
    private static partial void LogFailed(ILogger logger, string device, Exception failure);

    [LoggerMessage(1404, LogLevel.Error, "{Device}: what background work learnt could not be stored; the connection is given up")]
    private static partial void LogNotStored(ILogger logger, string device, Exception failure);
}
