using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// How frames lie in the byte stream of a connection: a 3-byte big-endian length, then the payload. Boundaries of
/// WebSocket messages carry no meaning. Protocol sections 1.2 to 1.4.
/// </summary>
internal static class FrameFormat
{
    /// <summary>Bytes in front of every payload.</summary>
    public const int LengthSize = 3;

    /// <summary>Longest payload that the length can express, and the limit for what is received.</summary>
    public const int MaxPayload = (1 << 24) - 1;

    /// <summary>Longest routing information that is stored or sent. Real ones have some ten bytes.</summary>
    public const int MaxRoutingInfo = 4096;

    /// <summary>"WA", protocol version 6, dictionary version 3: once in front of the first frame, and the Noise prologue.</summary>
    public static ReadOnlySpan<byte> Intro => [0x57, 0x41, 0x06, 0x03];

    private static ReadOnlySpan<byte> EdgeRoutingMark => [(byte)'E', (byte)'D', 0x00, 0x01];

    /// <summary>
    /// Takes the next frame off the front of <paramref name="buffer"/>. Nothing is allocated for a declared length:
    /// the frame is a slice of what has arrived.
    /// </summary>
    /// <returns>Whether a whole frame is there. If not, the buffer is unchanged.</returns>
    /// <exception cref="FrameTooLongException">The declared length is above <paramref name="maxPayload"/>.</exception>
    public static bool TryReadFrame(ref ReadOnlySequence<byte> buffer, int maxPayload, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (buffer.Length < LengthSize)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[4];
        buffer.Slice(0, LengthSize).CopyTo(prefix[1..]);
        prefix[0] = 0;
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length > maxPayload)
        {
            ThrowTooLong(length, maxPayload);
        }

        if (buffer.Length - LengthSize < length)
        {
            return false;
        }

        payload = buffer.Slice(LengthSize, length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    /// <summary>Writes the length in front of a payload.</summary>
    /// <exception cref="FrameTooLongException">The payload is longer than a frame can be.</exception>
    public static void WriteLength(Span<byte> destination, int payloadLength)
    {
        if (payloadLength > MaxPayload)
        {
            ThrowTooLong(payloadLength, MaxPayload);
        }

        destination[0] = (byte)(payloadLength >> 16);
        destination[1] = (byte)(payloadLength >> 8);
        destination[2] = (byte)payloadLength;
    }

    /// <summary>Writes what precedes the first frame of a connection: the edge routing prefix, if there is one, and the intro.</summary>
    public static void WriteIntro(IBufferWriter<byte> output, ReadOnlySpan<byte> routingInfo)
    {
        if (!routingInfo.IsEmpty)
        {
            output.Write(EdgeRoutingMark);
            Span<byte> length = stackalloc byte[LengthSize];
            WriteLength(length, routingInfo.Length);
            output.Write(length);
            output.Write(routingInfo);
        }

        output.Write(Intro);
    }

    /// <summary>The endpoint with the <c>ED</c> parameter that carries the routing information.</summary>
    public static Uri WithRoutingInfo(Uri endpoint, ReadOnlySpan<byte> routingInfo)
    {
        if (routingInfo.IsEmpty)
        {
            return endpoint;
        }

        var parameter = "ED=" + Base64Url.EncodeToString(routingInfo);
        var query = endpoint.Query.Length > 1 ? endpoint.Query[1..] + "&" + parameter : parameter;
        return new UriBuilder(endpoint) { Query = query }.Uri;
    }

    [DoesNotReturn]
    private static void ThrowTooLong(int length, int limit) => throw new FrameTooLongException(length, limit);
}
