using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Transport;

/// <summary>The only reader of a connection after the handshake: frames to stanzas. Protocol sections 1.4, 2.5 and 5.8.</summary>
internal sealed partial class StanzaReader(PipeReader input, NoiseTransport noise, ILogger logger, string label)
{
    /// <summary>
    /// The next stanza; <see langword="null"/> when the peer closed. A stanza that cannot be decoded is logged and skipped: the
    /// frame after it is intact. Between frames no buffer is held.
    /// </summary>
    /// <exception cref="FrameDecryptionException">A frame does not decrypt; nothing after it can be trusted.</exception>
    /// <exception cref="FrameTooLongException">A frame is longer than frames can be.</exception>
    /// <exception cref="TransportException">The connection broke.</exception>
    public async ValueTask<Node?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (!FrameFormat.TryReadFrame(ref buffer, FrameFormat.MaxPayload, out var frame))
            {
                input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    return null;
                }

                continue;
            }

            Node? stanza;
            try
            {
                // An empty frame carries nothing, not even a nonce.
                stanza = frame.IsEmpty ? null : Open(frame);
            }
            finally
            {
                input.AdvanceTo(buffer.Start);
            }

            if (stanza is not null)
            {
                return stanza;
            }
        }
    }

    private Node? Open(ReadOnlySequence<byte> frame)
    {
        // The frame is copied out of the pipe's segments and opened in place.
        var length = (int)frame.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            frame.CopyTo(bytes);
            var opened = noise.Open(bytes.AsSpan(0, length), bytes);
            return Decode(bytes.AsSpan(0, opened));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private Node? Decode(ReadOnlySpan<byte> plaintext)
    {
        try
        {
            return NodeReader.Read(plaintext);
        }
        catch (NodeFormatException problem)
        {
            LogUndecodable(label, plaintext.Length, problem);
            return null;
        }
    }

    [LoggerMessage(1001, LogLevel.Warning, "{Device}: a stanza of {Length} bytes cannot be decoded and is skipped")]
    private partial void LogUndecodable(string device, int length, Exception problem);
}
