using System.Buffers.Binary;
using System.Numerics;

namespace Wuts.Simulator.Pictures;

/// <summary>
/// Draws small valid JPEG files: squares of two colours that a number determines. Baseline, three components, no subsampling;
/// every block has a DC coefficient and nothing else, so that blocks are flat.
/// </summary>
internal static class Jpeg
{
    private const int BlockEdge = 8;
    private const int Cells = 5;

    // The usual table for DC differences: how many codes there are of each length, and the symbols in the order of their codes.
    private static ReadOnlySpan<byte> DcLengths => [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> DcSymbols => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    // One code of one bit: the end of the block.
    private static ReadOnlySpan<byte> AcLengths => [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Whether the bytes begin and end as a JPEG file does.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> file) => file is [0xFF, 0xD8, 0xFF, .., 0xFF, 0xD9];

    /// <summary>Draws a square picture.</summary>
    /// <param name="edge">Pixels per side, a multiple of 8.</param>
    /// <param name="number">What determines pattern and colours.</param>
    public static byte[] Draw(int edge, long number)
    {
        var bits = Scramble((ulong)number);
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        WriteSegment(file, 0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);

        // With a DC divisor of 8 the coefficient of a flat block is its level minus 128.
        var divisors = new byte[65];
        divisors.AsSpan(1).Fill(BlockEdge);
        WriteSegment(file, 0xDB, divisors);
        var size = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)edge);
        BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(2), (ushort)edge);
        WriteSegment(file, 0xC0, [8, .. size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        WriteSegment(file, 0xC4, [0x00, .. DcLengths, .. DcSymbols]);
        WriteSegment(file, 0xC4, [0x10, .. AcLengths, 0]);
        WriteSegment(file, 0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
        WriteBlocks(file, edge / BlockEdge, bits);
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    private static void WriteBlocks(MemoryStream file, int blocks, ulong bits)
    {
        Span<int> ink = [(int)(bits >> 40 & 0x7F) - 100, (int)(bits >> 48 & 0xFF) - 128, (int)(bits >> 56 & 0xFF) - 128];
        ReadOnlySpan<int> paper = [100, 0, 0];
        Span<int> last = [0, 0, 0];
        var writer = new BitWriter(file);
        for (var y = 0; y < blocks; y++)
        {
            for (var x = 0; x < blocks; x++)
            {
                var isInk = (bits >> ((y * Cells / blocks * Cells) + (x * Cells / blocks)) & 1) != 0;
                for (var component = 0; component < 3; component++)
                {
                    var level = isInk ? ink[component] : paper[component];
                    writer.WriteDifference(level - last[component]);
                    last[component] = level;
                }
            }
        }

        writer.Finish();
    }

    private static void WriteSegment(MemoryStream file, byte marker, ReadOnlySpan<byte> content)
    {
        var length = content.Length + 2;
        file.Write([0xFF, marker, (byte)(length >> 8), (byte)length]);
        file.Write(content);
    }

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private struct BitWriter(MemoryStream file)
    {
        private uint _pending;
        private int _count;

        /// <summary>A DC difference, and the end of its block.</summary>
        public void WriteDifference(int difference)
        {
            var length = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(difference));
            var (code, codeLength) = length switch
            {
                0 => (0b00u, 2),
                < 6 => ((uint)length + 1, 3),
                _ => ((1u << (length - 2)) - 2, length - 2),
            };
            Write(code, codeLength);
            Write((uint)(difference < 0 ? difference - 1 : difference) & ((1u << length) - 1), length);
            Write(0, 1);
        }

        /// <summary>Fills the last byte with ones.</summary>
        public void Finish() => Write(0x7F, 7);

        private void Write(uint bits, int count)
        {
            _pending = (_pending << count) | bits;
            _count += count;
            while (_count >= 8)
            {
                _count -= 8;
                var octet = (byte)(_pending >> _count);
                file.WriteByte(octet);
                if (octet == 0xFF)
                {
                    // A zero tells it from a marker.
                    file.WriteByte(0);
                }
            }
        }
    }
}
