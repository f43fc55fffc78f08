using System.Buffers;
using System.IO.Pipelines;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Transport;

/// <summary>Carries the messages of a Noise handshake over a transport. Protocol sections 1.2 and 2.2.</summary>
internal static class HandshakeRunner
{
    // A server hello has some 350 bytes; whatever is much longer is none.
    private const int MaxServerHello = 16 * 1024;

    /// <summary>Sends intro and client hello, reads the server hello, and sends the client finish if there is one.</summary>
    /// <exception cref="HandshakeException">The server's answer is not acceptable.</exception>
    /// <exception cref="FrameTooLongException">The server's answer cannot be a server hello.</exception>
    /// <exception cref="TransportException">The connection was closed or broke.</exception>
    public static async Task<ClientHandshakeResult> RunAsync(
        ITransport transport,
        ClientHandshakeOptions options,
        ReadOnlyMemory<byte> routingInfo,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        using var handshake = new ClientHandshake(options);
        FrameFormat.WriteIntro(transport.Output, routingInfo.Span);
        await SendAsync(transport.Output, handshake.CreateClientHello(), cancellationToken).ConfigureAwait(false);
        var serverHello = await ReceiveAsync(transport.Input, cancellationToken).ConfigureAwait(false);
        var result = handshake.ReadServerHello(serverHello, now);
        if (result.ClientFinish is { } clientFinish)
        {
            await SendAsync(transport.Output, clientFinish, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private static async Task SendAsync(PipeWriter output, byte[] message, CancellationToken cancellationToken)
    {
        FrameFormat.WriteLength(output.GetSpan(FrameFormat.LengthSize), message.Length);
        output.Advance(FrameFormat.LengthSize);
        output.Write(message);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<byte[]> ReceiveAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var complete = FrameFormat.TryReadFrame(ref buffer, MaxServerHello, out var frame);
            var message = complete ? frame.ToArray() : [];
            input.AdvanceTo(buffer.Start, complete ? buffer.Start : buffer.End);
            if (message.Length > 0)
            {
                return message;
            }

            if (result.IsCompleted && !complete)
            {
                throw new TransportException("The server closed the connection during the handshake.", null);
            }
        }
    }
}
