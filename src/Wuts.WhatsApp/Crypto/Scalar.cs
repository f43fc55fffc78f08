using System.Buffers.Binary;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// Integers modulo L = 2^252 + c, the order of the base point, as 32 bytes little endian. Time does not depend on the values, and
/// intermediate results are cleared.
/// </summary>
internal static class Scalar
{
    /// <summary>Length of a scalar in bytes.</summary>
    public const int Size = 32;

    /// <summary>Length of what <see cref="Reduce"/> takes: a SHA-512 hash.</summary>
    public const int WideSize = 64;

    private const int Limbs = 4;
    private const int WideLimbs = 8;

    /// <summary>c = 27742317777372353535851937790883648493, the part of L below 2^252.</summary>
    private static ReadOnlySpan<ulong> C => [0x5812631A5CF5D3ED, 0x14DEF9DEA2F79CD6];

    private static ReadOnlySpan<ulong> L => [0x5812631A5CF5D3ED, 0x14DEF9DEA2F79CD6, 0, 0x1000000000000000];

    private static ReadOnlySpan<ulong> TwoL => [0xB024C634B9EBA7DA, 0x29BDF3BD45EF39AC, 0, 0x2000000000000000];

    /// <summary>Whether 32 bytes are below L. For public values: it stops at the first difference.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> scalar)
    {
        for (var i = Limbs - 1; i >= 0; i--)
        {
            var limb = BinaryPrimitives.ReadUInt64LittleEndian(scalar[(8 * i)..]);
            if (limb != L[i])
            {
                return limb < L[i];
            }
        }

        return false;
    }

    /// <summary>Takes a number of 64 bytes modulo L.</summary>
    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> result)
    {
        Span<ulong> limbs = stackalloc ulong[WideLimbs];
        Load(wide[..WideSize], limbs);
        ReduceAndStore(limbs, result);
    }

    /// <summary>a·b + c modulo L. The operands are any 32 bytes; the result may overlap them.</summary>
    public static void MultiplyAdd(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> result)
    {
        Span<ulong> factors = stackalloc ulong[2 * Limbs];
        Span<ulong> sum = stackalloc ulong[WideLimbs];
        Load(a[..Size], factors[..Limbs]);
        Load(b[..Size], factors[Limbs..]);
        Load(c[..Size], sum[..Limbs]);
        MultiplyAccumulate(factors[..Limbs], factors[Limbs..], sum);
        ReduceAndStore(sum, result);
        Secrets.Clear(factors);
    }

    /// <summary>
    /// Replaces bits from 252 upward by their value modulo L, three times: 2^252 = −c, and c has 125 bits. Clears the limbs.
    /// </summary>
    private static void ReduceAndStore(Span<ulong> x, Span<byte> result)
    {
        // x = x1·2^252 + x0 with 260 bits in x1; c·x1 = y1·2^252 + y0 with 133 bits in y1; c·y1 = z1·2^252 + z0 with 6 bits in z1.
        // So x = x0 − y0 + z0 − c·z1, which lies between −2L and 2L.
        Span<ulong> work = stackalloc ulong[5 + 7 + 3 + 5 + 1 + 4];
        var x1 = work[..5];
        var y = work[5..12];
        var y1 = work[12..15];
        var z = work[15..20];
        var z1 = work[20..21];
        var w = work[21..];
        SplitAt252(x, x1);
        MultiplyAccumulate(x1, C, y);
        SplitAt252(y, y1);
        MultiplyAccumulate(y1, C, z);
        SplitAt252(z, z1);
        MultiplyAccumulate(z1, C, w);

        var sum = x[..Limbs];
        Add(sum, TwoL);
        Add(sum, z[..Limbs]);
        Subtract(sum, y[..Limbs]);
        Subtract(sum, w);

        // The sum is below 4L now.
        SubtractUnlessNegative(sum, TwoL);
        SubtractUnlessNegative(sum, L);
        for (var i = 0; i < Limbs; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(result[(8 * i)..], sum[i]);
        }

        Secrets.Clear(work);
        Secrets.Clear(x);
    }

    private static void Load(ReadOnlySpan<byte> bytes, Span<ulong> limbs)
    {
        for (var i = 0; i < limbs.Length; i++)
        {
            limbs[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
        }
    }

    /// <summary>Moves the bits from 252 upward to <paramref name="high"/>; the four lowest limbs keep the rest.</summary>
    private static void SplitAt252(Span<ulong> value, Span<ulong> high)
    {
        for (var i = 0; i < high.Length; i++)
        {
            var upper = i + Limbs < value.Length ? value[i + Limbs] << 4 : 0;
            high[i] = (value[i + Limbs - 1] >> 60) | upper;
        }

        value[Limbs - 1] &= (1UL << 60) - 1;
    }

    /// <summary>Adds a·b to the sum, which has room for the result.</summary>
    private static void MultiplyAccumulate(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> sum)
    {
        for (var i = 0; i < a.Length; i++)
        {
            var carry = 0UL;
            for (var j = 0; j < b.Length; j++)
            {
                var t = Math.BigMul(a[i], b[j]) + sum[i + j] + carry;
                sum[i + j] = (ulong)t;
                carry = (ulong)(t >> 64);
            }

            for (var k = i + b.Length; k < sum.Length; k++)
            {
                var t = (UInt128)sum[k] + carry;
                sum[k] = (ulong)t;
                carry = (ulong)(t >> 64);
            }
        }
    }

    private static void Add(Span<ulong> sum, ReadOnlySpan<ulong> value)
    {
        var carry = 0UL;
        for (var i = 0; i < Limbs; i++)
        {
            var t = (UInt128)sum[i] + value[i] + carry;
            sum[i] = (ulong)t;
            carry = (ulong)(t >> 64);
        }
    }

    /// <returns>1 if the difference is negative (and has wrapped around 2^256), otherwise 0.</returns>
    private static ulong Subtract(Span<ulong> difference, ReadOnlySpan<ulong> value)
    {
        var borrow = 0UL;
        for (var i = 0; i < Limbs; i++)
        {
            var t = (UInt128)difference[i] - value[i] - borrow;
            difference[i] = (ulong)t;
            borrow = (ulong)(t >> 64) & 1;
        }

        return borrow;
    }

    private static void SubtractUnlessNegative(Span<ulong> value, ReadOnlySpan<ulong> subtrahend)
    {
        var keep = 0 - Subtract(value, subtrahend);
        Span<ulong> back = stackalloc ulong[Limbs];
        for (var i = 0; i < Limbs; i++)
        {
            back[i] = subtrahend[i] & keep;
        }

        Add(value, back);
        Secrets.Clear(back);
    }
}
