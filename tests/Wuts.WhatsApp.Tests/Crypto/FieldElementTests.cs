using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Wuts.WhatsApp.Crypto;
using static Wuts.WhatsApp.Tests.Crypto.CurveData;

namespace Wuts.WhatsApp.Tests.Crypto;

public class FieldElementTests
{
    private static readonly BigInteger TwoTo255 = BigInteger.Pow(2, 255);

    public static TheoryData<string> EdgeValues => new(
        "0", "1", "18", "19", "20", "2251799813685247", "2251799813685248", // 2^51 − 1, 2^51
        (P - 1).ToString(), P.ToString(), (P + 1).ToString(), (TwoTo255 - 2).ToString(), (TwoTo255 - 1).ToString(),
        ((P - 1) / 2).ToString(), (TwoTo255 - 1 - BigInteger.Pow(2, 51)).ToString());

    [Theory]
    [MemberData(nameof(EdgeValues))]
    public void Edge_values_survive_loading_and_arithmetic(string text)
    {
        var n = BigInteger.Parse(text);
        var a = FieldElement.Load(Encode(n));

        Assert.Equal(Mod(n, P), Value(a));
        Assert.Equal(Mod(n + n, P), Value(a + a));
        Assert.Equal(Mod(-n, P), Value(-a));
        Assert.Equal(BigInteger.Zero, Value(a - a));
        Assert.Equal(Mod(n * n, P), Value(a * a));
        Assert.Equal(Mod(n * n, P), Value(FieldElement.Square(a)));
        Assert.Equal(BigInteger.ModPow(n, P - 2, P), Value(FieldElement.Invert(a)));
        Assert.Equal(BigInteger.ModPow(n, (P - 5) / 8, P), Value(FieldElement.PowerForRoot(a)));
        Assert.Equal(Mod(n, P).IsZero, a.IsZero());
        Assert.Equal((int)(Mod(n, P) & 1), a.SignBit());
    }

    [Fact]
    public void Bit_255_is_ignored() =>
        Assert.Equal(new BigInteger(5), Value(FieldElement.Load(Encode(TwoTo255 + 5))));

    [Fact]
    public void Arithmetic_agrees_with_big_integers() => ForAll32(2000, (x, y) =>
    {
        var (a, b) = (FieldElement.Load(x), FieldElement.Load(y));
        var (m, n) = (Number(x) % TwoTo255, Number(y) % TwoTo255);
        return Value(a + b) == Mod(m + n, P)
            && Value(a - b) == Mod(m - n, P)
            && Value(a * b) == Mod(m * n, P)
            && Value(FieldElement.Square(b)) == Mod(n * n, P)
            && Value(FieldElement.MultiplySmall(a, 121665)) == Mod(m * 121665, P)
            && Value(FieldElement.Select(a, b, 0)) == Mod(m, P)
            && Value(FieldElement.Select(a, b, 1)) == Mod(n, P);
    });

    [Fact]
    public void Operands_with_the_largest_permitted_limbs_multiply_without_overflow() => ForAll32(2000, (x, y) =>
    {
        var (a, b) = (FieldElement.Load(x), FieldElement.Load(y));
        var (m, n) = (Number(x) % TwoTo255, Number(y) % TwoTo255);
        var left = a + a + a - b;
        var right = b + b + b - a;
        var (l, r) = ((3 * m) - n, (3 * n) - m);
        return Value(left * right) == Mod(l * r, P)
            && Value(FieldElement.Square(left)) == Mod(l * l, P)
            && Value(FieldElement.MultiplySmall(right, (1 << 18) - 1)) == Mod(r * ((1 << 18) - 1), P)
            && Value(FieldElement.MultiplySmall(right, 121665) - left * right) == Mod((r * 121665) - (l * r), P);
    });

    [Fact]
    public void A_value_times_its_inverse_is_one() =>
        Prop.ForAll(Bytes(32), bytes =>
        {
            var a = FieldElement.Load(bytes);
            return a.IsZero() || Value(a * FieldElement.Invert(a)).IsOne;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static BigInteger Value(FieldElement element)
    {
        var bytes = new byte[FieldElement.Size];
        element.Store(bytes);
        var number = Number(bytes);
        Assert.True(number < P, "The encoding is not canonical.");
        return number;
    }
}
