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
internal sealed partial class ClientConnection : IDisposable
{
    private readonly WebSocket _socket;
    private readonly SimulatorServer _server;
    private readonly Action _abort;
    private readonly Lock _abortGate = new();
    private readonly FrameWriter _writer;
    private readonly FrameAssembler _frames = new();
    private readonly long _openedAt;
    private ServerHandshake? _handshake;
    private NoiseTransport? _transport;
    private ClientSession? _session;
    private string? _endReason;
    private long _closingSince;
    private bool _ended;
    private int _closed;
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
            lock (_abortGate)
            {
                _ended = true;
            }

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
        if (Interlocked.Exchange(ref _closed, 1) != 0)
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
        lock (_abortGate)
        {
            // After the end there is no connection left to abort, and what the callback stands for is disposed.
            if (!_ended)
            {
                _abort();
            }
        }
    }

    /// <summary>Records what the client did wrong, says so if the protocol has a word for it, and closes.</summary>
    public void Refuse(RefusedException refused)
    {
        _server.Refuse(refused.Kind, refused.Message, Who);
        Close("refused", refused.Farewell);
    }

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
}
