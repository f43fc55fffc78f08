using System.IO.Compression;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Tests.History;

public class HistoryVectorTests
{
    private static readonly JsonElement Root = VectorFile.Open("history-sync.json");
    private static readonly Jid OwnPhone = Jid.Parse(Root.GetProperty("own_account").TextOf("pn"));
    private static readonly Jid OwnLid = Jid.Parse(Root.GetProperty("own_account").TextOf("lid"));

    public static TheoryData<string> BlobNames => [.. Root.GetProperty("blobs").EnumerateArray().Select(b => b.TextOf("name"))];

    [Theory]
    [MemberData(nameof(BlobNames))]
    public void Notification_says_where_the_blob_is(string name)
    {
        var vector = Blob(name);

        var notification = NotificationOf(vector);

        Assert.Equal(vector.GetProperty("sync_type").GetInt32(), (int)notification.SyncType);
        Assert.Equal(vector.TextOf("direct_path"), notification.Reference!.DirectPath);
        Assert.Equal(vector.TextOf("media_key"), Hex.Text(notification.Reference.MediaKey.Span));
        Assert.Equal(vector.TextOf("file_sha256"), Hex.Text(notification.Reference.PlainHash.Span));
        Assert.Equal(vector.TextOf("file_enc_sha256"), Hex.Text(notification.Reference.EncryptedHash.Span));
        Assert.Equal(
            vector.GetProperty("file_length_plain").GetUInt64(), NotificationProtoOf(vector).FileLength);
    }

    [Theory]
    [MemberData(nameof(BlobNames))]
    public void Padded_notification_message_is_the_same_message(string name)
    {
        var vector = Blob(name);
        var padded = vector.HexOf("notification_message_padded");

        Assert.Equal(vector.TextOf("notification_message"), Hex.Text(padded.AsSpan(..^padded[^1])));
    }

    [Theory]
    [MemberData(nameof(BlobNames))]
    public async Task File_decrypts_and_inflates_to_the_stated_blob(string name)
    {
        var vector = Blob(name);
        var notification = NotificationOf(vector);

        var download = await new FixedDownloader(vector.HexOf("file")).DownloadAsync(notification.Reference!, MediaKind.History, 1_000_000, default);

        using var content = Assert.IsType<MediaDownloadOutcome.Downloaded>(download).Content;
        using var compressed = new MemoryStream();
        await content.OpenRead().CopyToAsync(compressed);
        Assert.Equal(vector.TextOf("zlib"), Hex.Text(compressed.ToArray()));
        await using var inflater = InflateStream.Zlib(content.OpenRead(), 1_000_000);
        using var plain = new MemoryStream();
        await inflater.CopyToAsync(plain);
        Assert.Equal(vector.TextOf("history_sync_proto"), Hex.Text(plain.ToArray()));
    }

