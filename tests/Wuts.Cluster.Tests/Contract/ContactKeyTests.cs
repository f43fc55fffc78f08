using Wuts.Core.Devices;
using Wuts.Grains;
using Wuts.WhatsApp.Binary;

namespace Wuts.Cluster.Tests.Contract;

public sealed class ContactKeyTests
{
    [Theory]
    [InlineData("15550001111@s.whatsapp.net")]
    [InlineData("112233@lid")]
    [InlineData("120363039000000000@g.us")]
    [InlineData("a/b@example")]
    public void A_key_says_whose_contact_it_is(string jid)
    {
        var device = DeviceId.New();

        Assert.Equal((device, Jid.Parse(jid)), ContactKey.Parse(ContactKey.Format(device, Jid.Parse(jid))));
    }

    [Fact]
    public void All_devices_of_a_person_are_one_contact() => Assert.Equal(
        ContactKey.Format(new DeviceId(Guid.Empty), Jid.Parse("15550001111@s.whatsapp.net")),
        ContactKey.Format(new DeviceId(Guid.Empty), Jid.Parse("15550001111:7@s.whatsapp.net")));

    [Theory]
    [InlineData("")]
    [InlineData("0b2f1c6e-8f1e-4a9e-9d35-0a7a4f2f6f10")]
    [InlineData("0b2f1c6e-8f1e-4a9e-9d35-0a7a4f2f6f10/")]
    [InlineData("0b2f1c6e-8f1e-4a9e-9d35-0a7a4f2f6f10-15550001111@s.whatsapp.net")]
    [InlineData("zb2f1c6e-8f1e-4a9e-9d35-0a7a4f2f6f10/15550001111@s.whatsapp.net")]
    public void What_is_no_key_is_refused(string key) => Assert.Throws<ArgumentException>(() => ContactKey.Parse(key));
}
