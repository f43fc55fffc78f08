using System.Security.Cryptography;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Tests.Crypto;

public class AesCtrTests
{
    private const string Plaintext =
        "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710";

    // NIST SP 800-38A, sections F.5.1, F.5.3 and F.5.5.
    [Theory]
    [InlineData(
        "2b7e151628aed2a6abf7158809cf4f3c",
        "874d6191b620e3261bef6864990db6ce 9806f66b7970fdff8617187bb9fffdff 5ae4df3edbd5d35e5b4f09020db03eab 1e031dda2fbe03d1792170a0f3009cee")]
    [InlineData(
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        "1abc932417521ca24f2b0459fe7e6e0b 090339ec0aa6faefd5ccc2c6f4ce8e94 1e36b26bd1ebc670d1bd1d665620abf7 4f78a7f6d29809585a97daec58c6b050")]
    [InlineData(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        "601ec313775789a5b7a7f504bbf3d228 f443e3ca4d62b59aca84e990cacaf5c5 2b0930daa23de94ce87017ba2d84988d dfc9c58db67aada613c2dd08457941a6")]
    public void Published_vectors_hold(string key, string ciphertext)
    {
        var output = new byte[64];

        AesCtr.Transform(Hex.Bytes(key), Hex.Bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), Hex.Bytes(Plaintext), output);

        Assert.Equal(Hex.Bytes(ciphertext), output);
    }

    [Theory]
    [InlineData("000000000000000000000000000000ff", "00000000000000000000000000000100")]
    [InlineData("00000000000000007fffffffffffffff", "00000000000000008000000000000000")]
    [InlineData("0000000000000000ffffffffffffffff", "00000000000000010000000000000000")]
    [InlineData("00ffffffffffffffffffffffffffffff", "01000000000000000000000000000000")]
    [InlineData("ffffffffffffffffffffffffffffffff", "00000000000000000000000000000000")]
    public void The_counter_carries_through_the_whole_block(string first, string second)
    {
        var key = Hex.Bytes("000102030405060708090a0b0c0d0e0f");
        using var aes = Aes.Create();
        aes.Key = key;
        var expected = aes.EncryptEcb(Hex.Bytes(first + second), PaddingMode.None);
        var stream = new byte[32];

        AesCtr.Transform(key, Hex.Bytes(first), stream, stream);

        Assert.Equal(expected, stream);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(5000)]
    public void Any_length_comes_back_after_a_second_pass_in_place(int length)
    {
        var (key, counter) = (Hex.Bytes("000102030405060708090a0b0c0d0e0f"), Hex.Bytes("fffffffffffffffffffffffffffffff0"));
        var plaintext = Enumerable.Range(0, length).Select(static i => (byte)(i * 7)).ToArray();
        byte[] buffer = [.. plaintext, 0xEE];

        AesCtr.Transform(key, counter, buffer.AsSpan(0, length), buffer);
        var ciphertext = buffer.AsSpan(0, length).ToArray();
        AesCtr.Transform(key, counter, buffer.AsSpan(0, length), buffer);

        Assert.Equal([.. plaintext, 0xEE], buffer);
        Assert.True(length < 15 || !ciphertext.AsSpan().SequenceEqual(plaintext));
    }

    [Fact]
    public void A_message_equals_its_parts_with_the_counter_moved_on()
    {
        var (key, plaintext) = (new byte[32], new byte[2048]);
        var (whole, part) = (new byte[2048], new byte[48]);

        AesCtr.Transform(key, new byte[16], plaintext, whole);
        AesCtr.Transform(key, Hex.Bytes("0000000000000000000000000000003f"), plaintext.AsSpan(0, 48), part);

        Assert.Equal(whole[0x3F0..0x420], part);
    }

    [Theory]
    [InlineData(15, 16)]
    [InlineData(17, 16)]
    [InlineData(16, 15)]
    public void Wrong_lengths_are_a_fault_of_the_caller(int counterLength, int outputLength) =>
        Assert.Throws<ArgumentException>(
            () => AesCtr.Transform(new byte[16], new byte[counterLength], new byte[16], new byte[outputLength]));

    [Fact]
    public void A_key_of_an_unknown_length_is_refused() =>
        Assert.Throws<CryptographicException>(() => AesCtr.Transform(new byte[20], new byte[16], new byte[16], new byte[16]));
}