    [Fact]
    public async Task Initial_bootstrap_gives_what_it_says_about_people()
    {
        var (facts, reader) = await ReadAsync(Blob("initial-bootstrap"));
        var expected = Blob("initial-bootstrap").GetProperty("expect");

        Assert.Equal(HistorySyncType.InitialBootstrap, reader.SyncType);
        AssertMappings(expected, facts);
        Assert.Equal(HistoryPairSource.Receipt, facts.MappingSources["491700000004@s.whatsapp.net 100000000000004@lid"]);
        Assert.Equal(WithoutRemarks(expected.GetProperty("chat_names")), facts.ChatNames);
        Assert.Equal(WithoutRemarks(expected.GetProperty("push_names")), facts.MessageNames);
        Assert.Empty(facts.PushNames);
        foreach (var contact in expected.GetProperty("address_book_names").EnumerateObject())
        {
            Assert.Equal((contact.Value.TextOf("fullName"), contact.Value.TextOf("firstName")), facts.AddressBook[contact.Name]);
        }

        foreach (var token in expected.GetProperty("tc_tokens").EnumerateObject())
        {
            Assert.Equal((token.Value.TextOf("token"), token.Value.GetProperty("timestamp").GetInt64()), facts.Tokens[token.Name]);
        }

        Assert.Equal(expected.TextOf("nct_salt"), Hex.Text(facts.Others.OfType<HistoryItem.ClientTokenSalt>().Single().Salt.Span));
        Assert.Equal(
            expected.GetProperty("chat_db_lid_migration_timestamp").GetInt64(),
            facts.Others.OfType<HistoryItem.LidMigration>().Single().At.ToUnixTimeSeconds());
        Assert.Equal(expected.TextOf("own_lid"), facts.Others.OfType<HistoryItem.OwnAccount>().Single().Lid.ToString());
        foreach (var stranger in expected.GetProperty("not_contacts").EnumerateArray())
        {
            Assert.DoesNotContain(stranger.GetString()!, facts.MessageNames.Keys);
            Assert.DoesNotContain(stranger.GetString()!, facts.AddressBook.Keys);
            Assert.DoesNotContain(facts.Mappings, m => m.Contains(stranger.GetString()!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Push_names_are_read_without_placeholders()
    {
        var (facts, reader) = await ReadAsync(Blob("push-names"));
        var expected = Blob("push-names").GetProperty("expect");

        Assert.Equal(HistorySyncType.PushName, reader.SyncType);
        Assert.Equal(WithoutRemarks(expected.GetProperty("push_names")), facts.PushNames);
        Assert.All(expected.GetProperty("ignored").EnumerateObject(), ignored => Assert.DoesNotContain(ignored.Name, facts.PushNames.Keys));
    }

    [Fact]
    public async Task Non_blocking_data_with_past_participants_gives_no_contacts()
    {
        var vector = Blob("non-blocking-data");
        var (facts, _) = await ReadAsync(vector);
        var blob = HistorySync.Parser.ParseFrom(vector.HexOf("history_sync_proto"));

        Assert.Equal(vector.GetProperty("expect").GetProperty("past_participants").GetInt32(), blob.PastParticipants.Count);
        Assert.Equal("none", vector.GetProperty("expect").TextOf("contacts"));
        Assert.IsType<HistoryItem.LidMigration>(Assert.Single(facts.Others));
        Assert.Equal(1, facts.Count);
    }

    [Fact]
    public async Task Recent_chats_give_titles_and_pairs()
    {
        var (facts, _) = await ReadAsync(Blob("recent"));
        var expected = Blob("recent").GetProperty("expect");

        AssertMappings(expected, facts);
        Assert.Equal(WithoutRemarks(expected.GetProperty("chat_names")), facts.ChatNames);
    }

    [Fact]
    public async Task Inline_payload_is_read_without_a_download()
    {
        var vector = Root.GetProperty("inline_payload");
        var notification = NotificationOf(vector);
        var downloader = new FixedDownloader(null);

        var outcome = await HistoryBlob.OpenAsync(notification, downloader, HistoryLimits.Default, OwnPhone, default);

        using var blob = Assert.IsType<HistoryOutcome.Opened>(outcome).Blob;
        var facts = new HistoryFacts(blob.Reader.ReadItems());
        Assert.Equal(0, downloader.Requests);
        Assert.Equal(vector.TextOf("inline_zlib"), Hex.Text(notification.InlinePayload!.Value.Span));
        Assert.Equal(vector.TextOf("history_sync_proto"), Hex.Text(Inflate(notification.InlinePayload.Value)));
        AssertMappings(vector.GetProperty("expect"), facts);
        Assert.Equal(WithoutRemarks(vector.GetProperty("expect").GetProperty("chat_names")), facts.ChatNames);
    }

    [Fact]
    public void Public_sample_is_read()
    {
        var vector = Root.GetProperty("public_sample");
        using var blob = new MemoryStream(vector.HexOf("history_sync_proto"));
        using var reader = new HistoryReader(blob, HistoryLimits.Default);

        var facts = new HistoryFacts(reader.ReadItems());

        Assert.Equal(vector.GetProperty("expect").GetProperty("sync_type").GetInt32(), (int)reader.SyncType!);
        Assert.Equal(WithoutRemarks(vector.GetProperty("expect").GetProperty("push_names")), facts.PushNames);
    }

    [Fact]
    public async Task Negatives_are_refused()
    {
        foreach (var negative in Root.GetProperty("negative").EnumerateArray())
        {
            switch (negative.TextOf("name"))
            {
                case "tampered file":
                    var notification = NotificationOf(Blob(negative.TextOf("based_on")));
                    var outcome = await HistoryBlob.OpenAsync(
                        notification, new FixedDownloader(negative.HexOf("file")), HistoryLimits.Default, OwnPhone, default);
                    Assert.Equal(
                        new MediaDownloadOutcome.Corrupt(MediaFault.EncryptedHash),
                        Assert.IsType<HistoryOutcome.Unavailable>(outcome).Cause);
                    break;
                case "notification not from own account":
                    Assert.False(HistoryNotification.IsAcceptable(Jid.Parse("491700000001@s.whatsapp.net"), OwnPhone, OwnLid));
                    Assert.False(HistoryNotification.IsAcceptable(default, OwnPhone, OwnLid));
                    Assert.False(HistoryNotification.IsAcceptable(default, default, default));
                    Assert.True(HistoryNotification.IsAcceptable(OwnPhone, OwnPhone, OwnLid));
                    Assert.True(HistoryNotification.IsAcceptable(OwnLid.WithDevice(0), OwnPhone, OwnLid));
                    break;
                case var unknown:
                    Assert.Fail($"No check for {unknown}.");
                    break;
            }
        }
    }

    private static JsonElement Blob(string name) => Root.GetProperty("blobs").EnumerateArray().Single(b => b.TextOf("name") == name);

    private static HistorySyncNotification NotificationProtoOf(JsonElement vector) =>
        Message.Parser.ParseFrom(vector.HexOf("notification_message")).ProtocolMessage.HistorySyncNotification;

    private static HistoryNotification NotificationOf(JsonElement vector) => HistoryNotification.From(NotificationProtoOf(vector));

    private static async Task<(HistoryFacts Facts, HistoryReader Reader)> ReadAsync(JsonElement vector)
    {
        var outcome = await HistoryBlob.OpenAsync(
            NotificationOf(vector), new FixedDownloader(vector.HexOf("file")), HistoryLimits.Default, OwnPhone, default);
        using var blob = Assert.IsType<HistoryOutcome.Opened>(outcome).Blob;
        return (new HistoryFacts(blob.Reader.ReadItems()), blob.Reader);
    }

    private static byte[] Inflate(ReadOnlyMemory<byte> compressed)
    {
        using var inflater = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        inflater.CopyTo(plain);
        return plain.ToArray();
    }

    private static void AssertMappings(JsonElement expected, HistoryFacts facts) => Assert.Equal(
        expected.GetProperty("mappings").EnumerateArray().Select(m => $"{m[0].GetString()} {m[1].GetString()}").Order(StringComparer.Ordinal),
        facts.Mappings);

    // The file explains some values in parentheses behind them.
    private static SortedDictionary<string, string> WithoutRemarks(JsonElement names)
    {
        var plain = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names.EnumerateObject())
        {
            var text = name.Value.GetString()!;
            var remark = text.IndexOf(" (", StringComparison.Ordinal);
            plain.Add(name.Name, remark < 0 ? text : text[..remark]);
        }

        return plain;
    }
}
