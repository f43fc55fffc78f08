namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// A point of the curve −x² + y² = 1 + d·x²·y² that Ed25519 uses, in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. All
/// coordinates are tight. The addition formulas hold for every pair of points, so no operation branches on a value except those that
/// say so.
/// </summary>
internal readonly partial struct EdwardsPoint
{
    /// <summary>Length of an encoded point in bytes.</summary>
    public const int Size = 32;

    private const byte SignMask = 0x80;

    /// <summary>The constant d = −121665 / 121666 of the curve.</summary>
    private static readonly FieldElement D = -FieldElement.FromSmall(121665) * FieldElement.Invert(FieldElement.FromSmall(121666));

    private static readonly FieldElement TwoD = (D + D).Tighten();

    /// <summary>A root of −1: 2^((p − 1) / 4), as 2 is no square.</summary>
    private static readonly FieldElement RootOfMinusOne =
        FieldElement.Square(FieldElement.PowerForRoot(FieldElement.FromSmall(2))) * FieldElement.FromSmall(2);

    private readonly FieldElement _x;
    private readonly FieldElement _y;
    private readonly FieldElement _z;
    private readonly FieldElement _t;

    private EdwardsPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t)
    {
        _x = x;
        _y = y;
        _z = z;
        _t = t;
    }

    /// <summary>The neutral element (0, 1).</summary>
    public static EdwardsPoint Identity => new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

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
        var n = (yy - FieldElement.One).Tighten();
        var m = (D * yy) + FieldElement.One;
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
    public void Encode(Span<byte> encoded)
    {
        var inverse = FieldElement.Invert(_z);
        (_y * inverse).Store(encoded);
        encoded[31] |= (byte)((_x * inverse).SignBit() << 7);
    }

    /// <summary>The u coordinate of the same point on Curve25519: (1 + y) / (1 − y), which is 0 for the neutral element.</summary>
    public FieldElement ToMontgomery() => (_z + _y) * FieldElement.Invert(_z - _y);

    /// <summary>Whether eight times the point is the neutral element. For public data.</summary>
    public bool HasSmallOrder() => DoubleTimes(this, 3)._x.IsZero();

    /// <summary>The point mirrored at the y axis.</summary>
    public static EdwardsPoint operator -(in EdwardsPoint p) => new(-p._x, p._y, p._z, -p._t);

    private static EdwardsPoint FromAffine(in FieldElement x, in FieldElement y) =>
        new(x, y, FieldElement.One, x * y);

    private static EdwardsPoint MakeBase()
    {
        Span<byte> encoded = stackalloc byte[Size];
        (FieldElement.FromSmall(4) * FieldElement.Invert(FieldElement.FromSmall(5))).Store(encoded);
        return TryDecode(encoded, out var point) ? point : throw new InvalidOperationException("The base point is not on the curve.");
    }
}
