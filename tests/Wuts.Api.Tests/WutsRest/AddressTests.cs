using Wuts.Api.Http;
using Wuts.Api.WutsRest;
using Wuts.Contract.WutsRest;

namespace Wuts.Api.Tests.WutsRest;

public sealed class AddressTests
{
    [Theory]
    [Statement("wuts 1.6", "Spaces, dashes, parentheses and a leading + are dropped from a number; the rest has 10 to 15 digits, the first not 0.")]
    [InlineData("5511999999999", "5511999999999")]
    [InlineData("+55 (11) 99999-9999", "5511999999999")]
    [InlineData(" 1234567890 ", "1234567890")]
    [InlineData("123456789012345", "123456789012345")]
    [InlineData("123456789", null)]
    [InlineData("1234567890123456", null)]
    [InlineData("0511999999999", null)]
    [InlineData("55+11999999999", null)]
    [InlineData("++5511999999999", null)]
    [InlineData("55.11.999999999", null)]
    [InlineData("٥٥١١٩٩٩٩٩٩٩٩٩", null)]
    [InlineData("5511999999999@s.whatsapp.net", null)]
    [InlineData("", null)]
    public void Numbers_are_normalised(string text, string? digits)
    {
        Assert.Equal(digits is not null, WutsInput.Addresses.TryReadNumber(text, out var found, out var problem));
        Assert.Equal(digits, found);
        Assert.Equal(digits is null, problem is not null);
    }

    [Theory]
    [Statement("wuts 1.6", "A jid without @ is a phone number; c.us becomes s.whatsapp.net; the server is lower-cased; a device part is dropped.")]
    [InlineData("5511999999999", "5511999999999@s.whatsapp.net")]
    [InlineData("+55 11 99999-9999", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999@s.whatsapp.net", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999@S.WhatsApp.Net", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999@c.us", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999:12@s.whatsapp.net", "5511999999999@s.whatsapp.net")]
    [InlineData("112233445566778@lid", "112233445566778@lid")]
    [InlineData("112233445566778:4@LID", "112233445566778@lid")]
    [InlineData("120363039000000000@g.us", "120363039000000000@g.us")]
    [InlineData("5511999999999-1400000000@g.us", "5511999999999-1400000000@g.us")]
    [InlineData("123456789012345@g.us", "123456789012345@g.us")]
    [InlineData("1234567890123456789012345@g.us", "1234567890123456789012345@g.us")]
    public void Addresses_are_normalised(string text, string expected)
    {
        Assert.True(WutsInput.Addresses.TryRead(text, AddressKinds.Any, out var jid, out _));
        Assert.Equal(expected, jid.ToString());
    }

    [Theory]
    [Statement("wuts 1.6", "Any other server, and what has not the form of its kind, is refused.")]
    [InlineData("12345678901234@g.us")]
    [InlineData("12345678901234567890123456@g.us")]
    [InlineData("abc@g.us")]
    [MemberData(nameof(AddressContract.NotAddresses), MemberType = typeof(AddressContract))]
    public void Other_addresses_are_refused(string text)
    {
        Assert.False(WutsInput.Addresses.TryRead(text, AddressKinds.Any, out _, out var problem));
        Assert.DoesNotContain(text, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_address_is_refused_before_it_is_looked_at()
    {
        Assert.False(WutsInput.Addresses.TryRead(new string('1', 1_000_000), AddressKinds.Any, out _, out _));
        Assert.False(WutsInput.Addresses.TryReadNumber(new string(' ', 1_000_000), out _, out _));
        Assert.True(WutsInput.Addresses.TryRead(new string('1', 64) + "@lid", AddressKinds.Any, out _, out _));
        Assert.False(WutsInput.Addresses.TryRead(new string('1', 65) + "@lid", AddressKinds.Any, out _, out _));
    }
}
