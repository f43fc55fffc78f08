using System.Diagnostics;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Threading.Channels;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.Simulator.Transport;

/// <summary>
/// The one writer of a connection. Whatever is sent waits in a bounded queue and is encoded and sealed here, so the order of
/// the nonce counters is the order on the wire. The faults of sending are played here too.
/// </summary>
internal sealed class FrameWriter
{
    private const int HeaderSize = 3;
    private const int LargestPayload = 0xFFFFFF;

    private readonly WebSocket _socket;
    private readonly SimulatorServer _server;
    private readonly ClientConnection _connection;
    private readonly Channel<Outgoing> _queue;
    private NoiseTransport? _transport;
    private Node? _heldBack;
    private long _writingSince;

    public FrameWriter(WebSocket socket, SimulatorServer server, ClientConnection connection)
    {
        _socket = socket;
        _server = server;
        _connection = connection;
        _queue = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(server.Options.OutgoingQueueCapacity)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>Seals everything that is sent from now on.</summary>
    public void UseTransport(NoiseTransport transport) => _transport = transport;

    /// <summary>How long the write under way has been waiting for the client to read; zero when there is none.</summary>
    public TimeSpan Stalled => Interlocked.Read(ref _writingSince) is var since and not 0
        ? _server.Time.GetElapsedTime(since)
        : TimeSpan.Zero;

    /// <summary>Queues, waiting for room; <see langword="false"/> when the connection has ended.</summary>
    public async ValueTask<bool> SendAsync(Outgoing item, CancellationToken cancellationToken)
    {
        while (!_queue.Writer.TryWrite(item))
        {
            if (!await _queue.Writer.WaitToWriteAsync(cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Queues without waiting; <see langword="false"/> when there is no room or the connection has ended.</summary>
    public bool TrySend(Outgoing item) => _queue.Writer.TryWrite(item);

    /// <summary>Lets the writer end after what is queued.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Writes until the end of the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                if (_connection.IsSilent)
                {
                    continue;
                }

                switch (item.Kind)
                {
                    case OutgoingKind.Stanza:
                        await WriteStanzaAsync(item.Stanza!, cancellationToken);
                        break;
                    case OutgoingKind.Plain:
                        await WriteAsync(item.Bytes, isSealed: false, tag: null, cancellationToken);
                        break;
                    case OutgoingKind.Sealed:
                        await WriteAsync(item.Bytes, isSealed: true, tag: null, cancellationToken);
                        break;
                    case OutgoingKind.Raw:
                        await _socket.SendAsync(item.Bytes, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                        break;
                    case OutgoingKind.Close:
                        await ReleaseHeldBackAsync(cancellationToken);
                        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                        return;
                    default:
                        throw new UnreachableException();
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            _connection.Abort("the client is gone");
        }
        catch (Exception e)
        {
            _server.Log.ConnectionFailed(e, _connection.Id);
            _connection.Abort("failed");
        }
        finally
        {
            _queue.Writer.TryComplete();
        }
    }

    private async ValueTask WriteStanzaAsync(Node stanza, CancellationToken cancellationToken)
    {
        var faults = _server.Faults;
        if (faults.Take<LineFault>(_connection.Who, fault => fault.StrikesAt(FaultPoint.Send, null)) is { } line)
        {
            _connection.Strike(line);
            return;
        }

        bool Fits(SendFault fault) => fault.Tag is null || fault.Tag == stanza.Tag;
        if (faults.Take<Fault.Delay>(_connection.Who, Fits) is { } delay)
        {
            await Task.Delay(delay.By, _server.Time, cancellationToken);
        }

        if (_heldBack is null && faults.Take<Fault.Reorder>(_connection.Who, Fits) is not null)
        {
            _heldBack = stanza;
            return;
        }

        var copies = faults.Take<Fault.Duplicate>(_connection.Who, Fits) is null ? 1 : 2;
        for (var i = 0; i < copies; i++)
        {
            await EncodeAsync(stanza, cancellationToken);
        }

        await ReleaseHeldBackAsync(cancellationToken);
    }

    private async ValueTask ReleaseHeldBackAsync(CancellationToken cancellationToken)
    {
        if (_heldBack is { } held)
        {
            _heldBack = null;
            await EncodeAsync(held, cancellationToken);
        }
    }

    private async ValueTask EncodeAsync(Node stanza, CancellationToken cancellationToken)
    {
        using var frame = new PooledBuffer();
        frame.GetSpan(HeaderSize);
        frame.Advance(HeaderSize);
        NodeWriter.Write(stanza, frame);
        if (_server.Faults.Take<Fault.Compress>(_connection.Who, fault => fault.Tag is null || fault.Tag == stanza.Tag) is not null)
        {
            var plaintext = Deflate(frame.Written.Span[(HeaderSize + 1)..]);
            await WriteAsync(plaintext, isSealed: true, stanza.Tag, cancellationToken);
            return;
        }

        await SealAndWriteAsync(frame, stanza.Tag, cancellationToken);
    }

    private async ValueTask WriteAsync(byte[] payload, bool isSealed, string? tag, CancellationToken cancellationToken)
    {
        using var frame = new PooledBuffer();
        payload.CopyTo(frame.GetSpan(HeaderSize + payload.Length)[HeaderSize..]);
        frame.Advance(HeaderSize + payload.Length);
        if (isSealed)
        {
            await SealAndWriteAsync(frame, tag, cancellationToken);
            return;
        }

        WriteHeader(frame);
        await PutAsync(frame.Written, tag, cancellationToken);
    }

    private async ValueTask SealAndWriteAsync(PooledBuffer frame, string? tag, CancellationToken cancellationToken)
    {
        var transport = _transport ?? throw new InvalidOperationException("A stanza cannot precede the end of the handshake.");
        var size = frame.Length - HeaderSize;
        frame.GetSpan(NoiseTransport.SealedSize(size) - size);
        frame.Advance(NoiseTransport.SealedSize(size) - size);
        transport.Seal(frame.Written.Span.Slice(HeaderSize, size), frame.Written.Span[HeaderSize..]);
        if (_server.Faults.Take<Fault.WrongMac>(_connection.Who, fault => fault.Tag is null || fault.Tag == tag) is not null)
        {
            frame.Written.Span[^1] ^= 0x01;
        }

        WriteHeader(frame);
        await PutAsync(frame.Written, tag, cancellationToken);
    }

    private async ValueTask PutAsync(ReadOnlyMemory<byte> wire, string? tag, CancellationToken cancellationToken)
    {
        bool Fits(SendFault fault) => fault.Tag is null || fault.Tag == tag;
        var piece = wire.Length;
        var pause = TimeSpan.Zero;
        if (_server.Faults.Take<Fault.SlowBytes>(_connection.Who, Fits) is { } slow)
        {
            (piece, pause) = (slow.Bytes, slow.Pause);
        }
        else if (_server.Faults.Take<Fault.Split>(_connection.Who, Fits) is { } split)
        {
            piece = split.Bytes;
        }

        while (!wire.IsEmpty)
        {
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _server.Time, cancellationToken);
            }

            var next = wire[..Math.Min(piece, wire.Length)];
            wire = wire[next.Length..];
            var sending = _socket.SendAsync(next, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            if (!sending.IsCompletedSuccessfully)
            {
                // The housekeeping ends connections whose client does not read.
                Interlocked.Exchange(ref _writingSince, _server.Time.GetTimestamp());
                await sending;
                Interlocked.Exchange(ref _writingSince, 0);
            }
        }
    }

    private static void WriteHeader(PooledBuffer frame)
    {
        var size = frame.Length - HeaderSize;
        if (size > LargestPayload)
        {
            throw new InvalidOperationException($"A frame of {size} bytes is more than the format can say.");
        }

        var header = frame.Written.Span;
        header[0] = (byte)(size >> 16);
        header[1] = (byte)(size >> 8);
        header[2] = (byte)size;
    }

    private static byte[] Deflate(ReadOnlySpan<byte> node)
    {
        using var output = new MemoryStream();
        output.WriteByte(0x02);
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(node);
        }

        return output.ToArray();
    }
}
