using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class TokenDictionaryTests
{
    private static readonly (string Token, ushort Code)[] All =
    [
        .. Enumerable.Range(1, 235).Select(tag => (TokenDictionary.Single((byte)tag), (ushort)tag)),
        .. from page in Enumerable.Range(236, 4)
           from index in Enumerable.Range(0, 256)
           select (TokenDictionary.Double((byte)page, (byte)index), (ushort)((page << 8) | index)),
    ];

    [Fact]
    public void Every_token_is_found_under_its_own_code()
    {
        Assert.Equal(235 + (4 * 256), All.Length);
        foreach (var (token, code) in All)
        {
            // A copy, so that the text counts and not the instance.
            Assert.True(TokenDictionary.TryGetCode(new string(token), out var found));
            Assert.Equal(code, found);
        }
    }

    [Fact]
    public void No_token_occurs_twice_and_none_is_empty()
    {
        Assert.Equal(All.Length, All.Select(entry => entry.Token).Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(All, entry => entry.Token.Length == 0);
    }

    [Theory]
    [InlineData(1, "xmlstreamstart")]
    [InlineData(3, "s.whatsapp.net")]
    [InlineData(25, "iq")]
    [InlineData(118, "lid")]
    [InlineData(204, "msgr")]
    public void Single_byte_tokens_stand_at_their_line(byte tag, string token) => Assert.Equal(token, TokenDictionary.Single(tag));

    [Theory]
    [InlineData(236, 0, "read-self")]
    [InlineData(237, 238, "pair-device")]
    [InlineData(239, 1, "profile_picture")]
    public void Double_byte_tokens_stand_at_their_line(byte tag, byte index, string token) =>
        Assert.Equal(token, TokenDictionary.Double(tag, index));

    [Fact]
    public void Tokens_are_the_instances_of_literals()
    {
        Assert.Same("iq", TokenDictionary.Single(25));
        Assert.Same(JidServers.User, TokenDictionary.Single(3));
    }

    [Fact]
    public void Text_that_differs_from_a_token_in_one_character_is_none()
    {
        var tokens = All.Select(entry => entry.Token).ToHashSet(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            string[] others = [token + "!", "!" + token, token[..^1], token[1..], .. Enumerable.Range(0, token.Length).Select(Changed)];
            foreach (var other in others)
            {
                Assert.Equal(tokens.Contains(other), TokenDictionary.TryGetCode(other, out _));
            }

            string Changed(int at) => $"{token[..at]}\u0416{token[(at + 1)..]}";
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("IQ")]
    [InlineData("iq\0")]
    [InlineData("15550001234")]
    public void Other_text_has_no_code(string text)
    {
        Assert.False(TokenDictionary.TryGetCode(text, out var code));
        Assert.Equal(0, code);
    }

    [Fact]
    public void Text_longer_than_any_token_has_no_code() => Assert.False(TokenDictionary.TryGetCode(new string('a', 100_000), out _));
}
