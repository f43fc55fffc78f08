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
        ulong low;

        var h0 = Math.BigMul(a0, b0, out low);
        var l0 = low >> LowShift;

        var h1 = Math.BigMul(a0, b1, out low);
        var l1 = low >> LowShift;
        h1 += Math.BigMul(a1, b0, out low);
        l1 += low >> LowShift;

        var h2 = Math.BigMul(a0, b2, out low);
        var l2 = low >> LowShift;
        h2 += Math.BigMul(a1, b1, out low);
        l2 += low >> LowShift;
        h2 += Math.BigMul(a2, b0, out low);
        l2 += low >> LowShift;

        var h3 = Math.BigMul(a0, b3, out low);
        var l3 = low >> LowShift;
        h3 += Math.BigMul(a1, b2, out low);
        l3 += low >> LowShift;
        h3 += Math.BigMul(a2, b1, out low);
        l3 += low >> LowShift;
        h3 += Math.BigMul(a3, b0, out low);
        l3 += low >> LowShift;

        var h4 = Math.BigMul(a0, b4, out low);
        var l4 = low >> LowShift;
        h4 += Math.BigMul(a1, b3, out low);
        l4 += low >> LowShift;
        h4 += Math.BigMul(a2, b2, out low);
        l4 += low >> LowShift;
        h4 += Math.BigMul(a3, b1, out low);
        l4 += low >> LowShift;
        h4 += Math.BigMul(a4, b0, out low);
        l4 += low >> LowShift;

        var h5 = Math.BigMul(a1, b4, out low);
        var l5 = low >> LowShift;
        h5 += Math.BigMul(a2, b3, out low);
        l5 += low >> LowShift;
        h5 += Math.BigMul(a3, b2, out low);
        l5 += low >> LowShift;
        h5 += Math.BigMul(a4, b1, out low);
        l5 += low >> LowShift;

        var h6 = Math.BigMul(a2, b4, out low);
        var l6 = low >> LowShift;
        h6 += Math.BigMul(a3, b3, out low);
        l6 += low >> LowShift;
        h6 += Math.BigMul(a4, b2, out low);
        l6 += low >> LowShift;

        var h7 = Math.BigMul(a3, b4, out low);
        var l7 = low >> LowShift;
        h7 += Math.BigMul(a4, b3, out low);
        l7 += low >> LowShift;

        var h8 = Math.BigMul(a4, b4, out low);
        var l8 = low >> LowShift;

        return Fold(l0, l1, l2, l3, l4, l5, l6, l7, l8, h0, h1, h2, h3, h4, h5, h6, h7, h8);
    }

    /// <summary>The square, tight. Limbs are at most 2^54.</summary>
    public static FieldElement Square(in FieldElement a)
    {
        a.AssertLimbsBelow(FactorBound);
        ulong a0 = a._l0 << LeftShift, a1 = a._l1 << LeftShift, a2 = a._l2 << LeftShift, a3 = a._l3 << LeftShift, a4 = a._l4 << LeftShift;
        ulong b0 = a._l0 << RightShift, b1 = a._l1 << RightShift, b2 = a._l2 << RightShift, b3 = a._l3 << RightShift, b4 = a._l4 << RightShift;
        ulong c1 = b1 << 1, c2 = b2 << 1, c3 = b3 << 1, c4 = b4 << 1;
        ulong low;

        var h0 = Math.BigMul(a0, b0, out low);
        var l0 = low >> LowShift;

        var h1 = Math.BigMul(a0, c1, out low);
        var l1 = low >> LowShift;

        var h2 = Math.BigMul(a0, c2, out low);
        var l2 = low >> LowShift;
        h2 += Math.BigMul(a1, b1, out low);
        l2 += low >> LowShift;

        var h3 = Math.BigMul(a0, c3, out low);
        var l3 = low >> LowShift;
        h3 += Math.BigMul(a1, c2, out low);
        l3 += low >> LowShift;

        var h4 = Math.BigMul(a0, c4, out low);
        var l4 = low >> LowShift;
        h4 += Math.BigMul(a1, c3, out low);
        l4 += low >> LowShift;
        h4 += Math.BigMul(a2, b2, out low);
        l4 += low >> LowShift;

        var h5 = Math.BigMul(a1, c4, out low);
        var l5 = low >> LowShift;
        h5 += Math.BigMul(a2, c3, out low);
        l5 += low >> LowShift;

        var h6 = Math.BigMul(a2, c4, out low);
        var l6 = low >> LowShift;
        h6 += Math.BigMul(a3, b3, out low);
        l6 += low >> LowShift;

        var h7 = Math.BigMul(a3, c4, out low);
        var l7 = low >> LowShift;

        var h8 = Math.BigMul(a4, b4, out low);
        var l8 = low >> LowShift;

        return Fold(l0, l1, l2, l3, l4, l5, l6, l7, l8, h0, h1, h2, h3, h4, h5, h6, h7, h8);
    }

    /// <summary>The product with a constant below 2^18, tight.</summary>
    public static FieldElement MultiplySmall(in FieldElement a, uint b)
    {
        a.AssertLimbsBelow(FactorBound);
        var factor = (ulong)b << RightShift;
        var h0 = Math.BigMul(a._l0 << LeftShift, factor, out var l0);
        var h1 = Math.BigMul(a._l1 << LeftShift, factor, out var l1);
        var h2 = Math.BigMul(a._l2 << LeftShift, factor, out var l2);
        var h3 = Math.BigMul(a._l3 << LeftShift, factor, out var l3);
        var h4 = Math.BigMul(a._l4 << LeftShift, factor, out var l4);
        return new FieldElement(
            (l0 >> LowShift) + (19 * h4),
            (l1 >> LowShift) + h0,
            (l2 >> LowShift) + h1,
            (l3 >> LowShift) + h2,
            (l4 >> LowShift) + h3);
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
    /// Adds the nine columns of a product up to five limbs (column k + 5 weighs 19 times column k, as 2^255 = 19 mod p; a high word
    /// belongs to the column after its own) and carries once. With factors up to 2^54 no sum exceeds 2^64.
    /// </summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static FieldElement Fold(
        ulong l0, ulong l1, ulong l2, ulong l3, ulong l4, ulong l5, ulong l6, ulong l7, ulong l8,
        ulong h0, ulong h1, ulong h2, ulong h3, ulong h4, ulong h5, ulong h6, ulong h7, ulong h8)
    {
        var r0 = l0 + (19 * (l5 + h4));
        var r1 = l1 + h0 + (19 * (l6 + h5));
        var r2 = l2 + h1 + (19 * (l7 + h6));
        var r3 = l3 + h2 + (19 * (l8 + h7));
        var r4 = l4 + h3 + (19 * h8);
        return new FieldElement(
            (r0 & LimbMask) + (19 * (r4 >> LimbBits)),
            (r1 & LimbMask) + (r0 >> LimbBits),
            (r2 & LimbMask) + (r1 >> LimbBits),
            (r3 & LimbMask) + (r2 >> LimbBits),
            (r4 & LimbMask) + (r3 >> LimbBits));
    }
}
