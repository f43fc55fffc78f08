using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Work that nobody waits for, done once soon after it is asked for, however often that is, and once more when it is asked for
/// while it is done. What the server refuses or does not answer is tried again, later and later, for as long as the connection
/// lives. What a connection takes with it has to be asked for again on the next one.
/// </summary>
/// <param name="client">Whose work it is.</param>
/// <param name="pause">How long to wait for more of the same before beginning.</param>
/// <param name="work">The work.</param>
/// <param name="logger">Where failures go.</param>
internal sealed class SoonWork(ClientContext client, TimeSpan pause, Func<IStanzaConnection, Task> work, ILogger logger)
{
    // Sync section 12: nothing is asked again at once.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private IStanzaConnection? _busy;
    private bool _again;

    /// <summary>Asks for the work.</summary>
    public void Wake(IStanzaConnection connection)
    {
        lock (_gate)
        {
            if (_busy == connection)
            {
                _again = true;
                return;
            }

            _busy = connection;
            _again = false;
        }

        Background.Run(() => RunAsync(connection), connection, logger, client);
    }

    private async Task RunAsync(IStanzaConnection connection)
    {
        try
        {
            do
            {
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, client.TimeProvider, connection.Ended).ConfigureAwait(false);
                }

                Begin(connection);
                await WorkAsync(connection).ConfigureAwait(false);
            }
            while (!TryFinish(connection));
        }
        finally
        {
            lock (_gate)
            {
                _busy = _busy == connection ? null : _busy;
            }
        }
    }

    private async Task WorkAsync(IStanzaConnection connection)
    {
        for (var retryIn = FirstRetry; ; retryIn = retryIn < LongestRetry / 2 ? retryIn * 2 : LongestRetry)
        {
            TimeSpan? backoff = null;
            try
            {
                await work(connection).ConfigureAwait(false);
                return;
            }
            catch (QueryRefusedException refused) when (refused.IsTransient)
            {
                backoff = refused.Error.Backoff;
            }
            catch (WhatsAppTimeoutException)
            {
                // The next attempt asks the same.
            }

            await Task.Delay(backoff > retryIn ? backoff.Value : retryIn, client.TimeProvider, connection.Ended).ConfigureAwait(false);
        }
    }

    private void Begin(IStanzaConnection connection)
    {
        lock (_gate)
        {
            if (_busy == connection)
            {
                _again = false;
            }
        }
    }

    private bool TryFinish(IStanzaConnection connection)
    {
        lock (_gate)
        {
            if (_busy != connection)
            {
                return true;
            }

            if (_again)
            {
                return false;
            }

            _busy = null;
            return true;
        }
    }
}
