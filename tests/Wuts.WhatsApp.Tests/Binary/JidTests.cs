using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class JidTests
{
    [Fact]
    public void Common_vectors_parse_to_their_parts()
    {
        foreach (var vector in VectorFile.Open("jids.json").GetProperty("common").EnumerateArray())
        {
            var jid = Jid.Parse(vector.TextOf("input"));

            Assert.Equal(vector.TextOf("user"), jid.User);
            Assert.Equal(vector.GetProperty("device").GetInt32(), jid.Device);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("1@")]
    [InlineData("1@a@b")]
    [InlineData("1:x@s.whatsapp.net")]
    [InlineData("1:70000@s.whatsapp.net")]
    [InlineData(":7@s.whatsapp.net")]
    public void Text_that_is_no_address_is_refused(string text) => Assert.False(Jid.TryParse(text, out _));

    [Theory]
    [InlineData("@s.whatsapp.net", "s.whatsapp.net")]
    [InlineData("15550001234@c.us", "15550001234@s.whatsapp.net")]
    [InlineData("15550001234.0:7@s.whatsapp.net", "15550001234:7@s.whatsapp.net")]
    [InlineData("15550001234:0@s.whatsapp.net", "15550001234@s.whatsapp.net")]
    [InlineData("a.b@lid", "a.b@lid")]
    public void Text_is_normalised(string text, string expected) => Assert.Equal(expected, Jid.Parse(text).ToString());
}
