using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

internal sealed partial class StanzaConnection
{
    /// <inheritdoc/>
    public async ValueTask SendAsync(Node stanza, CancellationToken cancellationToken)
    {
        try
        {
            await _writer.SendAsync(stanza, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new WhatsAppDisconnectedException(await _reason.Task.ConfigureAwait(false), closed);
        }
    }

    /// <inheritdoc/>
    public async Task<Node> QueryAsync(Node stanza, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var limit = timeout ?? _settings.QueryTimeout;
        var id = stanza["id"];
        if (id is null)
        {
            id = NextId();
            stanza = stanza.WithAttribute("id", id);
        }

        var answer = _queries.Register(id);
        _backpressure.QueryStarted();
        try
        {
            await SendAsync(stanza, cancellationToken).ConfigureAwait(false);
            return await answer.WaitAsync(limit, _settings.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new WhatsAppTimeoutException(stanza["xmlns"] ?? stanza.Tag, limit);
        }
        finally
        {
            _queries.Forget(id);
            _backpressure.QueryEnded();

            // When sending failed, the end of the connection faults the waiter as well, and nobody looks at it.
            _ = answer.Exception;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await _writer.RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is TransportException or IOException or OperationCanceledException or InvalidOperationException)
        {
            LogBroken(_settings.Logger, _settings.Label, broken);
            End(new DisconnectReason.Network(NetworkFault.Broken));
        }
    }

    [LoggerMessage(1003, LogLevel.Debug, "{Device}: the connection broke while sending")]
    private static partial void LogBroken(ILogger logger, string device, Exception failure);
}
