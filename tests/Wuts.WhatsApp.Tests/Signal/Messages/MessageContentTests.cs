using System.Globalization;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal.Messages;
using ProtocolType = Wuts.WhatsApp.Protos.ProtocolMessage.Types.Type;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync section 1.9.</summary>
public class MessageContentTests
{
    private static readonly MessageSource OwnPhone = Source("491700000000@s.whatsapp.net");
    private static readonly MessageSource OwnCompanion = Source("100000000000099:3@lid");
    private static readonly MessageSource Stranger = Source("491700000001@s.whatsapp.net");

    [Fact]
    public void Vectors_of_peer_messages_are_read()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("peer_messages").EnumerateObject())
        {
            var content = Read(vector.Value.HexOf("message"), OwnPhone);
            switch (vector.Name)
            {
                case "key_share":
                    var share = Assert.IsType<PeerContent.AppStateKeys>(content.Content).Share;
                    var expected = vector.Value.GetProperty("expect");
                    Assert.Equal(
                        expected.GetProperty("store").EnumerateArray().Select(key =>
                            (key.TextOf("key_id"), key.TextOf("key_data"), key.GetProperty("timestamp").GetInt64())),
                        share.Keys.Select(key => (key.Id.ToString(), Hex.Text(key.Data), key.Timestamp)));
                    Assert.Equal(
                        expected.GetProperty("orphan").EnumerateArray().Select(text => text.GetString()!.Split(' ')[0]),
                        share.Missing.Select(id => id.ToString()));
                    break;
                case "key_request":
                    var ids = vector.Value.GetProperty("key_ids").EnumerateArray().Select(id => id.GetString()).ToArray();
                    Assert.Equal(ids, Assert.IsType<PeerContent.AppStateKeysWanted>(content.Content).KeyIds.Select(id => id.ToString()));
                    var built = KeyShare.BuildRequest(ids.Select(id => new AppStateKeyId(Hex.Bytes(id!))));
                    Assert.Equal(vector.Value.TextOf("message"), Hex.Text(built.ToByteArray()));
                    break;
                case "fatal_exception":
                    var failure = Assert.IsType<PeerContent.AppStateFailure>(content.Content);
                    Assert.Equal(
                        vector.Value.GetProperty("expect").GetProperty("collections").EnumerateArray().Select(name => name.GetString()),
                        failure.Collections);
                    break;
                case "device_sent":
                    Assert.IsType<PeerContent.Ordinary>(content.Content);
                    Assert.Equal(vector.Value.GetProperty("expect").TextOf("destination"), content.Destination.ToString());
                    var sent = Message.Parser.ParseFrom(vector.Value.HexOf("message")).DeviceSentMessage;
                    Assert.Equal(vector.Value.GetProperty("expect").TextOf("conversation"), sent.Message.Conversation);
                    break;
                default:
                    Assert.Fail($"Nothing checks {vector.Name}.");
                    break;
            }
        }
    }

    [Fact]
    public void Vector_of_the_lid_migration_is_read()
    {
        var vector = VectorFile.Open("misc.json").GetProperty("lid_migration");
        var migration = Assert.IsType<PeerContent.LidPairs>(Read(vector.HexOf("message"), OwnPhone).Content).Migration;
        var expected = vector.GetProperty("expect");
        Assert.Equal(
            expected.GetProperty("mappings").EnumerateArray().Select(pair => (pair[0].GetString(), pair[1].GetString())),
            migration.Pairs.Select(pair => ((string?)pair.Phone.ToString(), (string?)pair.Lid.ToString())));
        Assert.Equal(
            expected.GetProperty("chat_db_migration_timestamp").GetInt64(), migration.MigratedAt!.Value.ToUnixTimeSeconds());

        var payload = Message.Parser.ParseFrom(vector.HexOf("message")).ProtocolMessage.LidMigrationMappingSyncMessage;
        Assert.Equal(vector.TextOf("payload"), Hex.Text(payload.EncodedMappingPayload.Span));
    }

    [Fact]
    public void Vectors_of_key_ids_are_read()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("key_id").GetProperty("cases").EnumerateArray())
        {
            var id = new AppStateKeyId(vector.HexOf("hex"));
            Assert.Equal(vector.GetProperty("device").GetUInt16(), id.Device);
            Assert.Equal(vector.GetProperty("epoch").GetUInt32(), id.Epoch);
        }
    }

    [Fact]
    public void Vectors_of_participant_hashes_are_reproduced()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("participant_hash_v2").GetProperty("cases").EnumerateArray())
        {
            var devices = vector.GetProperty("devices").EnumerateArray().Select(text => ParseWithAgent(text.GetString()!)).ToArray();
            Assert.Equal(vector.TextOf("hash"), ParticipantHash.Of(devices));
            Assert.Equal(vector.TextOf("hash"), ParticipantHash.Of(devices.Reverse()));
        }

        static Jid ParseWithAgent(string text)
        {
            var (user, rest) = (text.Split('.')[0], text.Split(':')[1].Split('@'));
            return new Jid(user, rest[1], ushort.Parse(rest[0], CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData(ProtocolType.HistorySyncNotification)]
    [InlineData(ProtocolType.AppStateSyncKeyShare)]
    [InlineData(ProtocolType.AppStateSyncKeyRequest)]
    [InlineData(ProtocolType.InitialSecurityNotificationSettingSync)]
    [InlineData(ProtocolType.AppStateFatalExceptionNotification)]
    [InlineData(ProtocolType.PeerDataOperationRequestMessage)]
    [InlineData(ProtocolType.PeerDataOperationRequestResponseMessage)]
    [InlineData(ProtocolType.LidMigrationMappingSync)]
    internal void Only_the_own_account_can_send_what_changes_state(ProtocolType type)
    {
        var message = Complete(type);
        Assert.Equal(type, Assert.IsType<PeerContent.Forged>(MessageContent.Read(message, Stranger).Content).Type);
        Assert.IsNotType<PeerContent.Forged>(MessageContent.Read(message, OwnPhone).Content);
        Assert.False(new PeerContent.Forged(type).MustBeHandled);

        // Wrapping it into a copy of a sent message does not help a stranger, and is a way for an own device.
        var wrapped = new Message { DeviceSentMessage = new DeviceSentMessage { DestinationJid = "1@lid", Message = message } };
        Assert.Null(Assert.IsType<PeerContent.Forged>(MessageContent.Read(wrapped, Stranger).Content).Type);
        Assert.IsNotType<PeerContent.Forged>(MessageContent.Read(wrapped, OwnPhone).Content);
    }

    [Fact]
    public void Answers_to_requests_come_from_the_phone_only()
    {
        var message = Complete(ProtocolType.PeerDataOperationRequestResponseMessage);
        Assert.IsType<PeerContent.DataResponse>(MessageContent.Read(message, OwnPhone).Content);
        Assert.IsType<PeerContent.Forged>(MessageContent.Read(message, OwnCompanion).Content);
        Assert.IsType<PeerContent.History>(
            MessageContent.Read(Complete(ProtocolType.HistorySyncNotification), OwnCompanion).Content);
    }

    [Fact]
    public void Anybody_can_share_their_number_and_write_ordinary_messages()
    {
        Assert.IsType<PeerContent.PhoneNumberShared>(MessageContent.Read(Complete(ProtocolType.SharePhoneNumber), Stranger).Content);
        foreach (var type in new[] { ProtocolType.Revoke, ProtocolType.MessageEdit, ProtocolType.EphemeralSetting, (ProtocolType)999 })
        {
            Assert.IsType<PeerContent.Ordinary>(MessageContent.Read(Complete(type), Stranger).Content);
        }

        Assert.IsType<PeerContent.Ordinary>(MessageContent.Read(new Message { Conversation = "hello" }, Stranger).Content);
        Assert.IsType<PeerContent.Ordinary>(MessageContent.Read(new Message { ProtocolMessage = new ProtocolMessage() }, OwnPhone).Content);
    }

    [Fact]
    public void Announced_content_that_is_missing_is_ordinary()
    {
        ProtocolType[] types =
            [ProtocolType.HistorySyncNotification, ProtocolType.AppStateSyncKeyShare, ProtocolType.LidMigrationMappingSync];
        foreach (var type in types)
        {
            var message = new Message { ProtocolMessage = new ProtocolMessage { Type = type } };
            Assert.IsType<PeerContent.Ordinary>(MessageContent.Read(message, OwnPhone).Content);
        }
    }

    [Theory]
    [MemberData(nameof(ConversationPropertyTests.Seeds), MemberType = typeof(ConversationPropertyTests))]
    public void Damaged_plaintexts_are_refused_or_read_and_never_throw(int seed)
    {
        var random = new Random(seed);
        var originals = VectorFile.Open("misc.json").GetProperty("peer_messages").EnumerateObject()
            .Select(vector => vector.Value.HexOf("message"))
            .Append(VectorFile.Open("misc.json").GetProperty("lid_migration").HexOf("message"))
            .Append(Complete(ProtocolType.PeerDataOperationRequestResponseMessage).ToByteArray())
            .ToArray();
        for (var i = 0; i < 500; i++)
        {
            var bytes = originals[random.Next(originals.Length)].ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var refused = Record.Exception(() => MessageContent.TryRead(bytes.AsSpan(0, random.Next(bytes.Length + 1)), OwnPhone, out _));
            Assert.True(refused is null, $"seed {seed}, input {Hex.Text(bytes)}: {refused}");
        }
    }

    private static MessageContent Read(byte[] plaintext, MessageSource source)
    {
        Assert.True(MessageContent.TryRead(plaintext, source, out var content));
        return content;
    }

    private static Message Complete(ProtocolType type) => new()
    {
        ProtocolMessage = new ProtocolMessage
        {
            Type = type,
            HistorySyncNotification = new HistorySyncNotification { DirectPath = "/path" },
            AppStateSyncKeyShare = new AppStateSyncKeyShare(),
            AppStateSyncKeyRequest = new AppStateSyncKeyRequest(),
            AppStateFatalExceptionNotification = new AppStateFatalExceptionNotification(),
            PeerDataOperationRequestMessage = new PeerDataOperationRequestMessage(),
            PeerDataOperationRequestResponseMessage = new PeerDataOperationRequestResponseMessage { StanzaId = "3EB0" },
            LidMigrationMappingSyncMessage = new LIDMigrationMappingSyncMessage(),
        },
    };

    private static MessageSource Source(string from)
    {
        Assert.True(MessageSource.TryParse(TestStanzas.Message("1", from), MessageVectors.Own, out var source));
        return source;
    }
}
