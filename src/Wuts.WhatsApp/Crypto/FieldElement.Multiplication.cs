using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Wuts.WhatsApp.Crypto;

// Products of limbs have up to 108 bits. Shifting the two factors left by 6 and 7 bits before multiplying puts the cut between bit 50
// and bit 51 of each product on the border of the two result words: the high word is what belongs to the next limb, the low word,
// shifted back by 13, what belongs to this one. Both add up in 64 bits, so no carry has to be propagated inside the sums.
internal readonly partial struct FieldElement
{
    private const int LowShift = 64 - LimbBits;
    private const int LeftShift = 6;
    private const int RightShift = LowShift - LeftShift;
    private const ulong FactorBound = (1UL << 54) + 1;

    /// <summary>The product, tight. Limbs of the factors are at most 2^54.</summary>
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        a.AssertLimbsBelow(FactorBound);
        b.AssertLimbsBelow(FactorBound);
        ulong a0 = a._l0 << LeftShift, a1 = a._l1 << LeftShift, a2 = a._l2 << LeftShift, a3 = a._l3 << LeftShift, a4 = a._l4 << LeftShift;
        ulong b0 = b._l0 << RightShift, b1 = b._l1 << RightShift, b2 = b._l2 << RightShift, b3 = b._l3 << RightShift, b4 = b._l4 << RightShift;

        // Limb k + 5 weighs 19 times limb k, as 2^255 = 19 mod p. Starting with the upper half leaves five running sums. None of them
        // exceeds 2^64: 19 · 5 high words of 2^57 are the largest part.
        var r4 = High(a4, b4);
        var r3 = High(a3, b4) + High(a4, b3) + Low(a4, b4);
        var r2 = High(a2, b4) + High(a3, b3) + High(a4, b2) + Low(a3, b4) + Low(a4, b3);
        var r1 = High(a1, b4) + High(a2, b3) + High(a3, b2) + High(a4, b1) + Low(a2, b4) + Low(a3, b3) + Low(a4, b2);
        var r0 = High(a0, b4) + High(a1, b3) + High(a2, b2) + High(a3, b1) + High(a4, b0)
            + Low(a1, b4) + Low(a2, b3) + Low(a3, b2) + Low(a4, b1);

        r4 = (19 * r4) + High(a0, b3) + High(a1, b2) + High(a2, b1) + High(a3, b0)
            + Low(a0, b4) + Low(a1, b3) + Low(a2, b2) + Low(a3, b1) + Low(a4, b0);
        r3 = (19 * r3) + High(a0, b2) + High(a1, b1) + High(a2, b0) + Low(a0, b3) + Low(a1, b2) + Low(a2, b1) + Low(a3, b0);
        r2 = (19 * r2) + High(a0, b1) + High(a1, b0) + Low(a0, b2) + Low(a1, b1) + Low(a2, b0);
        r1 = (19 * r1) + High(a0, b0) + Low(a0, b1) + Low(a1, b0);
        r0 = (19 * r0) + Low(a0, b0);
        return Carry(r0, r1, r2, r3, r4);
    }

    /// <summary>The square, tight. Limbs are at most 2^54.</summary>
    public static FieldElement Square(in FieldElement a)
    {
        a.AssertLimbsBelow(FactorBound);
        ulong a0 = a._l0 << LeftShift, a1 = a._l1 << LeftShift, a2 = a._l2 << LeftShift, a3 = a._l3 << LeftShift, a4 = a._l4 << LeftShift;
        ulong b0 = a._l0 << RightShift, b1 = a._l1 << RightShift, b2 = a._l2 << RightShift, b3 = a._l3 << RightShift, b4 = a._l4 << RightShift;
        ulong c1 = b1 << 1, c2 = b2 << 1, c3 = b3 << 1, c4 = b4 << 1;

        // The same sums; products of two different limbs occur twice, which the doubled factors stand for.
        var r4 = High(a4, b4);
        var r3 = High(a3, c4) + Low(a4, b4);
        var r2 = High(a2, c4) + High(a3, b3) + Low(a3, c4);
        var r1 = High(a1, c4) + High(a2, c3) + Low(a2, c4) + Low(a3, b3);
        var r0 = High(a0, c4) + High(a1, c3) + High(a2, b2) + Low(a1, c4) + Low(a2, c3);

        r4 = (19 * r4) + High(a0, c3) + High(a1, c2) + Low(a0, c4) + Low(a1, c3) + Low(a2, b2);
        r3 = (19 * r3) + High(a0, c2) + High(a1, b1) + Low(a0, c3) + Low(a1, c2);
        r2 = (19 * r2) + High(a0, c1) + Low(a0, c2) + Low(a1, b1);
        r1 = (19 * r1) + High(a0, b0) + Low(a0, c1);
        r0 = (19 * r0) + Low(a0, b0);
        return Carry(r0, r1, r2, r3, r4);
    }

    /// <summary>The product with a constant below 2^18, tight. Limbs are at most 2^54.</summary>
    public static FieldElement MultiplySmall(in FieldElement a, uint b)
    {
        a.AssertLimbsBelow(FactorBound);
        ulong a0 = a._l0 << LeftShift, a1 = a._l1 << LeftShift, a2 = a._l2 << LeftShift, a3 = a._l3 << LeftShift, a4 = a._l4 << LeftShift;
        var b0 = (ulong)b << RightShift;
        return new FieldElement(
            Low(a0, b0) + (19 * High(a4, b0)),
            Low(a1, b0) + High(a0, b0),
            Low(a2, b0) + High(a1, b0),
            Low(a3, b0) + High(a2, b0),
            Low(a4, b0) + High(a3, b0));
    }

    /// <summary>The value squared <paramref name="count"/> times.</summary>
    public static FieldElement SquareTimes(in FieldElement a, int count)
    {
        var result = Square(a);
        for (var i = 1; i < count; i++)
        {
            result = Square(result);
        }

        return result;
    }

    /// <summary>The multiplicative inverse a^(p − 2); 0 for 0.</summary>
    public static FieldElement Invert(in FieldElement a)
    {
        // p − 2 = 2^255 − 21 = (2^250 − 1)·2^5 + 11.
        var ones = PowerOf250Ones(a, out var eleven);
        return SquareTimes(ones, 5) * eleven;
    }

    /// <summary>a^((p − 5) / 8), the power that square roots are made of.</summary>
    public static FieldElement PowerForRoot(in FieldElement a)
    {
        // (p − 5) / 8 = 2^252 − 3 = (2^250 − 1)·2^2 + 1.
        var ones = PowerOf250Ones(a, out _);
        return SquareTimes(ones, 2) * a;
    }

    /// <summary>a^(2^250 − 1), doubling the number of one bits in the exponent step by step; also a^11.</summary>
    private static FieldElement PowerOf250Ones(in FieldElement a, out FieldElement eleven)
    {
        var two = Square(a);
        var nine = SquareTimes(two, 2) * a;
        eleven = nine * two;
        var ones5 = Square(eleven) * nine;
        var ones10 = SquareTimes(ones5, 5) * ones5;
        var ones20 = SquareTimes(ones10, 10) * ones10;
        var ones40 = SquareTimes(ones20, 20) * ones20;
        var ones50 = SquareTimes(ones40, 10) * ones10;
        var ones100 = SquareTimes(ones50, 50) * ones50;
        var ones200 = SquareTimes(ones100, 100) * ones100;
        return SquareTimes(ones200, 50) * ones50;
    }

    /// <summary>
    /// The high word of a shifted product. The two words are computed apart because Math.BigMul hands the low one through memory on
    /// x64, which costs more than a second multiplication.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);

    /// <summary>The low word of a shifted product, shifted back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Low(ulong a, ulong b) => (a * b) >> LowShift;
}
