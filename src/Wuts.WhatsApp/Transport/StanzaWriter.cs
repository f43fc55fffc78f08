using System.IO.Pipelines;
using System.Threading.Channels;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// The only writer of a connection. Stanzas are encoded by whoever sends them and wait in a bounded queue; one loop seals
/// them, so that the order of the nonces is the order on the wire. Protocol section 2.5.
/// </summary>
internal sealed class StanzaWriter(PipeWriter output, NoiseTransport noise)
{
    private const int QueueCapacity = 64;
    private const int TypicalStanza = 256;

    private readonly Channel<PooledBuffer> _queue = Channel.CreateBounded<PooledBuffer>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Queues a stanza; waits while the queue is full.</summary>
    /// <exception cref="ChannelClosedException">The connection has ended.</exception>
    public async ValueTask SendAsync(Node stanza, CancellationToken cancellationToken)
    {
        var encoded = new PooledBuffer(TypicalStanza);
        try
        {
            NodeWriter.Write(stanza, encoded);
            await _queue.Writer.WriteAsync(encoded, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            encoded.Dispose();
            throw;
        }
    }

    /// <summary>Refuses further stanzas; what is queued is still sent.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Seals and sends until <see cref="Complete"/> was called and the queue is empty, or the transport breaks.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out var stanza))
                {
                    using (stanza)
                    {
                        Seal(stanza.Written);
                    }
                }

                var flushed = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (flushed.IsCompleted)
                {
                    throw new TransportException("The connection no longer takes anything.", null);
                }
            }
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var unsent))
            {
                unsent.Dispose();
            }
        }
    }

    private void Seal(ReadOnlySpan<byte> plaintext)
    {
        var length = NoiseTransport.SealedSize(plaintext.Length);
        var frame = output.GetSpan(FrameFormat.LengthSize + length);
        FrameFormat.WriteLength(frame, length);
        noise.Seal(plaintext, frame.Slice(FrameFormat.LengthSize, length));
        output.Advance(FrameFormat.LengthSize + length);
    }
}
