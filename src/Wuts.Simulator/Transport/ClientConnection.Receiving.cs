using System.Net.WebSockets;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Noise;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.Simulator.Transport;

internal sealed partial class ClientConnection
{
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // A read of no bytes waits for data without holding a buffer.
            var arrival = await _socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            if (arrival.MessageType != WebSocketMessageType.Close && !arrival.EndOfMessage)
            {
                arrival = await _socket.ReceiveAsync(_frames.GetMemory(), cancellationToken);
            }

            if (arrival.MessageType == WebSocketMessageType.Close)
            {
                await AnswerCloseAsync(cancellationToken);
                return;
            }

            if (_closing || _silent || arrival.MessageType == WebSocketMessageType.Text)
            {
                _frames.ReleaseIfEmpty();
                continue;
            }

            _frames.Advance(arrival.Count);
            while (!_closing && !_silent && _frames.TryRead(out var payload))
            {
                await TakeAsync(payload, cancellationToken);
            }

            _frames.ReleaseIfEmpty();
        }
    }

    private async ValueTask TakeAsync(Memory<byte> payload, CancellationToken cancellationToken)
    {
        if (_transport is null)
        {
            await TakeHandshakeAsync(payload, cancellationToken);
            return;
        }

        Node stanza;
        try
        {
            var size = _transport.Open(payload.Span, payload.Span);
            var plaintext = payload.Span[..size];
            if (size > 0 && plaintext[0] != 0)
            {
                throw new RefusedException(
                    RefusalKind.MalformedNode, "A client does not compress its frames.", StreamErrors.XmlNotWellFormed);
            }

            stanza = NodeReader.Read(plaintext);
        }
        catch (FrameDecryptionException e)
        {
            throw new RefusedException(
                RefusalKind.UndecryptableFrame, "A frame does not decrypt: wrong key, wrong counter or changed bytes.", null, e);
        }
        catch (NodeFormatException e)
        {
            throw new RefusedException(RefusalKind.MalformedNode, e.Message, StreamErrors.XmlNotWellFormed, e);
        }

        await _session!.HandleAsync(stanza, cancellationToken);
    }

    private async ValueTask TakeHandshakeAsync(Memory<byte> payload, CancellationToken cancellationToken)
    {
        HandshakeOutcome? outcome;
        if (_handshake is null)
        {
            if (TakeLineFault(FaultPoint.Handshake) is { } fault)
            {
                Strike(fault);
                if (_closing || _silent)
                {
                    return;
                }
            }

            _handshake = new ServerHandshake(_server.Identity, _server.NextEphemeral(Id));
            (var hello, outcome) = _handshake.AnswerHello(payload.Span, _server.PlanHandshake(Who));
            await _writer.SendAsync(Outgoing.Plain(hello), cancellationToken);
        }
        else
        {
            outcome = _handshake.Finish(payload.Span);
        }

        if (outcome is not null)
        {
            _handshake.Dispose();
            _transport = outcome.Transport;
            _writer.UseTransport(_transport);
            _frames.MaxPayload = _server.Options.MaxFrame;
            Handshake = outcome.Kind;
            _server.Events.Add(SimulatorEventKind.HandshakeCompleted, Who, KebabCase.Of(outcome.Kind));
            if (_strikeAfterHandshake is { } late)
            {
                Strike(late);
                return;
            }

            _session = Admission.Admit(this, _server, outcome);
            await _session.StartAsync(cancellationToken);
        }
    }

    // The session is over, but the last words are still under way and the client may have to close first.
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or RefusedException)
        {
            _endReason ??= "lost";
        }
    }

    private async Task AnswerCloseAsync(CancellationToken cancellationToken)
    {
        if (_silent)
        {
            // A dead server does not answer a close either; the TCP connection stays until the client gives it up.
            await Task.Delay(Timeout.InfiniteTimeSpan, _server.Time, cancellationToken);
        }

        _closing = true;
        _writer.TrySend(Outgoing.Close());
    }
}
