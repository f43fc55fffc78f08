using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Wuts.WhatsApp.Crypto;
using static Wuts.WhatsApp.Tests.Crypto.CurveData;

namespace Wuts.WhatsApp.Tests.Crypto;

public class ScalarTests
{
    [Fact]
    public void Reduction_agrees_with_big_integers() =>
        Prop.ForAll(Bytes(64), static wide => Number(Reduce(wide)) == Number(wide) % L)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Multiples_of_the_order_and_their_neighbours_reduce_exactly()
    {
        var highest = (BigInteger.Pow(2, 512) - 1) / L;
        foreach (var factor in new[] { 0, 1, 2, 3, 4, 8, 16, 255, BigInteger.Pow(2, 128), BigInteger.Pow(2, 252), highest })
        {
            for (var offset = -2; offset <= 2; offset++)
            {
                var value = (factor * L) + offset;
                if (value.Sign < 0 || value >= BigInteger.Pow(2, 512))
                {
                    continue;
                }

                var wide = new byte[64];
                Assert.True(value.TryWriteBytes(wide, out _, isUnsigned: true));

                Assert.Equal(Mod(offset, L), Number(Reduce(wide)));
            }
        }
    }

    [Fact]
    public void Multiply_and_add_agrees_with_big_integers() =>
        Prop.ForAll(Bytes(32), Bytes(32), Bytes(32), static (a, b, c) =>
        {
            var result = new byte[Scalar.Size];
            Scalar.MultiplyAdd(a, b, c, result);
            return Number(result) == ((Number(a) * Number(b)) + Number(c)) % L;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_result_may_replace_an_operand()
    {
        var a = Encode(L - 3);

        Scalar.MultiplyAdd(a, a, a, a);

        Assert.Equal(new BigInteger(6), Number(a));
    }

    [Fact]
    public void Canonical_means_below_the_order()
    {
        Assert.True(Scalar.IsCanonical(Encode(0)));
        Assert.True(Scalar.IsCanonical(Encode(L - 1)));
        Assert.False(Scalar.IsCanonical(Encode(L)));
        Assert.False(Scalar.IsCanonical(Encode(L + 1)));
        Assert.False(Scalar.IsCanonical(Encode(BigInteger.Pow(2, 253))));
        Assert.False(Scalar.IsCanonical(Encode(BigInteger.Pow(2, 256) - 1)));
    }

    private static byte[] Reduce(byte[] wide)
    {
        var result = new byte[Scalar.Size];
        Scalar.Reduce(wide, result);
        return result;
    }
}
