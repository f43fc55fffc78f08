using System.Buffers;

namespace Wuts.Simulator.Transport;

/// <summary>
/// Turns what WebSocket messages bring into the intro and whole frames, wherever the messages are cut. The buffer grows
/// with the bytes that arrive, never with the length that a frame declares, and is given back while nothing is pending.
/// Protocol sections 1.2 to 1.4.
/// </summary>
internal sealed class FrameAssembler : IDisposable
{
    private const int HeaderSize = 3;
    private const int RoutingHeaderSize = 7;
    private const int FirstBuffer = 4096;
    private static readonly byte[] Intro = "WA\x06\x03"u8.ToArray();
    private static readonly byte[] RoutingIntro = [(byte)'E', (byte)'D', 0, 1];

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private bool _introRead;

    /// <summary>Largest accepted payload in bytes.</summary>
    public int MaxPayload { get; set; } = 64 * 1024;

    /// <summary>The routing info in front of the intro; empty when there was none.</summary>
    public byte[] RoutingInfo { get; private set; } = [];

    /// <summary>Room for the next bytes; say with <see cref="Advance"/> how many came.</summary>
    public Memory<byte> GetMemory()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        }
        else if (_end == _buffer.Length)
        {
            MakeRoom(_buffer);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Takes the bytes that were written into the memory.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>The next whole payload, which may be overwritten; it is valid until the next call of <see cref="GetMemory"/>.</summary>
    /// <exception cref="RefusedException">The intro is wrong or a frame is too large.</exception>
    public bool TryRead(out Memory<byte> payload)
    {
        payload = default;
        if (_buffer is null || (!_introRead && !TryReadIntro()))
        {
            return false;
        }

        while (_end - _start >= HeaderSize)
        {
            var length = (_buffer[_start] << 16) | (_buffer[_start + 1] << 8) | _buffer[_start + 2];
            if (length > MaxPayload)
            {
                throw new RefusedException(
                    RefusalKind.FrameTooLarge, $"A frame of {length} bytes exceeds the limit of {MaxPayload} bytes.");
            }

            if (_end - _start - HeaderSize < length)
            {
                return false;
            }

            payload = _buffer.AsMemory(_start + HeaderSize, length);
            _start += HeaderSize + length;
            if (length > 0)
            {
                return true;
            }

            // A frame without payload is legal and carries nothing.
        }

        return false;
    }

    /// <summary>Gives the buffer back when every byte of it was used.</summary>
    public void ReleaseIfEmpty()
    {
        if (_start == _end)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        _start = _end = 0;
    }

    private bool TryReadIntro()
    {
        var pending = _buffer.AsSpan(_start, _end - _start);
        if (pending.IsEmpty)
        {
            return false;
        }

        var skipped = 0;
        if (pending[0] == RoutingIntro[0])
        {
            if (!Begins(pending, RoutingIntro) || pending.Length < RoutingHeaderSize)
            {
                return false;
            }

            var length = (pending[4] << 16) | (pending[5] << 8) | pending[6];
            if (length > MaxPayload)
            {
                throw new RefusedException(RefusalKind.BadIntro, $"Routing info of {length} bytes is too long.");
            }

            skipped = RoutingHeaderSize + length;
            if (pending.Length < skipped)
            {
                return false;
            }
        }

        var intro = pending[skipped..];
        if (!Begins(intro, Intro) || intro.Length < Intro.Length)
        {
            return false;
        }

        RoutingInfo = skipped == 0 ? [] : pending[RoutingHeaderSize..skipped].ToArray();
        _start += skipped + Intro.Length;
        return _introRead = true;
    }

    // True when what is there agrees with the expected bytes, even when some are still to come.
    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        var compared = Math.Min(bytes.Length, expected.Length);
        return bytes[..compared].SequenceEqual(expected[..compared])
            ? true
            : throw new RefusedException(
                RefusalKind.BadIntro, "The connection did not begin with 'WA', protocol 6, dictionary 3.");
    }

    private void MakeRoom(byte[] full)
    {
        var pending = full.AsSpan(_start, _end - _start);
        if (_start >= full.Length / 2)
        {
            pending.CopyTo(full);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
            pending.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(full);
            _buffer = larger;
        }

        _end -= _start;
        _start = 0;
    }
}
