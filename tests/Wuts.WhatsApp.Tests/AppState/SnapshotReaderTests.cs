using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Tests.History;

namespace Wuts.WhatsApp.Tests.AppState;

public class SnapshotReaderTests
{
    [Fact]
    public async Task External_blob_of_the_vector_is_the_snapshot()
    {
        var blob = ContactsVector.Snapshot.GetProperty("external_blob");
        var reference = ExternalBlobReference.Parser.ParseFrom(blob.HexOf("reference_proto_in_snapshot_node"));
        var stated = blob.GetProperty("reference");
        Assert.Equal(stated.TextOf("directPath"), reference.DirectPath);
        Assert.Equal(stated.TextOf("handle"), reference.Handle);
        Assert.Equal(stated.GetProperty("fileSizeBytes").GetUInt64(), reference.FileSizeBytes);
        Assert.Equal("WhatsApp App State Keys"u8.ToArray(), MediaKind.AppState.KeyInfo().ToArray());
        var keys = new MediaKeys(reference.MediaKey.Span, MediaKind.AppState);
        Assert.Equal(blob.TextOf("iv"), Hex.Text(keys.Iv));
        Assert.Equal(blob.TextOf("cipher_key"), Hex.Text(keys.CipherKey));
        Assert.Equal(blob.TextOf("mac_key"), Hex.Text(keys.MacKey));

        Assert.True(MediaReference.TryCreate(reference, out var media));
        var download = await new FixedDownloader(blob.HexOf("file")).DownloadAsync(media, MediaKind.AppState, 100_000, default);

        using var content = Assert.IsType<MediaDownloadOutcome.Downloaded>(download).Content;
        Assert.True(SnapshotReader.TryRead(
            content.OpenRead(), ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out var snapshot, out _));
        Assert.Equal(10, snapshot.Records.Count);
        Assert.Equal(5UL, snapshot.State.Version);
    }

    [Fact]
    public async Task External_mutations_of_the_vector_are_those_of_the_patch()
    {
        var external = ContactsVector.Patches.Single(p => p.TryGetProperty("external", out _)).GetProperty("external");
        Assert.True(MediaReference.TryCreate(
            external.GetProperty("reference").TextOf("directPath"),
            external.GetProperty("reference").HexOf("mediaKey"),
            external.GetProperty("reference").HexOf("fileEncSha256"),
            external.GetProperty("reference").HexOf("fileSha256"),
            out var media));

        var download = await new FixedDownloader(external.HexOf("file")).DownloadAsync(media, MediaKind.AppState, 100_000, default);

        using var content = Assert.IsType<MediaDownloadOutcome.Downloaded>(download).Content;
        using var plain = new MemoryStream();
        await content.OpenRead().CopyToAsync(plain);
        Assert.Equal(external.TextOf("syncd_mutations_proto"), Hex.Text(plain.ToArray()));
    }

    [Fact]
    public void Snapshot_for_another_collection_is_refused() =>
        AssertRejected(AppStateFault.SnapshotMac, Snapshot(), AppStateCollection.Regular);

    [Fact]
    public void Snapshot_that_lost_gained_or_exchanged_a_record_is_refused()
    {
        var lost = Snapshot();
        lost.Records.RemoveAt(3);
        AssertRejected(AppStateFault.SnapshotMac, lost);

        var gained = Snapshot();
        gained.Records.Add(RecordOf(ContactsVector.Patches[0], 1));
        AssertRejected(AppStateFault.SnapshotMac, gained);

        var older = Snapshot();
        older.Version.Version--;
        AssertRejected(AppStateFault.SnapshotMac, older);
    }

    [Fact]
    public void Snapshot_with_a_touched_record_is_refused()
    {
        var content = Snapshot();
        Flip(content.Records[2].Value, 20);
        AssertRejected(AppStateFault.ValueMac, content);

        var index = Snapshot();
        index.Records[2].Index.Blob = index.Records[3].Index.Blob;
        AssertRejected(AppStateFault.IndexMac, index);

        var removal = Snapshot();
        removal.Records.Add(RecordOf(ContactsVector.Patches[1], 0));
        AssertRejected(AppStateFault.ValueMac, removal);
    }

    [Fact]
    public void Snapshot_in_another_form_is_refused()
    {
        var withoutMac = Snapshot();
        withoutMac.ClearMac();
        AssertRejected(AppStateFault.Malformed, withoutMac);

        var withoutKey = Snapshot();
        withoutKey.KeyId = null;
        AssertRejected(AppStateFault.Malformed, withoutKey);

        var shortValue = Snapshot();
        shortValue.Records[0].Value.Blob = ByteString.CopyFrom(new byte[63]);
        AssertRejected(AppStateFault.Malformed, shortValue);

        var oddValue = Snapshot();
        oddValue.Records[0].Value.Blob = ByteString.CopyFrom(new byte[65]);
        AssertRejected(AppStateFault.Malformed, oddValue);

        var withoutRecordKey = Snapshot();
        withoutRecordKey.Records[0].KeyId = null;
        AssertRejected(AppStateFault.Malformed, withoutRecordKey);

        AssertRejected(AppStateFault.Malformed, Snapshot().ToByteArray()[..^5]);
        AssertRejected(AppStateFault.Malformed, []);
    }

