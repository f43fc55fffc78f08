using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Pairing;

public class PairDeviceTests
{
    [Fact]
    public void References_are_read_in_order_and_answered()
    {
        var offer = Offer(new Node("ref", [], "2@a,b"u8.ToArray()), new Node("other"), new Node("ref"), new Node("ref", [], "2@c"));

        Assert.True(PairDevice.TryParse(offer, out var references));

        Assert.Equal(["2@a,b", "2@c"], references);
        var reply = PairDevice.BuildReply(offer);
        Assert.Equal(("iq", "result", "4177847319", "s.whatsapp.net"), (reply.Tag, reply["type"], reply["id"], reply["to"]));
        Assert.False(reply.HasContent);
    }

    [Fact]
    public void Offer_without_references_is_none()
    {
        Assert.False(PairDevice.TryParse(Offer(), out _));
        Assert.False(PairDevice.TryParse(new Node("iq", [("type", "set"), ("id", "1"), ("xmlns", "md")]), out _));
    }

    [Fact]
    public void First_code_is_shown_longer_than_the_others()
    {
        Assert.Equal(60, PairDevice.FirstLifetime.TotalSeconds);
        Assert.Equal(20, PairDevice.NextLifetime.TotalSeconds);
    }

    [Theory]
    [InlineData("companion_reg_refresh", "companion_reg_refresh", true)]
    [InlineData("companion_reg_refresh", "pair-device-rotate-qr", true)]
    [InlineData("companion_reg_refresh", "other", false)]
    [InlineData("encrypt", "companion_reg_refresh", false)]
    public void Wish_for_a_new_secret_is_recognised(string type, string child, bool expected)
    {
        Assert.Equal(expected, CompanionRegRefresh.IsRequest(Notification(Jid.WhatsApp)));
        Assert.False(CompanionRegRefresh.IsRequest(Notification(Jid.Parse("15550009999@s.whatsapp.net"))));

        Node Notification(Jid from) => new("notification", [("from", from), ("type", type), ("id", "1")], [new Node(child)]);
    }

    private static Node Offer(params Node[] references) => new(
        "iq", [("from", Jid.WhatsApp), ("type", "set"), ("id", "4177847319"), ("xmlns", "md")], [new Node("pair-device", [], references)]);
}
