using System.Runtime.InteropServices;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// A point with z = 1 in the form that is cheapest to add to another one: y + x, y − x and 2d·x·y. Padded to a whole number of vectors,
/// as which <see cref="BasePoint"/> looks it up.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct AffineAddend(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement twoDXY)
{
    public readonly FieldElement YPlusX = yPlusX;
    public readonly FieldElement YMinusX = yMinusX;
    public readonly FieldElement TwoDXY = twoDXY;
    private readonly ulong _padding = 0;

    /// <summary>The negative when <paramref name="negate"/> is 1, the value itself when it is 0, in the same time.</summary>
    public AffineAddend NegateIf(ulong negate) =>
        new(
            FieldElement.Select(YPlusX, YMinusX, negate),
            FieldElement.Select(YMinusX, YPlusX, negate),
            FieldElement.Select(TwoDXY, FieldElement.Zero - TwoDXY, negate));
}

/// <summary>A point with any z in the form that is cheapest to add to another one: Y + X, Y − X, 2Z and 2d·T.</summary>
internal readonly struct ProjectiveAddend(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement twoZ, in FieldElement twoDT)
{
    public readonly FieldElement YPlusX = yPlusX;
    public readonly FieldElement YMinusX = yMinusX;
    public readonly FieldElement TwoZ = twoZ;
    public readonly FieldElement TwoDT = twoDT;
}

// Formulas of Hisil, Wong, Carter and Dawson (2008) for extended coordinates with a = −1. They are complete: no pair of points is
// an exception.
internal readonly partial struct EdwardsPoint
{
    /// <summary>The sum of a point and an addend.</summary>
    public static EdwardsPoint operator +(in EdwardsPoint p, in ProjectiveAddend q)
    {
        var c = p._t * q.TwoDT;
        var d = p._z * q.TwoZ;
        return Complete(p, q.YPlusX, q.YMinusX, d - c, d + c);
    }

    /// <summary>The difference of a point and an addend, whose negative has y + x and y − x exchanged and the opposite product.</summary>
    public static EdwardsPoint operator -(in EdwardsPoint p, in ProjectiveAddend q)
    {
        var c = p._t * q.TwoDT;
        var d = p._z * q.TwoZ;
        return Complete(p, q.YMinusX, q.YPlusX, d + c, d - c);
    }

    /// <summary>The sum of a point and an addend.</summary>
    public static EdwardsPoint operator +(in EdwardsPoint p, in AffineAddend q)
    {
        var c = p._t * q.TwoDXY;
        var d = p._z + p._z;
        return Complete(p, q.YPlusX, q.YMinusX, d - c, d + c);
    }

    /// <summary>The difference of a point and an addend.</summary>
    public static EdwardsPoint operator -(in EdwardsPoint p, in AffineAddend q)
    {
        var c = p._t * q.TwoDXY;
        var d = p._z + p._z;
        return Complete(p, q.YMinusX, q.YPlusX, d + c, d - c);
    }

    /// <summary>2^count times the point, for a count of at least 1.</summary>
    public static EdwardsPoint DoubleTimes(in EdwardsPoint p, int count)
    {
        // T is read by additions only, so just the last doubling computes it.
        var x = p._x;
        var y = p._y;
        var z = p._z;
        while (true)
        {
            var xx = FieldElement.Square(x);
            var yy = FieldElement.Square(y);
            var zz = FieldElement.Square(z);
            var h = xx + yy;
            var e = FieldElement.Square(x + y) - h;
            var f = zz + zz + xx - yy;
            var g = yy - xx;
            x = e * f;
            y = g * h;
            z = f * g;
            if (--count == 0)
            {
                return new EdwardsPoint(x, y, z, e * h);
            }
        }
    }

    /// <summary>The point as an addend.</summary>
    public ProjectiveAddend ToAddend() => new(_y + _x, _y - _x, _z + _z, _t * TwoD);

    /// <summary>The points as addends with z = 1, at the price of a single inversion.</summary>
    public static AffineAddend[] ToAffine(ReadOnlySpan<EdwardsPoint> points)
    {
        // before[i] is the product of the z of all points before i, so the inverse of the whole product gives each single inverse.
        var before = new FieldElement[points.Length];
        var product = FieldElement.One;
        for (var i = 0; i < points.Length; i++)
        {
            before[i] = product;
            product *= points[i]._z;
        }

        var inverse = FieldElement.Invert(product);
        var addends = new AffineAddend[points.Length];
        for (var i = points.Length - 1; i >= 0; i--)
        {
            var zInverse = inverse * before[i];
            inverse *= points[i]._z;
            var x = points[i]._x * zInverse;
            var y = points[i]._y * zInverse;
            addends[i] = new AffineAddend(y + x, y - x, x * y * TwoD);
        }

        return addends;
    }

    private static EdwardsPoint Complete(
        in EdwardsPoint p, in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement f, in FieldElement g)
    {
        var a = (p._y - p._x) * yMinusX;
        var b = (p._y + p._x) * yPlusX;
        var e = b - a;
        var h = b + a;
        return new EdwardsPoint(e * f, g * h, f * g, e * h);
    }
}
