using Wuts.Testing;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

public class MessagePaddingTests
{
    [Fact]
    public void Vectors_are_padded_and_unpadded()
    {
        var vectors = VectorFile.Open("misc.json").GetProperty("padding");
        foreach (var vector in vectors.GetProperty("cases").EnumerateArray())
        {
            var padded = MessagePadding.Pad(vector.HexOf("plaintext"), vector.GetProperty("n").GetInt32());
            Assert.Equal(vector.TextOf("padded"), Hex.Text(padded));
            Assert.True(MessagePadding.TryUnpad(padded, out var plaintext));
            Assert.Equal(vector.TextOf("plaintext"), Hex.Text(plaintext));
        }

        foreach (var vector in vectors.GetProperty("invalid").EnumerateArray())
        {
            Assert.False(MessagePadding.TryUnpad(vector.HexOf("padded"), out _), vector.TextOf("reason"));
        }
    }

    [Theory]
    [InlineData(0x00, 15)]
    [InlineData(0x10, 15)]
    [InlineData(0x01, 1)]
    [InlineData(0xF7, 7)]
    [InlineData(0xFF, 15)]
    public void Length_is_the_low_half_of_a_random_byte_and_never_0(int drawn, int expected)
    {
        var padded = MessagePadding.Pad([1, 2, 3], new ScriptedEntropySource([[(byte)drawn]]));
        Assert.Equal(3 + expected, padded.Length);
        Assert.True(MessagePadding.TryUnpad(padded, out var plaintext));
        Assert.Equal([1, 2, 3], plaintext.ToArray());
    }

    [Fact]
    public void Block_padding_and_a_whole_block_of_255_are_taken_off()
    {
        Assert.True(MessagePadding.TryUnpad(MessagePadding.Pad([1], 16), out var one));
        Assert.Equal([1], one.ToArray());
        Assert.True(MessagePadding.TryUnpad(MessagePadding.Pad([], 255), out var none));
        Assert.True(none.IsEmpty);
    }
}
