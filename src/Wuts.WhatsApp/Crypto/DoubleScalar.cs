namespace Wuts.WhatsApp.Crypto;

/// <summary>The sum of two multiples that verification computes. Time depends on the operands, so they are public ones only.</summary>
internal static class DoubleScalar
{
    private const int Bits = 256;

    // A window of w bits needs 2^(w − 2) odd multiples and leaves one addition for every w + 1 bits. The multiples of B are kept,
    // those of the other point are made anew each time.
    private const int BaseWindow = 8;
    private const int PointWindow = 5;

    private static readonly AffineAddend[] BaseMultiples = BuildBaseMultiples();

    /// <summary>s·B + h·P for scalars of 32 bytes below 2^255.</summary>
    public static EdwardsPoint Multiply(ReadOnlySpan<byte> s, ReadOnlySpan<byte> h, in EdwardsPoint p)
    {
        Span<sbyte> baseDigits = stackalloc sbyte[Bits];
        Span<sbyte> pointDigits = stackalloc sbyte[Bits];
        ToSparseDigits(s, BaseWindow, baseDigits);
        ToSparseDigits(h, PointWindow, pointDigits);

        Span<EdwardsPoint> points = stackalloc EdwardsPoint[1 << (PointWindow - 2)];
        Span<ProjectiveAddend> pointMultiples = stackalloc ProjectiveAddend[points.Length];
        OddMultiples(p, points);
        for (var i = 0; i < points.Length; i++)
        {
            pointMultiples[i] = points[i].ToAddend();
        }

        var sum = EdwardsPoint.Identity;
        var doublings = 0;
        for (var i = Bits - 1; i >= 0; i--)
        {
            doublings++;
            int b = baseDigits[i];
            int a = pointDigits[i];
            if ((a | b) == 0 && i > 0)
            {
                continue;
            }

            sum = EdwardsPoint.DoubleTimes(sum, doublings);
            doublings = 0;
            if (b != 0)
            {
                ref readonly var addend = ref BaseMultiples[Math.Abs(b) / 2];
                sum = b > 0 ? sum + addend : sum - addend;
            }

            if (a != 0)
            {
                ref readonly var addend = ref pointMultiples[Math.Abs(a) / 2];
                sum = a > 0 ? sum + addend : sum - addend;
            }
        }

        return sum;
    }

    /// <summary>
    /// Writes a number as Σ digit[i]·2^i with odd digits of less than 2^(width − 1), each followed by at least width − 1 zeros.
    /// </summary>
    private static void ToSparseDigits(ReadOnlySpan<byte> scalar, int width, Span<sbyte> digits)
    {
        digits.Clear();
        var carry = 0;
        for (var i = 0; i < Bits;)
        {
            var upper = (i >> 3) + 1 < scalar.Length ? scalar[(i >> 3) + 1] << 8 : 0;
            var window = (((scalar[i >> 3] | upper) >> (i & 7)) & ((1 << width) - 1)) + carry;
            if ((window & 1) == 0)
            {
                i++;
                continue;
            }

            carry = window >> (width - 1);
            digits[i] = (sbyte)(window - (carry << width));
            i += width;
        }
    }

    /// <summary>P, 3P, 5P and so on.</summary>
    private static void OddMultiples(in EdwardsPoint p, Span<EdwardsPoint> multiples)
    {
        var step = EdwardsPoint.DoubleTimes(p, 1).ToAddend();
        multiples[0] = p;
        for (var i = 1; i < multiples.Length; i++)
        {
            multiples[i] = multiples[i - 1] + step;
        }
    }

    private static AffineAddend[] BuildBaseMultiples()
    {
        var points = new EdwardsPoint[1 << (BaseWindow - 2)];
        OddMultiples(EdwardsPoint.Base, points);
        return EdwardsPoint.ToAffine(points);
    }
}
