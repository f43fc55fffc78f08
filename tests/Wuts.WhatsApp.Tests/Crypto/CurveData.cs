using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Wuts.WhatsApp.Tests.Crypto;

/// <summary>The numbers behind Curve25519, and random input for properties. A property that fails prints the seed to replay it.</summary>
internal static class CurveData
{
    /// <summary>p = 2^255 − 19.</summary>
    public static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    /// <summary>The order of the base point.</summary>
    public static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    /// <summary>Public keys below 2^255 whose order divides 8, among them those that only a reduction modulo p reveals.</summary>
    public static readonly string[] SmallOrderKeys =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    /// <summary>Arrays of random bytes in which runs of 00 and FF are frequent, as they find missing carries.</summary>
    public static Arbitrary<byte[]> Bytes(int length)
    {
        var anyByte = Gen.Choose(0, 255);
        var extreme = Gen.Elements(0, 0, 255, 255, 1, 254, 127, 128);
        var uniform = anyByte.ArrayOf(length);
        var extremes = extreme.ArrayOf(length);
        var mixed = Gen.Frequency((4, extreme), (1, anyByte)).ArrayOf(length);
        return Gen.Frequency((3, uniform), (1, extremes), (1, mixed))
            .Select(static values => Array.ConvertAll(values, static value => (byte)value))
            .ToArbitrary();
    }

    /// <summary>Checks a property for a number of random arrays of 32 bytes.</summary>
    public static void ForAll32(int tests, Func<byte[], byte[], bool> property) =>
        Prop.ForAll(Bytes(32), Bytes(32), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    /// <summary>The number that little-endian bytes stand for.</summary>
    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    /// <summary>32 bytes, little endian.</summary>
    public static byte[] Encode(BigInteger value)
    {
        var bytes = new byte[32];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    /// <summary>The remainder that is not negative.</summary>
    public static BigInteger Mod(BigInteger value, BigInteger modulus) => ((value % modulus) + modulus) % modulus;
}