    [Fact]
    public void Snapshot_over_its_limits_is_refused()
    {
        var bytes = Snapshot().ToByteArray();

        Assert.True(Read(bytes, AppStateLimits.Default with { MaxRecords = 10 }, out _));
        Assert.False(Read(bytes, AppStateLimits.Default with { MaxRecords = 9 }, out var tooMany));
        Assert.Equal(Rejected(AppStateFault.TooLarge), tooMany);
        Assert.False(Read(bytes, AppStateLimits.Default with { MaxRecordSize = 100 }, out var tooLarge));
        Assert.Equal(Rejected(AppStateFault.Malformed), tooLarge);
    }

    [Fact]
    public void Missing_keys_are_all_named()
    {
        var snapshot = Snapshot();
        snapshot.Records[1].KeyId.Id = ByteString.CopyFrom(Hex.Bytes("00000000aaaa"));
        snapshot.Records[5].KeyId.Id = ByteString.CopyFrom(Hex.Bytes("00000000bbbb"));
        snapshot.Records[6].KeyId.Id = ByteString.CopyFrom(Hex.Bytes("00000000bbbb"));
        snapshot.KeyId.Id = ByteString.CopyFrom(Hex.Bytes("00000000cccc"));

        Assert.False(Read(snapshot.ToByteArray(), AppStateLimits.Default, out var failure));

        var blocked = Assert.IsType<AppStateOutcome.BlockedOnKeys>(failure);
        Assert.Equal(["00000000aaaa", "00000000bbbb", "00000000cccc"], blocked.Missing.Select(k => k.ToString()).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_records_with_one_index_the_later_wins_whichever_way_they_were_counted(bool countBoth)
    {
        // Patch 6 overwrites a record of the snapshot: as a snapshot that holds both.
        Assert.True(ContactsVector.Ring.TryGet(Hex.Bytes("00000000361b"), out var keys));
        var snapshot = Snapshot();
        snapshot.Records.Add(RecordOf(ContactsVector.Patches[0], 0));
        var hash = new LtHash();
        foreach (var record in snapshot.Records)
        {
            hash.Add(ValueMac(record));
        }

        if (!countBoth)
        {
            hash.Subtract(ValueMac(snapshot.Records[1]));
        }

        snapshot.Mac = ByteString.CopyFrom(AppStateMacs.Snapshot(keys.SnapshotMacKey, hash, 5, ContactsVector.Collection).ToArray());
        using var blob = new MemoryStream(snapshot.ToByteArray());

        Assert.True(SnapshotReader.TryRead(
            blob, ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out var verified, out _));

        Assert.Equal(Hex.Text(hash.Bytes), Hex.Text(verified.State.Hash.Span));
        Assert.Equal(10, verified.Records.Count);
        Assert.True(verified.Records.TryFind(new AppStateMac(snapshot.Records[1].Index.Blob.Span), out var row));
        Assert.Equal(ValueMac(snapshot.Records[10]), verified.Records[row].Record.ValueMac);
    }

    [Fact]
    public async Task Reading_stops_when_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var blob = new MemoryStream(Snapshot().ToByteArray());

        Assert.Throws<OperationCanceledException>(() => SnapshotReader.TryRead(
            blob, ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out _, out _, cancelled.Token));
    }

    [Fact]
    public void Any_damage_is_refused_and_never_an_exception()
    {
        var original = Snapshot().ToByteArray();
        var random = new Random(20260102);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            }

            var cut = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            if (Read(cut, AppStateLimits.Default, out var failure))
            {
                // Only what no MAC covers may differ: a field that readers skip. The records are the same.
                using var blob = new MemoryStream(cut);
                SnapshotReader.TryRead(
                    blob, ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out var snapshot, out _);
                Assert.Equal(ContactsVector.ReadSnapshot().State, snapshot!.State);
            }
            else
            {
                Assert.True(failure is AppStateOutcome.Rejected or AppStateOutcome.BlockedOnKeys, $"seed 20260102, round {round}");
            }
        }
    }

    private static SyncdSnapshot Snapshot() => SyncdSnapshot.Parser.ParseFrom(ContactsVector.Snapshot.HexOf("syncd_snapshot_proto"));

    private static SyncdRecord RecordOf(System.Text.Json.JsonElement patch, int mutation) =>
        SyncdPatch.Parser.ParseFrom(patch.HexOf("syncd_patch_proto")).Mutations[mutation].Record;

    private static AppStateMac ValueMac(SyncdRecord record) => new(record.Value.Blob.Span[^AppStateMac.Size..]);

    private static void Flip(SyncdValue value, int at)
    {
        var bytes = value.Blob.ToByteArray();
        bytes[at] ^= 1;
        value.Blob = ByteString.CopyFrom(bytes);
    }

    private static void AssertRejected(
        AppStateFault fault, SyncdSnapshot snapshot, AppStateCollection collection = ContactsVector.Collection) =>
        AssertRejected(fault, snapshot.ToByteArray(), collection);

    private static void AssertRejected(
        AppStateFault fault, byte[] bytes, AppStateCollection collection = ContactsVector.Collection)
    {
        Assert.False(Read(bytes, AppStateLimits.Default, out var failure, collection));
        Assert.Equal(Rejected(fault), failure);
    }

    private static bool Read(
        byte[] bytes, AppStateLimits limits, out AppStateOutcome? failure, AppStateCollection collection = ContactsVector.Collection)
    {
        using var blob = new MemoryStream(bytes);
        return SnapshotReader.TryRead(blob, collection, ContactsVector.Ring, limits, out _, out failure);
    }

    private static AppStateOutcome.Rejected Rejected(AppStateFault fault) => new(AppStateSource.Snapshot, fault);
}
