using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

public class SignalAddressTests
{
    [Fact]
    public void Vectors_are_written_and_read_back()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("signal_address").EnumerateArray())
        {
            var address = SignalAddress.FromJid(Jid.Parse(vector.TextOf("jid")));
            Assert.Equal(vector.TextOf("address"), address.ToString());
            Assert.Equal(address, SignalAddress.Parse(vector.TextOf("address")));
        }
    }

    [Theory]
    [InlineData("120363021234567890@g.us")]
    [InlineData("status@broadcast")]
    [InlineData("s.whatsapp.net")]
    [InlineData("1_1@lid")]
    [InlineData("100000000000001_1@s.whatsapp.net")]
    [InlineData("a.b@lid")]
    public void What_is_not_a_person_or_could_pass_for_another_has_no_address(string jid)
    {
        Assert.False(SignalAddress.TryFromJid(Jid.Parse(jid), out _));
        Assert.Throws<ArgumentException>(() => SignalAddress.FromJid(Jid.Parse(jid)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(".1")]
    [InlineData("1.")]
    [InlineData("1.-1")]
    [InlineData("1.70000")]
    public void Text_that_is_no_address_is_refused(string text) =>
        Assert.Throws<FormatException>(() => SignalAddress.Parse(text));
}
