using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.PreKeys;

public class PreKeyTests
{
    [Fact]
    public void Ids_count_up_and_start_over_after_the_last()
    {
        Assert.Equal(2u, PreKeyIds.Next(1));
        Assert.Equal(PreKeyIds.First, PreKeyIds.Next(PreKeyIds.Last));
        Assert.Equal([0xFF_FFFEu, 0xFF_FFFF, 1, 2], PreKey.Generate(PreKeyIds.Last - 1, 4).Select(k => k.Id));
    }

    [Theory]
    [InlineData(1, "000001")]
    [InlineData(65536, "010000")]
    [InlineData(0xFFFFFF, "ffffff")]
    public void Ids_have_three_bytes_on_the_wire(uint id, string wire)
    {
        Assert.Equal(wire, Hex.Text(PreKeyIds.ToBytes(id)));
        Assert.True(PreKeyIds.TryRead(Hex.Bytes(wire), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0001")]
    [InlineData("00000001")]
    public void Ids_of_another_length_are_refused(string wire) => Assert.False(PreKeyIds.TryRead(Hex.Bytes(wire), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(0x100_0000)]
    public void Ids_outside_of_24_bits_are_refused(uint id)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PreKey(id, KeyPair.Generate()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SignedPreKey(id, KeyPair.Generate(), new byte[64]));
    }

    [Fact]
    public void Generated_pre_keys_differ()
    {
        var keys = PreKey.Generate(1, 3);

        Assert.Equal(3, keys.Select(k => Hex.Text(k.KeyPair.PublicKey)).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => PreKey.Generate(1, 0));
    }

    [Fact]
    public void Generated_signed_pre_key_is_signed_with_the_type_byte()
    {
        var identity = KeyPair.Generate();

        var key = SignedPreKey.Generate(identity);

        var typeByte = VectorFile.Open("curve25519.json").GetProperty("typeByte").GetByte();
        Assert.Equal(PublicKeys.Type, typeByte);
        Assert.Equal(PreKeyIds.First, key.Id);
        Assert.True(XEdDsa.Verify(identity.PublicKey, [typeByte, .. key.KeyPair.PublicKey], key.Signature.Span));
        Assert.True(SignedPreKey.Verify(identity.PublicKey, key.KeyPair.PublicKey, key.Signature.Span));
        Assert.False(SignedPreKey.Verify(KeyPair.Generate().PublicKey, key.KeyPair.PublicKey, key.Signature.Span));
    }

    [Fact]
    public void Signature_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => new SignedPreKey(1, KeyPair.Generate(), new byte[63]));
}
