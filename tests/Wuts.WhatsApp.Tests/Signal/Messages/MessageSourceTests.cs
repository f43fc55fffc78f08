using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync section 1.2.</summary>
public class MessageSourceTests
{
    private const string Alice = "491700000001@s.whatsapp.net";
    private const string AliceLid = "100000000000001@lid";

    [Fact]
    public void Vectors_give_sender_chat_and_other_names()
    {
        var names = StanzaVectors.Names("messages").ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            var source = MessageVectors.Source(name);
            foreach (var expected in StanzaVectors.Expect(name).EnumerateObject())
            {
                Check(expected, source, StanzaVectors.Node(name));
            }
        }
    }

    [Fact]
    public void Other_names_of_an_own_message_and_of_peers_are_read()
    {
        var source = Parse(
            ("from", Jid.Parse("100000000000099:3@lid")),
            ("recipient", Jid.Parse(AliceLid)),
            ("peer_recipient_pn", Jid.Parse(Alice)));
        Assert.True(source.IsFromMe);
        Assert.Equal(AliceLid, source.Chat.ToString());
        Assert.Equal(Alice, source.ChatAlternative.ToString());
        Assert.True(source.SenderAlternative.IsEmpty);
        Assert.Equal([Pair(Alice, AliceLid)], source.Pairs);

        var newer = Parse(
            ("from", Jid.Parse("491700000000:3@s.whatsapp.net")),
            ("recipient", Jid.Parse(Alice)),
            ("recipient_lid", Jid.Parse(AliceLid)));
        Assert.Equal(AliceLid, newer.ChatAlternative.ToString());
    }

    [Fact]
    public void Own_message_without_recipient_belongs_to_the_chat_with_oneself()
    {
        var source = Parse(("from", Jid.Parse("491700000000:3@s.whatsapp.net")));
        Assert.True(source.IsFromMe);
        Assert.Equal("491700000000@s.whatsapp.net", source.Chat.ToString());
    }

    [Fact]
    public void Own_device_in_a_group_is_recognised_by_either_name()
    {
        foreach (var own in new[] { "491700000000:3@s.whatsapp.net", "100000000000099:3@lid" })
        {
            var source = Parse(("from", Jid.Parse("120363021234567890@g.us")), ("participant", Jid.Parse(own)));
            Assert.True(source.IsFromMe);
            Assert.Equal("120363021234567890@g.us", source.Chat.ToString());
        }
    }

    [Fact]
    public void Broadcast_sender_is_the_participant()
    {
        var source = Parse(
            ("from", Jid.StatusBroadcast),
            ("participant", Jid.Parse("491700000001:4@s.whatsapp.net")),
            ("participant_lid", Jid.Parse(AliceLid)));
        Assert.Equal(ChatKind.Broadcast, source.Kind);
        Assert.Equal(Jid.StatusBroadcast, source.Chat);
        Assert.Equal("491700000001:4@s.whatsapp.net", source.Sender.ToString());
        Assert.Equal("100000000000001:4@lid", source.SenderAlternative.ToString());
    }

    [Fact]
    public void Hosted_servers_are_normalised()
    {
        var source = Parse(("from", Jid.Parse("491700000001:99@hosted")), ("sender_lid", Jid.Parse("100000000000001:99@hosted.lid")));
        Assert.Equal("491700000001:99@s.whatsapp.net", source.Sender.ToString());
        Assert.Equal("100000000000001:99@lid", source.SenderAlternative.ToString());
        Assert.Equal(Alice, source.Chat.ToString());
        Assert.Equal([Pair(Alice, AliceLid)], source.Pairs);
    }

    [Fact]
    public void Newsletters_and_bots_have_their_own_kind()
    {
        Assert.Equal(ChatKind.Newsletter, Parse(("from", Jid.Parse("120363100000000001@newsletter"))).Kind);

        var stanza = new Node(
            "message",
            [("id", "1"), ("from", Jid.Parse("867051314767696@bot"))],
            [new Node("meta", [("target_chat_jid", Jid.Parse(AliceLid))])]);
        Assert.True(MessageSource.TryParse(stanza, MessageVectors.Own, out var bot));
        Assert.Equal(ChatKind.Bot, bot.Kind);
        Assert.Equal(AliceLid, bot.Chat.ToString());
    }

    [Fact]
    public void Own_name_beside_a_foreign_one_is_not_believed()
    {
        var byPhone = Parse(("from", Jid.Parse(Alice)), ("sender_lid", Jid.Parse("100000000000099@lid")));
        var byLid = Parse(("from", Jid.Parse(AliceLid)), ("sender_pn", Jid.Parse("491700000000@s.whatsapp.net")));
        Assert.All([byPhone, byLid], source => Assert.True(source.SenderAlternative.IsEmpty));
        Assert.All([byPhone, byLid], source => Assert.Empty(source.Pairs));
    }

    [Fact]
    public void Other_name_of_the_same_kind_is_ignored()
    {
        Assert.True(Parse(("from", Jid.Parse(Alice)), ("sender_lid", Jid.Parse(Alice))).SenderAlternative.IsEmpty);
        Assert.True(Parse(("from", Jid.Parse(AliceLid)), ("sender_pn", Jid.Parse(AliceLid))).SenderAlternative.IsEmpty);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData(" ", null)]
    [InlineData("Alice", "Alice")]
    public void Push_names_that_say_nothing_are_ignored(string notify, string? expected) =>
        Assert.Equal(expected, Parse(("from", Jid.Parse(Alice)), ("notify", notify)).PushName);

    [Fact]
    public void Time_user_name_and_queue_are_read()
    {
        var source = Parse(("from", Jid.Parse(Alice)), ("t", "1780000000"), ("offline", "3"), ("sender_username", "alice.a"));
        Assert.Equal(1_780_000_000, source.Time!.Value.ToUnixTimeSeconds());
        Assert.True(source.IsQueued);
        Assert.Equal("alice.a", source.UserName);
        Assert.Null(Parse(("from", Jid.Parse(Alice)), ("t", "99999999999999999")).Time);
    }

    [Fact]
    public void Stanza_that_does_not_say_who_sent_what_is_refused()
    {
        Refused(("from", Jid.Parse(Alice)));
        Refused(("id", ""), ("from", Jid.Parse(Alice)));
        Refused(("id", "1"));
        Refused(("id", "1"), ("from", "nobody"));
        Refused(("id", "1"), ("from", Jid.WhatsApp));
        Refused(("id", "1"), ("from", Jid.Parse("120363021234567890@g.us")));

        static void Refused(params ReadOnlySpan<(string, AttributeValue)> attributes) =>
            Assert.False(MessageSource.TryParse(new Node("message", attributes), MessageVectors.Own, out _));
    }

    private static AddressPair Pair(string phone, string lid)
    {
        Assert.True(AddressPair.TryCreate(Jid.Parse(phone), Jid.Parse(lid), out var pair));
        return pair;
    }

    private static MessageSource Parse(params ReadOnlySpan<(string, AttributeValue)> attributes)
    {
        Assert.True(MessageSource.TryParse(new Node("message", [("id", "1"), .. attributes]), MessageVectors.Own, out var source));
        return source;
    }

    private static void Check(JsonProperty expected, MessageSource source, Node stanza)
    {
        var value = expected.Value;
        switch (expected.Name)
        {
            case "chat":
                Assert.Equal(value.GetString(), source.Chat.ToString());
                break;
            case "chat_alt":
                Assert.Equal(value.GetString(), source.ChatAlternative.ToString());
                break;
            case "sender":
                Assert.Equal(value.GetString(), source.Sender.ToString());
                break;
            case "sender_alt":
                Assert.Equal(value.GetString(), source.SenderAlternative.ToString());
                break;
            case "push_name":
                Assert.Equal(value.GetString(), source.PushName);
                break;
            case "from_me":
                Assert.Equal(value.GetBoolean(), source.IsFromMe);
                break;
            case "peer":
                Assert.Equal(value.GetBoolean(), source.IsPeer);
                break;
            case "session_address":
                Assert.True(SessionAddressing.TryResolve(source.Sender, source.SenderAlternative, default, out var addressing));
                Assert.Equal(value.GetString()!.Split(' ')[0], addressing.Address.ToString());
                break;
            case "mappings":
                Assert.Equal(value.EnumerateArray().Select(pair => Pair(pair[0].GetString()!, pair[1].GetString()!)), source.Pairs);
                break;
            case "decrypt_order":
                var order = value.EnumerateArray().Select(kind => kind.GetString()!.Split(' ')[0]);
                Assert.Equal(order, stanza.Children.ToArray().Where(node => node.Tag == "enc").Select(node => node["type"]!));
                break;
            case "receipt":
                Assert.Equal("type=sender", value.GetString());
                Assert.Equal("sender", Receipts.Delivery(source, MessageVectors.Own, isAvailable: false)["type"]);
                break;
            case "receipts":
                Assert.Equal("type=peer_msg", value[0].GetString());
                Assert.Equal("peer_msg", Receipts.Delivery(source, MessageVectors.Own, isAvailable: false)["type"]);
                Assert.Equal("hist_sync", Receipts.History(source.Id, MessageVectors.Own)["type"]);
                break;
            case "no_payload":
                Assert.NotNull(stanza.Child("unavailable"));
                Assert.Single(source.Pairs);
                break;
            case "plaintext_contains" or "still":
                // What is inside an encryption that the vectors have no keys for, and an explanation.
                break;
            default:
                Assert.Fail($"Nothing checks {expected.Name}.");
                break;
        }
    }
}
