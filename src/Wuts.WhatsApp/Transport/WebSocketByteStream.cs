using System.Net.WebSockets;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// The payload of a WebSocket's binary messages, one after the other, without their boundaries. Text messages are
/// skipped, as the protocol demands. A zero-byte read returns when there is something to read, and holds no memory.
/// </summary>
internal sealed class WebSocketByteStream(WebSocket socket) : Stream
{
    // Text is read into here and forgotten.
    private const int SkipBufferSize = 256;

    private bool _insideText;
    private bool _peerClosed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_peerClosed)
        {
            if (_insideText)
            {
                await SkipTextAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            var result = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            switch (result.MessageType)
            {
                case WebSocketMessageType.Close:
                    _peerClosed = true;
                    break;
                case WebSocketMessageType.Text:
                    _insideText = !result.EndOfMessage;
                    break;
                case WebSocketMessageType.Binary when result.Count > 0 || buffer.IsEmpty:
                    return result.Count;
            }
        }

        return 0;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsBroken(failure, cancellationToken))
        {
            throw new TransportException("The connection broke while sending.", failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Every write is a message that has been sent.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsBroken(failure, cancellationToken))
        {
            throw new TransportException("The connection broke.", failure);
        }
    }

    private async ValueTask SkipTextAsync(CancellationToken cancellationToken)
    {
        var scratch = new byte[SkipBufferSize];
        while (_insideText && !_peerClosed)
        {
            var result = await ReceiveAsync(scratch, cancellationToken).ConfigureAwait(false);
            _peerClosed = result.MessageType == WebSocketMessageType.Close;
            _insideText = !result.EndOfMessage;
        }
    }

    // An aborted socket ends its pending calls with a cancellation that nobody asked for.
    private static bool IsBroken(Exception failure, CancellationToken cancellationToken) =>
        failure is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
