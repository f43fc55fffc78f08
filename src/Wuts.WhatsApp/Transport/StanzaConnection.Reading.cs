using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Transport;

internal sealed partial class StanzaConnection
{
    private async Task ReadAsync()
    {
        try
        {
            while (!Ended.IsCancellationRequested)
            {
                var stanza = await _reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                if (stanza is null)
                {
                    End(new DisconnectReason.Network(NetworkFault.Closed));
                    return;
                }

                await RouteAsync(stanza).ConfigureAwait(false);
                await _backpressure.WhenRoomAsync().ConfigureAwait(false);
            }
        }
        catch (FrameDecryptionException problem)
        {
            LogUndecryptable(_settings.Logger, _settings.Label, problem);
            End(new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame));
        }
        catch (FrameTooLongException problem)
        {
            LogTooLong(_settings.Logger, _settings.Label, problem);
            End(new DisconnectReason.ProtocolViolation(ProtocolFault.FrameTooLong));
        }
        catch (WhatsAppDisconnectedException)
        {
            // The connection ended while the answer to a ping of the server was being queued.
        }
        catch (Exception broken) when (broken is TransportException or IOException or OperationCanceledException or InvalidOperationException)
        {
            LogLost(_settings.Logger, _settings.Label, broken);
            End(new DisconnectReason.Network(NetworkFault.Broken));
        }
    }

    private async ValueTask RouteAsync(Node stanza)
    {
        if (stanza.Tag == "iq" && stanza["type"] is "result" or "error")
        {
            if (!_queries.TryComplete(stanza["id"], stanza))
            {
                LogUnexpectedAnswer(_settings.Logger, _settings.Label);
            }
        }
        else if (stanza.Tag == "ack")
        {
            _queries.TryComplete(stanza["id"], stanza);
        }
        else if (stanza.Tag == "success")
        {
            Clock.Observe(stanza["t"], TimeSpan.Zero);
            _success.TrySetResult(stanza);
        }
        else if (StreamEnd.TryRead(stanza, Clock.Now, out var reason))
        {
            End(reason);
        }
        else if (KeepAlive.IsServerPing(stanza))
        {
            await SendAsync(KeepAlive.BuildPong(stanza), Ended).ConfigureAwait(false);
        }
        else
        {
            Post(stanza);
        }
    }

    private void Post(Node stanza)
    {
        var key = stanza.Tag is "message" or "notification" or "receipt" or "call" ? stanza.Tag : "";
        if (!_lanes.TryGetValue(key, out var lane))
        {
            lane = new StanzaLane(DeliverAsync, _backpressure.StanzaHandled);
            _lanes.Add(key, lane);
        }

        _backpressure.StanzaPosted();
        lane.Post(stanza);
    }

    /// <summary>
    /// Has a stanza handled, and acknowledges it afterwards: never before what it taught is stored. While storing fails it is handled
    /// again, as it would be after a new delivery.
    /// </summary>
    private async Task DeliverAsync(Node stanza)
    {
        var retry = new StorageRetry(_settings);
        while (true)
        {
            try
            {
                var outcome = await HandleAsync(stanza).ConfigureAwait(false);
                if (outcome.Acknowledge && Acks.IsExpectedFor(stanza) && Acks.TryBuild(stanza, _sink.OwnDevice, outcome.Error, out var ack))
                {
                    await SendAsync(ack, Ended).ConfigureAwait(false);
                }

                if (retry.HasBegun)
                {
                    LogStored(_settings.Logger, _settings.Label, stanza.Tag);
                }

                return;
            }
            catch (Exception end) when (IsEnd(end))
            {
                // The connection ended under the handler. The server delivers the stanza again.
                return;
            }
            catch (Exception failure) when (StorageFailures.Includes(failure))
            {
                if (!await MayTryAgainAsync(stanza, retry, failure).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> MayTryAgainAsync(Node stanza, StorageRetry retry, Exception failure)
    {
        var first = !retry.HasBegun;
        try
        {
            var again = retry.WaitAsync(Ended);
            if (first && !again.IsCompleted)
            {
                LogTriedAgain(_settings.Logger, _settings.Label, stanza.Tag, failure);
            }

            if (await again.ConfigureAwait(false))
            {
                return true;
            }

            LogNotStored(_settings.Logger, _settings.Label, stanza.Tag, failure);
            End(new DisconnectReason.StorageFailed());
        }
        catch (OperationCanceledException)
        {
            // The connection ended while it waited.
        }

        return false;
    }

    private async Task<StanzaOutcome> HandleAsync(Node stanza)
    {
        try
        {
            return await _sink.HandleAsync(stanza, this, Ended).ConfigureAwait(false);
        }
        catch (Exception failure) when (!IsEnd(failure) && !StorageFailures.Includes(failure))
        {
            // Delivering it again would fail again, for ever.
            LogHandlerFailed(_settings.Logger, _settings.Label, stanza.Tag, failure);
            return StanzaOutcome.Rejected(failure is WhatsAppException ? Acks.ParsingError : Acks.Unhandled);
        }
    }

    private bool IsEnd(Exception failure) =>
        Ended.IsCancellationRequested && failure is OperationCanceledException or WhatsAppDisconnectedException;

    [LoggerMessage(1004, LogLevel.Warning, "{Device}: a frame cannot be decrypted; the connection is given up")]
    private static partial void LogUndecryptable(ILogger logger, string device, Exception problem);

    [LoggerMessage(1005, LogLevel.Warning, "{Device}: a frame is too long; the connection is given up")]
    private static partial void LogTooLong(ILogger logger, string device, Exception problem);

    [LoggerMessage(1006, LogLevel.Debug, "{Device}: the connection broke")]
    private static partial void LogLost(ILogger logger, string device, Exception failure);

    [LoggerMessage(1007, LogLevel.Debug, "{Device}: an answer came that nobody waits for")]
    private static partial void LogUnexpectedAnswer(ILogger logger, string device);

    [LoggerMessage(1008, LogLevel.Error, "{Device}: a {Tag} stanza could not be stored; it stays unacknowledged and the connection is given up")]
    private static partial void LogNotStored(ILogger logger, string device, string tag, Exception failure);

    [LoggerMessage(1009, LogLevel.Error, "{Device}: the handler of a {Tag} stanza failed; it is acknowledged as rejected")]
    private static partial void LogHandlerFailed(ILogger logger, string device, string tag, Exception failure);

    [LoggerMessage(1013, LogLevel.Warning, "{Device}: a {Tag} stanza could not be stored; it stays unacknowledged and is tried again")]
    private static partial void LogTriedAgain(ILogger logger, string device, string tag, Exception failure);

    [LoggerMessage(1014, LogLevel.Information, "{Device}: the {Tag} stanza that waited for the database is stored")]
    private static partial void LogStored(ILogger logger, string device, string tag);
}
