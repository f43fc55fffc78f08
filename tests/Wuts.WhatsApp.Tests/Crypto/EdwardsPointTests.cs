using System.Numerics;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using static Wuts.WhatsApp.Tests.Crypto.CurveData;

namespace Wuts.WhatsApp.Tests.Crypto;

public class EdwardsPointTests
{
    private const string BaseEncoding = "5866666666666666666666666666666666666666666666666666666666666666";

    [Fact]
    public void The_base_point_has_its_published_encoding()
    {
        Assert.Equal(BaseEncoding, Text(EdwardsPoint.Base));
        Assert.Equal(BaseEncoding, Text(BasePoint.Multiply(Encode(1))));
    }

    [Fact]
    public void The_base_point_times_its_order_is_neutral()
    {
        Assert.Equal(Hex.Text(Encode(1)), Text(BasePoint.Multiply(Encode(L))));
        Assert.Equal(BaseEncoding, Text(BasePoint.Multiply(Encode(L + 1))));
        Assert.Equal(Hex.Text(Encode(1)), Text(BasePoint.Multiply(Encode(0))));
    }

    [Fact]
    public void Multiples_of_the_base_point_agree_with_repeated_addition()
    {
        var sum = EdwardsPoint.Identity;
        var step = EdwardsPoint.Base.ToAddend();
        for (var i = 0; i <= 300; i++)
        {
            Assert.Equal(Text(sum), Text(BasePoint.Multiply(Encode(i))));
            Assert.Equal(Text(-sum), Text(BasePoint.Multiply(Encode(L - i))));
            sum += step;
        }
    }

    [Fact]
    public void Multiplying_by_the_base_point_equals_the_ladder_from_9() => ForAll32(150, (privateKey, _) =>
    {
        var (byTable, byLadder) = (new byte[32], new byte[32]);
        X25519.DerivePublicKey(privateKey, byTable);
        return X25519.TryAgree(privateKey, Encode(9), byLadder) && byTable.AsSpan().SequenceEqual(byLadder);
    });

    [Fact]
    public void The_sum_of_two_multiples_equals_the_multiple_by_the_sum() => ForAll32(150, (x, y) =>
    {
        // With P = k·B, s·B + h·P = (h·k + s)·B.
        var (s, h) = (Reduced(x), Reduced(y));
        var k = Reduced([.. x.Reverse()]);
        var combined = new byte[Scalar.Size];
        Scalar.MultiplyAdd(h, k, s, combined);
        return Text(DoubleScalar.Multiply(s, h, BasePoint.Multiply(k))) == Text(BasePoint.Multiply(combined));
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(127, 15)]
    [InlineData(128, 16)]
    [InlineData(129, 17)]
    [InlineData(255, 31)]
    public void The_sum_of_small_multiples_is_right(int s, int h) =>
        Assert.Equal(
            Text(BasePoint.Multiply(Encode(s + (3 * h)))),
            Text(DoubleScalar.Multiply(Encode(s), Encode(h), BasePoint.Multiply(Encode(3)))));

    [Fact]
    public void Decoding_undoes_encoding() => ForAll32(150, (bytes, _) =>
    {
        var encoded = Text(BasePoint.Multiply(Reduced(bytes)));
        return EdwardsPoint.TryDecode(Hex.Bytes(encoded), out var point) && Text(point) == encoded;
    });

    [Fact]
    public void Random_bytes_decode_only_to_points_of_the_curve() => ForAll32(300, (bytes, _) =>
    {
        var y = Number(bytes) % BigInteger.Pow(2, 255);
        var d = Mod(-121665 * BigInteger.ModPow(121666, P - 2, P), P);
        var xx = Mod(((y * y) - 1) * BigInteger.ModPow((d * y * y) + 1, P - 2, P), P);
        var isSquare = BigInteger.ModPow(xx, (P - 1) / 2, P) <= 1;
        var signOfZero = xx.IsZero && bytes[31] >= 0x80;
        var expected = y < P && isSquare && !signOfZero;
        return EdwardsPoint.TryDecode(bytes, out var point) == expected && (!expected || Text(point) == Hex.Text(bytes));
    });

    [Theory]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // y = p, which stands for 0
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // y = p + 1, which stands for 1
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")] // x = 0 with the sign bit
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")] // y = −1, x = 0 with the sign bit
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // no point has this y
    public void What_is_no_canonical_encoding_of_a_point_is_refused(string encoded) =>
        Assert.False(EdwardsPoint.TryDecode(Hex.Bytes(encoded), out _));

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")] // order 1
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // order 2
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")] // order 4
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")] // order 4
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")] // order 8
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")] // order 8
    public void Points_whose_order_divides_eight_are_recognised(string encoded)
    {
        Assert.True(EdwardsPoint.TryDecode(Hex.Bytes(encoded), out var point));

        Assert.True(point.HasSmallOrder());
        Assert.False((point + EdwardsPoint.Base.ToAddend()).HasSmallOrder());
    }

    private static byte[] Reduced(byte[] bytes) => Encode(Number(bytes) % L);

    private static string Text(EdwardsPoint point)
    {
        var encoded = new byte[EdwardsPoint.Size];
        point.Encode(encoded);
        return Hex.Text(encoded);
    }
}
