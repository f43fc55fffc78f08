namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// A point of the curve −x² + y² = 1 + d·x²·y² that Ed25519 uses, in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. All
/// coordinates are tight. The addition formulas hold for every pair of points, so no operation branches on a value except those that
/// say so.
/// </summary>
internal struct EdwardsPoint
{
    /// <summary>Length of an encoded point in bytes.</summary>
    public const int Size = 32;

    private const byte SignMask = 0x80;

    /// <summary>The constant d = −121665 / 121666 of the curve.</summary>
    private static readonly FieldElement D = -FieldElement.FromSmall(121665) * FieldElement.Invert(FieldElement.FromSmall(121666));

    private static readonly FieldElement TwoD = FieldElement.One * (D + D);

    /// <summary>A root of −1: 2^((p − 1) / 4), as 2 is no square.</summary>
    private static readonly FieldElement RootOfMinusOne =
        FieldElement.Square(FieldElement.PowerForRoot(FieldElement.FromSmall(2))) * FieldElement.FromSmall(2);

    private FieldElement _x;
    private FieldElement _y;
    private FieldElement _z;
    private FieldElement _t;

    /// <summary>The neutral element (0, 1).</summary>
    public static EdwardsPoint Identity => new() { _y = FieldElement.One, _z = FieldElement.One };

    /// <summary>The base point of Ed25519: y = 4/5 and x even. It maps to u = 9 of Curve25519.</summary>
    public static EdwardsPoint Base { get; } = MakeBase();

    /// <summary>
    /// Reads an encoded point: y with the lowest bit of x as bit 255. For public data.
    /// </summary>
    /// <returns>False when y is not below p, when no point has this y, or when x is 0 and the sign bit is set.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out EdwardsPoint point)
    {
        point = default;
        var y = FieldElement.Load(encoded);
        var sign = encoded[31] >> 7;
        Span<byte> canonical = stackalloc byte[Size];
        y.Store(canonical);
        canonical[31] |= (byte)(encoded[31] & SignMask);
        if (!canonical.SequenceEqual(encoded[..Size]))
        {
            return false;
        }

        // x² = n / m with n = y² − 1 and m = d·y² + 1. If n·m³·(n·m⁷)^((p − 5) / 8) is no root, it is one times a root of −1.
        var yy = FieldElement.Square(y);
        var n = FieldElement.One * (yy - FieldElement.One);
        var m = FieldElement.One * ((D * yy) + FieldElement.One);
        var m3 = FieldElement.Square(m) * m;
        var x = n * m3 * FieldElement.PowerForRoot(FieldElement.Square(m3) * m * n);
        var check = FieldElement.Square(x) * m;
        if (!(check - n).IsZero())
        {
            if (!(check + n).IsZero())
            {
                return false;
            }

            x *= RootOfMinusOne;
        }

        if (x.SignBit() != sign)
        {
            if (x.IsZero())
            {
                return false;
            }

            x = -x;
        }

        point = FromAffine(x, y);
        return true;
    }

    /// <summary>Writes the encoding: 32 bytes, y with the lowest bit of x as bit 255.</summary>
    public readonly void Encode(Span<byte> encoded)
    {
        var inverse = FieldElement.Invert(_z);
        (_y * inverse).Store(encoded);
        encoded[31] |= (byte)((_x * inverse).SignBit() << 7);
    }

    /// <summary>The u coordinate of the same point on Curve25519: (1 + y) / (1 − y), which is 0 for the neutral element.</summary>
    public readonly FieldElement ToMontgomery() => (_z + _y) * FieldElement.Invert(_z - _y);

    /// <summary>Whether eight times the point is the neutral element. For public data.</summary>
    public readonly bool HasSmallOrder() => Double(Double(Double(this)))._x.IsZero();

    /// <summary>The point mirrored at the y axis.</summary>
    public static EdwardsPoint operator -(in EdwardsPoint p) => new() { _x = -p._x, _y = p._y, _z = p._z, _t = -p._t };

    /// <summary>The sum of two points.</summary>
    public static EdwardsPoint operator +(in EdwardsPoint p, in EdwardsPoint q)
    {
        var a = (p._y - p._x) * (q._y - q._x);
        var b = (p._y + p._x) * (q._y + q._x);
        var c = p._t * TwoD * q._t;
        var d = p._z * (q._z + q._z);
        return Complete(b - a, d - c, d + c, b + a);
    }

    /// <summary>Twice the point.</summary>
    public static EdwardsPoint Double(in EdwardsPoint p)
    {
        var xx = FieldElement.Square(p._x);
        var yy = FieldElement.Square(p._y);
        var zz = FieldElement.Square(p._z);
        var e = FieldElement.Square(p._x + p._y) - (xx + yy);
        var f = zz + zz + xx - yy;
        return Complete(e, f, yy - xx, xx + yy);
    }

    /// <summary>The product with a secret scalar of 32 bytes, in time that does not depend on it.</summary>
    public static EdwardsPoint Multiply(ReadOnlySpan<byte> scalar, in EdwardsPoint p)
    {
        var result = Identity;
        for (var t = 255; t >= 0; t--)
        {
            result = Double(result);
            var sum = result + p;
            var bit = (ulong)(scalar[t >> 3] >> (t & 7)) & 1;
            FieldElement.ConditionalSwap(ref result._x, ref sum._x, bit);
            FieldElement.ConditionalSwap(ref result._y, ref sum._y, bit);
            FieldElement.ConditionalSwap(ref result._z, ref sum._z, bit);
            FieldElement.ConditionalSwap(ref result._t, ref sum._t, bit);
        }

        return result;
    }

    private static EdwardsPoint Complete(in FieldElement e, in FieldElement f, in FieldElement g, in FieldElement h) =>
        new() { _x = e * f, _y = g * h, _z = f * g, _t = e * h };

    private static EdwardsPoint FromAffine(in FieldElement x, in FieldElement y) =>
        new() { _x = x, _y = y, _z = FieldElement.One, _t = x * y };

    private static EdwardsPoint MakeBase()
    {
        Span<byte> encoded = stackalloc byte[Size];
        (FieldElement.FromSmall(4) * FieldElement.Invert(FieldElement.FromSmall(5))).Store(encoded);
        return TryDecode(encoded, out var point) ? point : throw new InvalidOperationException("The base point is not on the curve.");
    }
}
