using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Inflates the zlib stream of a compressed frame into a rented buffer that never grows past the limit.
/// Protocol section 5.1.
/// </summary>
internal static class ZlibInflater
{
    // Header of 2 bytes, an empty block of 2 and the checksum.
    private const int ShortestStream = 8;
    private const int ChecksumSize = 4;
    private const int FirstStep = 4096;

    /// <summary>
    /// Inflates into <c>buffer[1..]</c>, so that indexes count from the format byte as in a plain frame.
    /// The caller returns the buffer to the shared pool; when this throws there is none.
    /// </summary>
    /// <returns>How many bytes of the buffer are used, the unused first one included.</returns>
    public static int Inflate(ReadOnlySpan<byte> compressed, int maxLength, out byte[] buffer)
    {
        if (compressed.Length < ShortestStream)
        {
            throw new NodeFormatException("The compressed frame is too short", 1);
        }

        var input = ArrayPool<byte>.Shared.Rent(compressed.Length);
        buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(maxLength + 2L, Math.Max(FirstStep, 4L * compressed.Length)));
        try
        {
            compressed.CopyTo(input);
            using var source = new MemoryStream(input, 0, compressed.Length, writable: false);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);

            // Never more than one byte past the limit, which is enough to know that there is more.
            var used = 1;
            int read;
            while ((read = zlib.Read(buffer.AsSpan(used, Math.Min(buffer.Length, maxLength + 2) - used))) > 0)
            {
                used += read;
                if (used - 1 > maxLength)
                {
                    throw new NodeFormatException("The compressed frame inflates to more than allowed", 1);
                }

                if (used == buffer.Length)
                {
                    Grow(ref buffer, Math.Min(2L * buffer.Length, maxLength + 2L));
                }
            }

            // The runtime ignores bytes behind the stream, and does not promise to notice one that stops early. Both leave
            // something else than the checksum in the last place.
            if (Adler32(buffer.AsSpan(1, used - 1)) != BinaryPrimitives.ReadUInt32BigEndian(compressed[^ChecksumSize..]))
            {
                throw new NodeFormatException("The compressed frame does not end with its checksum", 1);
            }

            return used;
        }
        catch (Exception e)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            if (e is InvalidDataException or IOException)
            {
                throw new NodeFormatException("The compressed frame is not a zlib stream", 1, e);
            }

            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    private static void Grow(ref byte[] buffer, long length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    /// <summary>The checksum of RFC 1950, section 8.2.</summary>
    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        const uint Modulus = 65521;

        // The longest run for which neither sum can pass 32 bits.
        const int Run = 5552;

        uint a = 1;
        uint b = 0;
        while (!data.IsEmpty)
        {
            var run = data[..Math.Min(Run, data.Length)];
            foreach (var value in run)
            {
                a += value;
                b += a;
            }

            a %= Modulus;
            b %= Modulus;
            data = data[run.Length..];
        }

        return (b << 16) | a;
    }
}
