using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Phone numbers and LIDs as types of their own.</summary>
public class IdentityTests
{
    [Theory]
    [InlineData("1234567")]
    [InlineData("15550001234")]
    [InlineData("123456789012345")]
    public void Number_of_seven_to_fifteen_digits_is_accepted(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number, out var problem));
        Assert.Null(problem);
        Assert.Equal(text, number.Digits);
        Assert.Equal(text, number.ToString());
        Assert.False(number.IsEmpty);
        Assert.Equal(PhoneNumber.Parse(text), number);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("123456", "7 to 15")]
    [InlineData("1234567890123456", "7 to 15")]
    [InlineData("0123456789", "country code")]
    [InlineData("+15550001234", "leading +")]
    [InlineData("1555 0001234", "digits 0 to 9")]
    [InlineData("1555-0001234", "digits 0 to 9")]
    [InlineData(" 15550001234", "digits 0 to 9")]
    [InlineData("15550001234\n", "digits 0 to 9")]
    [InlineData("15550001234@s.whatsapp.net", "digits 0 to 9")]
    [InlineData("1555000123\u0664", "digits 0 to 9")]
    [InlineData("\uff11\uff15\uff15\uff15\uff10\uff10\uff10\uff11", "digits 0 to 9")]
    public void Other_text_is_refused_with_its_problem(string? text, string hint)
    {
        Assert.False(PhoneNumber.TryParse(text, out var number, out var problem));
        Assert.True(number.IsEmpty);
        Assert.Contains(hint, problem, StringComparison.Ordinal);
        Assert.False(text is { Length: > 1 } && problem.Contains(text, StringComparison.Ordinal));
        if (text is not null)
        {
            Assert.Equal(problem, Assert.Throws<FormatException>(() => PhoneNumber.Parse(text)).Message);
        }
    }

    [Theory]
    [InlineData("15550001234@s.whatsapp.net")]
    [InlineData("15550001234:7@s.whatsapp.net")]
    [InlineData("15550001234:99@hosted")]
    public void Address_with_a_phone_number_gives_it(string text)
    {
        Assert.True(PhoneNumber.TryFrom(Jid.Parse(text), out var number));
        Assert.Equal("15550001234", number.Digits);
        Assert.False(Lid.TryFrom(Jid.Parse(text), out _));
    }

    [Theory]
    [InlineData("100000012345678@lid")]
    [InlineData("100000012345678:99@hosted.lid")]
    [InlineData("120363025246125486@g.us")]
    [InlineData("0@s.whatsapp.net")]
    [InlineData("s.whatsapp.net")]
    [InlineData("john_doe@s.whatsapp.net")]
    [InlineData("15550001234@bot")]
    public void Address_without_a_phone_number_gives_none(string text)
    {
        Assert.False(PhoneNumber.TryFrom(Jid.Parse(text), out var number));
        Assert.True(number.IsEmpty);
    }

    [Fact]
    public void Number_becomes_the_address_of_a_device()
    {
        var number = PhoneNumber.Parse("15550001234");

        Assert.Equal("15550001234@s.whatsapp.net", number.ToJid().ToString());
        Assert.Equal("15550001234:255@s.whatsapp.net", number.ToJid(255).ToString());
        Assert.Equal(number.ToJid(), (Jid)number);
    }

    [Theory]
    [InlineData("100000012345678", "100000012345678")]
    [InlineData("100000012345678@lid", "100000012345678")]
    [InlineData("987654321.1@lid", "987654321.1")]
    [InlineData("1", "1")]
    [InlineData("12345678901234567890123456789012", "12345678901234567890123456789012")]
    public void Lid_is_accepted_with_and_without_its_server(string text, string user)
    {
        Assert.True(Lid.TryParse(text, out var lid, out var problem));
        Assert.Null(problem);
        Assert.Equal(user, lid.User);
        Assert.Equal(user + "@lid", lid.ToString());
        Assert.Equal(lid, Lid.Parse(lid.ToString()));
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("@lid", "empty")]
    [InlineData("123456789012345678901234567890123", "at most 32")]
    [InlineData("100000012345678:2@lid", "digits")]
    [InlineData("15550001234@s.whatsapp.net", "digits")]
    [InlineData("100000012345678@LID", "digits")]
    [InlineData("+100000012345678", "digits")]
    [InlineData("10000001234567\u0668", "digits")]
    [InlineData(".1", "begins and ends")]
    [InlineData("1.", "begins and ends")]
    public void Other_text_is_no_lid(string? text, string hint)
    {
        Assert.False(Lid.TryParse(text, out var lid, out var problem));
        Assert.True(lid.IsEmpty);
        Assert.Contains(hint, problem, StringComparison.Ordinal);
        if (text is not null)
        {
            Assert.Equal(problem, Assert.Throws<FormatException>(() => Lid.Parse(text)).Message);
        }
    }

    [Theory]
    [InlineData("100000012345678@lid", true)]
    [InlineData("100000012345678:2@lid", true)]
    [InlineData("100000012345678:99@hosted.lid", true)]
    [InlineData("abc@lid", false)]
    [InlineData("lid", false)]
    [InlineData("15550001234@s.whatsapp.net", false)]
    [InlineData("120363025246125486@g.us", false)]
    public void Address_gives_a_lid_only_when_it_is_one(string text, bool isLid)
    {
        Assert.Equal(isLid, Lid.TryFrom(Jid.Parse(text), out var lid));
        Assert.Equal(!isLid, lid.IsEmpty);
        Assert.Equal(isLid ? "100000012345678" : "", lid.User);
    }

    [Fact]
    public void Lid_becomes_the_address_of_a_device()
    {
        var lid = Lid.Parse("100000012345678@lid");

        Assert.Equal("100000012345678@lid", lid.ToJid().ToString());
        Assert.Equal("100000012345678:2@lid", lid.ToJid(2).ToString());
        Assert.Equal(lid.ToJid(), (Jid)lid);
    }

    [Fact]
    public void Default_has_no_address()
    {
        Assert.Equal("", default(PhoneNumber).ToString());
        Assert.Equal("", default(Lid).ToString());
        Assert.Throws<InvalidOperationException>(() => default(PhoneNumber).ToJid());
        Assert.Throws<InvalidOperationException>(() => default(Lid).ToJid());
    }
}
