using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Media;

/// <summary>Reads the first bytes of a spool, from the beginning and independently of other readers.</summary>
internal sealed class CiphertextStream(CiphertextSpool spool, long length) : ForwardOnlyStream
{
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        var read = spool.Read(_position, buffer[..(int)Math.Min(buffer.Length, length - _position)]);
        _position += read;
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Memory, or a file that was just written: not worth a thread of its own.
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
