using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// A WebSocket as a byte stream. While nothing arrives it holds no receive buffer: the reader first waits with a
/// zero-byte read and only then takes a buffer from the shared pool, and the writer gives its buffers back on each flush.
/// </summary>
internal sealed class WebSocketTransport : ITransport
{
    private const int ReadBufferSize = 4096;

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: ReadBufferSize, minimumReadSize: 512, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: 512, leaveOpen: true);

    private readonly WebSocket _socket;

    public WebSocketTransport(WebSocket socket)
    {
        _socket = socket;
        var stream = new WebSocketByteStream(socket);
        Input = PipeReader.Create(stream, ReaderOptions);
        Output = PipeWriter.Create(stream, WriterOptions);
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The peer was faster: the socket is closed, which is what was asked for. A broken pipe looks like a cancellation.
            _socket.Abort();
        }
    }

    /// <inheritdoc/>
    public void Abort() => _socket.Abort();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await Input.CompleteAsync().ConfigureAwait(false);

        // With a failure the writer drops what it could not send; without, it would try once more.
        await Output.CompleteAsync(new TransportException("The transport was disposed.", null)).ConfigureAwait(false);
        _socket.Dispose();
    }
}
