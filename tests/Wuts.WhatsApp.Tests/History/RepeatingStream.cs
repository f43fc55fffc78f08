using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Tests.History;

/// <summary>The same bytes many times over, without holding them more than once.</summary>
internal sealed class RepeatingStream(byte[] bytes, int times) : ForwardOnlyStream
{
    private readonly long _end = (long)bytes.Length * times;
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        var at = (int)(_position % bytes.Length);
        var read = (int)Math.Min(Math.Min(buffer.Length, bytes.Length - at), _end - _position);
        bytes.AsSpan(at, read).CopyTo(buffer);
        _position += read;
        return read;
    }
}
