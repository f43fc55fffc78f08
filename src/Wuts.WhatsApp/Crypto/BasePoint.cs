using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// Multiples of the Ed25519 base point B by secret scalars, from a table of 36 KiB that is computed at first use. Every look-up reads
/// all entries it may choose from, so neither time nor the memory cache tells about the scalar.
/// </summary>
internal static class BasePoint
{
    private const int Rows = 32;
    private const int RowLength = 9;
    private const int Digits = 2 * Rows;
    private const int VectorsPerAddend = 4;

    /// <summary>Entry k of row i is k·256^i·B, from k = 0 to 8.</summary>
    private static readonly AffineAddend[] Table = BuildTable();

    /// <summary>The product of a scalar and B.</summary>
    /// <param name="scalar">32 bytes below 2^255, little endian: clamped or modulo L.</param>
    public static EdwardsPoint Multiply(ReadOnlySpan<byte> scalar)
    {
        // scalar = Σ digit[i]·16^i. The odd digits are summed first; four doublings then lift their rows from 256^i to 16·256^i.
        Span<int> digits = stackalloc int[Digits];
        ToSignedDigits(scalar, digits);
        var sum = EdwardsPoint.Identity;
        for (var i = 1; i < Digits; i += 2)
        {
            sum += Select(i / 2, digits[i]);
        }

        sum = EdwardsPoint.DoubleTimes(sum, 4);
        for (var i = 0; i < Digits; i += 2)
        {
            sum += Select(i / 2, digits[i]);
        }

        Secrets.Clear(digits);
        return sum;
    }

    /// <summary>Splits into 64 digits from −8 to 8: what exceeds 7 borrows 16 from the next digit.</summary>
    private static void ToSignedDigits(ReadOnlySpan<byte> scalar, Span<int> digits)
    {
        var carry = 0;
        for (var i = 0; i < Digits; i++)
        {
            var digit = ((scalar[i / 2] >> (4 * (i & 1))) & 15) + carry;
            carry = i < Digits - 1 ? (digit + 8) >> 4 : 0;
            digits[i] = digit - (carry << 4);
        }
    }

    /// <summary>digit·256^row·B for a secret digit from −8 to 8.</summary>
    private static AffineAddend Select(int row, int digit)
    {
        var sign = digit >> 31;
        var wanted = Vector256.Create((ulong)((digit ^ sign) - sign));
        var entries = MemoryMarshal.Cast<AffineAddend, Vector256<ulong>>(Table.AsSpan(row * RowLength, RowLength));
        var v0 = Vector256<ulong>.Zero;
        var v1 = Vector256<ulong>.Zero;
        var v2 = Vector256<ulong>.Zero;
        var v3 = Vector256<ulong>.Zero;
        for (var k = 0; k < RowLength; k++)
        {
            var mask = Vector256.Equals(wanted, Vector256.Create((ulong)k));
            var entry = entries.Slice(k * VectorsPerAddend, VectorsPerAddend);
            v0 |= entry[0] & mask;
            v1 |= entry[1] & mask;
            v2 |= entry[2] & mask;
            v3 |= entry[3] & mask;
        }

        AffineAddend chosen = default;
        var vectors = MemoryMarshal.Cast<AffineAddend, Vector256<ulong>>(new Span<AffineAddend>(ref chosen));
        vectors[0] = v0;
        vectors[1] = v1;
        vectors[2] = v2;
        vectors[3] = v3;
        return chosen.NegateIf((ulong)sign & 1);
    }

    private static AffineAddend[] BuildTable()
    {
        var points = new EdwardsPoint[Rows * RowLength];
        var first = EdwardsPoint.Base;
        for (var i = 0; i < points.Length; i += RowLength)
        {
            var step = first.ToAddend();
            points[i] = EdwardsPoint.Identity;
            for (var k = 1; k < RowLength; k++)
            {
                points[i + k] = points[i + k - 1] + step;
            }

            first = EdwardsPoint.DoubleTimes(first, 8);
        }

        return EdwardsPoint.ToAffine(points);
    }
}
