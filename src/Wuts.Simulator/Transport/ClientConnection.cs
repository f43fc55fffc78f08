using System.Net.WebSockets;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Noise;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.Simulator.Transport;

/// <summary>
/// One client on the line: WebSocket messages become frames, frames become handshake messages and then stanzas, which go to
/// the session. One reader, one writer, no thread and no buffer while nothing happens.
/// </summary>
internal sealed class ClientConnection : IDisposable
{
    private static readonly byte[] BrokenNode = [0x00, 0xF8, 0x05, 0xF4];

    private readonly WebSocket _socket;
    private readonly SimulatorServer _server;
    private readonly Action _abort;
    private readonly FrameWriter _writer;
    private readonly FrameAssembler _frames = new();
    private readonly long _openedAt;
    private ServerHandshake? _handshake;
    private NoiseTransport? _transport;
    private ClientSession? _session;
    private LineFault? _strikeAfterHandshake;
    private string? _endReason;
    private long _closingSince;
    private volatile bool _closing;
    private volatile bool _silent;

    public ClientConnection(long id, WebSocket socket, Action abort, SimulatorServer server)
    {
        Id = id;
        _socket = socket;
        _server = server;
        _abort = abort;
        _openedAt = server.Time.GetTimestamp();
        OpenedAt = server.Time.GetUtcNow();
        _writer = new FrameWriter(socket, server, this);
    }

    /// <summary>Counts up over the life of the server.</summary>
    public long Id { get; }

    public DateTimeOffset OpenedAt { get; }

    /// <summary>What is known about the client.</summary>
    public SessionIdentity Who => _session?.Identity ?? new SessionIdentity(Id);

    /// <summary>The session, once the handshake and the payload were accepted.</summary>
    public ClientSession? Session => _session;

    /// <summary>How the handshake went, once it is finished.</summary>
    public HandshakeKind? Handshake { get; private set; }

    /// <summary>The routing info that the client showed; empty when it showed none.</summary>
    public byte[] RoutingInfo => _frames.RoutingInfo;

    /// <summary>Whether the server plays dead on this connection.</summary>
    public bool IsSilent => _silent;

    /// <summary>Whether the server has said its last word.</summary>
    public bool IsClosing => _closing;

    /// <summary>Serves the client until the connection ends, for whatever reason.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var writing = _writer.RunAsync(cancellationToken);
        try
        {
            _server.Events.Add(SimulatorEventKind.Connected, Who);
            if (TakeLineFault(FaultPoint.Connect) is { } fault)
            {
                Strike(fault);
            }

            await ReadAsync(cancellationToken);
            _endReason ??= "closed by the client";
        }
        catch (RefusedException e)
        {
            Refuse(e);
            await DrainAsync(cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            _endReason ??= "lost";
        }
        catch (Exception e)
        {
            _server.Log.ConnectionFailed(e, Id);
            Abort("failed");
        }
        finally
        {
            _session?.OnClosed();
            _writer.Complete();
            await writing;
            _server.Events.Add(SimulatorEventKind.Disconnected, Who, _endReason);
            _server.Log.ConnectionEnded(Id, _endReason ?? "");
        }
    }

    public void Dispose()
    {
        _handshake?.Dispose();
        _transport?.Dispose();
        _frames.Dispose();
    }

    /// <summary>Sends a stanza, waiting for room in the queue; <see langword="false"/> when the connection has ended.</summary>
    public ValueTask<bool> SendAsync(Node stanza, CancellationToken cancellationToken = default) =>
        _closing ? ValueTask.FromResult(false) : _writer.SendAsync(Outgoing.OfStanza(stanza), cancellationToken);

    /// <summary>Sends a stanza if there is room; <see langword="false"/> when there is none or the connection has ended.</summary>
    public bool TrySend(Node stanza) => !_closing && _writer.TrySend(Outgoing.OfStanza(stanza));

    /// <summary>Says the last word, if there is one, and closes the WebSocket. What the client sends after that is dropped.</summary>
    public void Close(string reason, Node? farewell = null)
    {
        if (_closing)
        {
            return;
        }

        _endReason ??= reason;
        _closingSince = _server.Time.GetTimestamp();
        _closing = true;
        if ((farewell is not null && _transport is not null && !_writer.TrySend(Outgoing.OfStanza(farewell)))
            || !_writer.TrySend(Outgoing.Close()))
        {
            Abort(reason);
        }
    }

    /// <summary>Ends the TCP connection without a word.</summary>
    public void Abort(string reason)
    {
        _endReason ??= reason;
        _closing = true;
        _abort();
    }

    /// <summary>Records what the client did wrong, says so if the protocol has a word for it, and closes.</summary>
    public void Refuse(RefusedException refused)
    {
        _server.Refuse(refused.Kind, refused.Message, Who);
        Close("refused", refused.Farewell);
    }

    /// <summary>Plays a fault on this connection.</summary>
    public void Strike(LineFault fault)
    {
        if (_transport is null && (fault is Fault.StreamError or Fault.MalformedStanza))
        {
            // Stanzas can only be sent after the handshake.
            _strikeAfterHandshake = fault;
            return;
        }

        switch (fault)
        {
            case Fault.Drop:
                Abort("dropped by a fault");
                break;
            case Fault.HalfOpen:
                _silent = true;
                break;
            case Fault.Close:
                Close("closed by a fault");
                break;
            case Fault.StreamError error:
                Close("stream error by a fault", StreamErrors.Build(error.Error, error.Code));
                break;
            case Fault.GarbageFrame garbage:
                _writer.TrySend(Outgoing.Plain(_server.Random.Bytes(garbage.Bytes)));
                break;
            case Fault.HugeLength huge:
                _writer.TrySend(Outgoing.Raw([(byte)(huge.Bytes >> 16), (byte)(huge.Bytes >> 8), (byte)huge.Bytes]));
                break;
            case Fault.MalformedStanza:
                _writer.TrySend(Outgoing.Sealed(BrokenNode));
                break;
        }
    }

    /// <summary>The fault that is armed for a point of this connection, if any.</summary>
    public LineFault? TakeLineFault(FaultPoint point, string? xmlns = null) =>
        _server.Faults.Take<LineFault>(Who, fault => fault.StrikesAt(point, xmlns));

    /// <summary>Looks at everything that has a deadline. Called about once per second.</summary>
    public void Tick()
    {
        if (_silent)
        {
            return;
        }

        var options = _server.Options;
        if (_closing)
        {
            if (_closingSince != 0 && _server.Time.GetElapsedTime(_closingSince) > options.CloseTimeout)
            {
                Abort("the client did not close");
            }
        }
        else if (_writer.Stalled > options.WriteTimeout)
        {
            _server.Refuse(RefusalKind.SlowReader, "The client does not read what is sent to it.", Who);
            Abort("slow reader");
        }
        else if (_transport is null && _server.Time.GetElapsedTime(_openedAt) > options.HandshakeTimeout)
        {
            _server.Refuse(RefusalKind.HandshakeTimeout, "The handshake was not finished in time.", Who);
            Abort("handshake timeout");
        }
        else
        {
            _session?.OnTick();
        }
    }

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

            _session = _server.Admit(this, outcome);
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
