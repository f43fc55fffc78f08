using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Protos;
using static Wuts.WhatsApp.Tests.History.HistoryBlobs;

namespace Wuts.WhatsApp.Tests.History;

public class HistoryReaderTests
{
    private const string Lid = HistoryBlobs.Lid;

    public static TheoryData<int> BlobTypes => [0, 1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(BlobTypes))]
    public void General_fields_are_read_from_blobs_of_every_type(int type)
    {
        var blob = new HistorySync
        {
            SyncType = (HistorySyncNotification.Types.HistorySyncType)type,
            ChunkOrder = 3,
            Progress = 70,
            NctSalt = ByteString.CopyFrom(1, 2, 3),
            GlobalSettings = new GlobalSettings { ChatDbLidMigrationTimestamp = 1750000000 },
            Pushnames = { new Pushname { Id = Pn, Pushname_ = "p" } },
            PhoneNumberToLidMappings = { new PhoneNumberToLIDMapping { PnJid = Pn, LidJid = Lid } },
            InlineContacts = { new InlineContact { PnJid = Pn, FullName = "f" } },
            Accounts = { new Account { Lid = Lid, Username = "u", CountryCode = "DE" } },
            Conversations = { new Conversation { Id = Pn, Name = "t", TcToken = ByteString.CopyFrom(9), TcTokenTimestamp = 5 } },
        };
        using var reader = Reader(blob);

        var items = reader.ReadItems().ToList();

        Assert.Equal(type, (int)reader.SyncType!);
        Assert.Equal(3U, reader.ChunkOrder);
        Assert.Equal(70U, reader.Progress);
        Assert.Equal(1, reader.Conversations);
        Assert.Equal(
            [
                typeof(HistoryItem.ChatTitle), typeof(HistoryItem.ClientTokenSalt), typeof(HistoryItem.IdentityPair),
                typeof(HistoryItem.InlineContact), typeof(HistoryItem.LidMigration), typeof(HistoryItem.OwnAccount),
                typeof(HistoryItem.PrivacyToken), typeof(HistoryItem.PushName),
            ],
            items.Select(i => i.GetType()).OrderBy(t => t.Name, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("d", "n", "u", "d")]
    [InlineData(null, "n", "u", "n")]
    [InlineData(null, null, "u", "u")]
    [InlineData("", "n", "u", "n")]
    public void Chat_title_is_the_display_name_then_the_name_then_the_user_name(
        string? displayName, string? name, string? username, string expected)
    {
        var chat = new Conversation { Id = Lid };
        Set(displayName, v => chat.DisplayName = v);
        Set(name, v => chat.Name = v);
        Set(username, v => chat.Username = v);

        Assert.Equal(new HistoryItem.ChatTitle(Jid.Parse(Lid), expected), Assert.Single(Read(chat)));
    }

    [Theory]
    [InlineData("0@s.whatsapp.net")]
    [InlineData("status@broadcast")]
    [InlineData("120363000000000000@newsletter")]
    [InlineData("867051314767696@bot")]
    [InlineData("13135550002@s.whatsapp.net")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void Chats_that_are_no_people_give_nothing(string id)
    {
        var chat = new Conversation { Id = id, Name = "n", PnJid = Pn, LidJid = Lid, TcToken = ByteString.CopyFrom(1) };
        chat.Messages.Add(Incoming("name", 1));

        Assert.Empty(Read(chat));
    }

    [Fact]
    public void Group_gives_its_subject_and_its_senders_names_but_no_pairs()
    {
        var chat = new Conversation { Id = "120363021234567890@g.us", Name = "Subject", PnJid = Pn, LidJid = Lid };
        var message = Incoming("Ann", 5);
        message.Message.Participant = Lid;
        chat.Messages.Add(message);

        Assert.Equal(
            [
                new HistoryItem.GroupSubject(Jid.Parse("120363021234567890@g.us"), "Subject"),
                new HistoryItem.PushName(Jid.Parse(Lid), "Ann", HistoryNameSource.Message),
            ],
            Read(chat));
    }

    [Theory]
    [InlineData(Pn, null, Lid, null)]
    [InlineData(Pn, null, null, Lid)]
    [InlineData(Pn, null, Lid, "100000000000002@lid")]
    [InlineData(Lid, Pn, null, null)]
    [InlineData("100000000000001:7@lid", "491700000001:3@s.whatsapp.net", null, null)]
    [InlineData("491700000001@c.us", null, Lid, null)]
    public void Chat_with_both_addresses_gives_the_pair(string id, string? phone, string? lid, string? accountLid)
    {
        var chat = new Conversation { Id = id };
        Set(phone, v => chat.PnJid = v);
        Set(lid, v => chat.LidJid = v);
        Set(accountLid, v => chat.AccountLid = v);

        Assert.Equal(
            new HistoryItem.IdentityPair(Jid.Parse(Pn), Jid.Parse(Lid), HistoryPairSource.Conversation), Assert.Single(Read(chat)));
    }

    [Theory]
    [InlineData(Pn, Pn)]
    [InlineData(Lid, Lid)]
    [InlineData(Pn, "120363021234567890@g.us")]
    [InlineData("0@s.whatsapp.net", Lid)]
    [InlineData("13135550002@s.whatsapp.net", Lid)]
    public void Addresses_that_cannot_be_one_person_give_no_pair(string one, string other)
    {
        var blob = NewBlob();
        blob.PhoneNumberToLidMappings.Add(new PhoneNumberToLIDMapping { PnJid = one, LidJid = other });

        Assert.Empty(Reader(blob).ReadItems());
    }

    [Fact]
    public void Receipts_of_own_messages_name_the_partner_only_when_they_agree()
    {
        var own = Jid.Parse("491700000099@s.whatsapp.net");
        var agreeing = new Conversation { Id = Lid, Messages = { Outgoing(Pn), Outgoing(own.ToString()), Outgoing(Pn) } };
        var differing = new Conversation { Id = Lid, Messages = { Outgoing(Pn), Outgoing("491700000002@s.whatsapp.net") } };
        var incoming = new Conversation { Id = Lid, Messages = { Outgoing(Pn) } };
        incoming.Messages[0].Message.Key.FromMe = false;

        Assert.Equal(
            new HistoryItem.IdentityPair(Jid.Parse(Pn), Jid.Parse(Lid), HistoryPairSource.Receipt), Assert.Single(Read(agreeing, own)));
        Assert.Empty(Read(differing, own));
        Assert.Empty(Read(incoming, own));
    }

    [Fact]
    public void Newest_message_gives_the_push_name()
    {
        var chat = new Conversation { Id = Pn, Messages = { Incoming("middle", 5), Incoming("new", 9), Incoming("old", 1), Incoming("-", 10) } };
        chat.Messages[1].Message.VerifiedBizName = "Shop";

        Assert.Equal(
            [
                new HistoryItem.PushName(Jid.Parse(Pn), "new", HistoryNameSource.Message),
                new HistoryItem.BusinessName(Jid.Parse(Pn), "Shop"),
            ],
            Read(chat));
    }

    [Fact]
    public void Number_of_names_from_one_chat_is_limited()
    {
        var chat = new Conversation { Id = "120363021234567890@g.us" };
        for (var i = 0; i < 30; i++)
        {
            var message = Incoming("n", 1);
            message.Message.Participant = $"4917000000{i:00}@s.whatsapp.net";
            chat.Messages.Add(message);
        }

        using var reader = Reader(NewBlob(chat), HistoryLimits.Default with { MaxNamesPerChat = 10 });

        Assert.Equal(10, reader.ReadItems().Count());
    }

    [Fact]
    public void Text_longer_than_the_limit_is_passed_over_and_the_rest_is_read()
    {
        var limit = HistoryLimits.Default.MaxTextSize;
        var blob = NewBlob();
        blob.Pushnames.Add(new Pushname { Id = Pn, Pushname_ = new string('a', limit) });
        blob.Pushnames.Add(new Pushname { Id = Lid, Pushname_ = new string('a', limit + 1) });
        blob.Pushnames.Add(new Pushname { Id = new string('1', 200) + "@s.whatsapp.net", Pushname_ = "long id" });
        blob.Pushnames.Add(new Pushname { Id = Lid, Pushname_ = "good" });

        var names = Reader(blob).ReadItems().Cast<HistoryItem.PushName>().ToList();

        Assert.Equal([limit, 4], names.Select(n => n.Name.Length));
    }

    [Fact]
    public void Moved_chat_names_both_addresses()
    {
        var chat = new Conversation { Id = Pn, NewJid = "491700000002@s.whatsapp.net", OldJid = "491700000003@s.whatsapp.net" };

        Assert.Equal(
            [
                new HistoryItem.ChatMoved(Jid.Parse(Pn), Jid.Parse("491700000002@s.whatsapp.net")),
                new HistoryItem.ChatMoved(Jid.Parse("491700000003@s.whatsapp.net"), Jid.Parse(Pn)),
            ],
            Read(chat));
    }

    [Fact]
    public void Account_without_its_user_name_any_more_has_none()
    {
        var blob = NewBlob();
        blob.Accounts.Add(new Account { Lid = Lid, Username = "gone", IsUsernameDeleted = true });

        Assert.Equal(new HistoryItem.OwnAccount(Jid.Parse(Lid), null, null), Assert.Single(Reader(blob).ReadItems()));
    }

    [Fact]
    public void Text_of_an_item_shows_nobody()
    {
        var item = new HistoryItem.PushName(Jid.Parse(Pn), "Ann", HistoryNameSource.List);

        Assert.Equal("PushName", item.ToString());
    }

    private static void Set(string? value, Action<string> set)
    {
        if (value is not null)
        {
            set(value);
        }
    }
}
