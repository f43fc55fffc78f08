using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync section 1.3, as a table.</summary>
public class SessionAddressingTests
{
    [Theory]
    [InlineData("1@s.whatsapp.net", "", "", "1.0", null)]
    [InlineData("1:7@s.whatsapp.net", "", "9@lid", "9_1.7", "1")]
    [InlineData("1:7@s.whatsapp.net", "9:7@lid", "", "9_1.7", "1")]
    [InlineData("1:7@s.whatsapp.net", "9:7@lid", "9@lid", "9_1.7", "1")]
    [InlineData("1:7@s.whatsapp.net", "9:7@lid", "8@lid", "9_1.7", null)] // the number belonged to somebody else before
    [InlineData("9:7@lid", "", "", "9_1.7", null)]
    [InlineData("9:7@lid", "1:7@s.whatsapp.net", "", "9_1.7", "1")]
    [InlineData("9:7@lid", "1:7@s.whatsapp.net", "9@lid", "9_1.7", "1")]
    [InlineData("9:7@lid", "1:7@s.whatsapp.net", "8@lid", "9_1.7", null)]
    [InlineData("13135551234@s.whatsapp.net", "9@lid", "", "13135551234.0", null)] // a bot by its number
    public void Sessions_are_kept_under_the_lid_and_move_when_it_is_learned(
        string sender, string alternative, string known, string address, string? moveFrom)
    {
        Assert.True(SessionAddressing.TryResolve(Jid.Parse(sender), Optional(alternative), Optional(known), out var addressing));
        Assert.Equal(address, addressing.Address.ToString());
        Assert.Equal(moveFrom, addressing.MoveFrom);
    }

    [Fact]
    public void What_is_not_a_person_has_no_session() =>
        Assert.False(SessionAddressing.TryResolve(Jid.Parse("867051314767696@bot"), default, default, out _));

    private static Jid Optional(string text) => text.Length == 0 ? default : Jid.Parse(text);
}
