using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.AppState;

public class RecoveryTests
{
    private static readonly JsonElement Root = VectorFile.Open("appstate-recovery.json");

    [Fact]
    public void Request_vector_holds()
    {
        var message = RecoveryAnswer.BuildRequest(AppStateCollection.CriticalUnblockLow, DateTimeOffset.FromUnixTimeSeconds(1755000000));

        Assert.Equal(Root.TextOf("request_message"), Hex.Text(message.ToByteArray()));
    }

    [Fact]
    public async Task Answer_vector_gives_the_stated_records_and_state()
    {
        Assert.Equal("appstate-contacts.json", Root.TextOf("sync_keys_in"));
        var expected = Root.GetProperty("expected");
        var response = Message.Parser.ParseFrom(Root.HexOf("response_message")).ProtocolMessage.PeerDataOperationRequestResponseMessage;

        Assert.True(RecoveryAnswer.TryRead(response, out var requestId, out var answer));
        Assert.True(RecoveryAnswer.TryOpen(
            answer, ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out var recovered, out _));

        Assert.Equal(Root.TextOf("snapshot_recovery_proto"), Hex.Text(Unpack(answer!.CollectionSnapshot)));
        Assert.StartsWith("3EB0", requestId, StringComparison.Ordinal);
        Assert.True(recovered.HashMatchesRecords);
        Assert.Equal(expected.TextOf("collection"), ContactsVector.Collection.WireName());
        Assert.Equal(expected.GetProperty("version").GetUInt64(), recovered.Snapshot.State.Version);
        Assert.Equal(expected.TextOf("lthash"), Hex.Text(recovered.Snapshot.State.Hash.Span));
        var records = recovered.Snapshot.Records;
        var vectors = expected.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(vectors.Count, records.Count);
        foreach (var vector in vectors)
        {
            Assert.True(records.TryFind(new AppStateMac(vector.HexOf("index_mac")), out var row));
            var record = records[row].Record;
            Assert.Equal(vector.TextOf("value_mac"), record.ValueMac.ToString());
            Assert.Equal(vector.TextOf("key_id"), record.KeyId.ToString());
            Assert.Equal(
                AppStateIndex.Write([.. vector.GetProperty("index").EnumerateArray().Select(p => p.GetString()!)]), record.Index.ToArray());
            var value = SyncActionValue.Parser.ParseFrom(record.Value.Span);
            Assert.Equal(vector.GetProperty("value").GetProperty("timestamp").GetInt64(), value.Timestamp);
        }

        // It is the state at the end of appstate-contacts.json, so a device that has that state learns nothing.
        var store = await ContactsVector.StoreAtAsync(10);
        using var draft = new CollectionDraft(
            ContactsVector.Collection, await store.LoadStateAsync(ContactsVector.Collection, default), store, ContactsVector.Ring);
        draft.Replace(recovered.Snapshot);
        var delta = await draft.BuildDeltaAsync(default);
        Assert.Empty(delta.Changes);
        Assert.Empty(delta.Upserts);
        Assert.Empty(delta.Deletes);
        Assert.Equal(await store.LoadStateAsync(ContactsVector.Collection, default), delta.State);
    }

    [Fact]
    public void Answer_that_is_not_compressed_is_read_too()
    {
        var answer = new SyncDSnapshotFatalRecoveryResponse
        {
            CollectionSnapshot = ByteString.CopyFrom(Root.HexOf("snapshot_recovery_proto")),
            IsCompressed = false,
        };

        Assert.True(RecoveryAnswer.TryOpen(
            answer, ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out var recovered, out _));
        Assert.Equal(16, recovered.Snapshot.Records.Count);
    }

    [Fact]
    public void Answer_with_a_hash_that_is_not_the_sum_of_its_records_is_taken_and_marked()
    {
        var snapshot = Snapshot();
        snapshot.MutationRecords.RemoveAt(0);

        Assert.True(Open(snapshot, out var recovered, out _));
        Assert.False(recovered!.HashMatchesRecords);
    }

    [Fact]
    public void Answer_about_another_collection_is_refused()
    {
        var snapshot = Snapshot();
        snapshot.CollectionName = "regular";

        Assert.False(Open(snapshot, out _, out var failure));
        Assert.Equal(Rejected(AppStateFault.Unrelated), failure);
    }

    [Fact]
    public void Answer_without_a_complete_hash_is_refused()
    {
        var snapshot = Snapshot();
        snapshot.CollectionLthash = ByteString.CopyFrom(new byte[127]);

        Assert.False(Open(snapshot, out _, out var failure));
        Assert.Equal(Rejected(AppStateFault.Malformed), failure);
    }

    [Fact]
    public void Answer_with_a_record_without_mac_is_refused()
    {
        var snapshot = Snapshot();
        snapshot.MutationRecords[0].Mac = ByteString.CopyFrom(new byte[31]);

        Assert.False(Open(snapshot, out _, out var failure));
        Assert.Equal(Rejected(AppStateFault.Malformed), failure);
    }

    [Fact]
    public void Answer_under_keys_that_are_missing_is_blocked_on_them()
    {
        Assert.False(Open(Snapshot(), out _, out var failure, ContactsVector.RingWith("00000000361b")));

        Assert.Equal("00000000361c", Assert.Single(Assert.IsType<AppStateOutcome.BlockedOnKeys>(failure).Missing).ToString());
    }

    [Fact]
    public void Answer_that_is_damaged_cut_off_or_too_large_is_refused()
    {
        var packed = Pack(Snapshot().ToByteArray());
        var damaged = (byte[])packed.Clone();
        damaged[packed.Length / 2] ^= 0xFF;

        foreach (var bytes in (byte[][])[damaged, packed[..^9], [], [1, 2, 3]])
        {
            Assert.False(Open(bytes, AppStateLimits.Default, out var failure));
            Assert.Equal(Rejected(AppStateFault.Malformed), failure);
        }

        Assert.False(Open(packed, AppStateLimits.Default with { MaxRecoverySize = 100 }, out var tooLarge));
        Assert.Equal(Rejected(AppStateFault.Malformed), tooLarge);
        Assert.False(Open(packed, AppStateLimits.Default with { MaxRecords = 15 }, out var tooMany));
        Assert.Equal(Rejected(AppStateFault.TooLarge), tooMany);
    }

    [Theory]
    [InlineData("491700000000@s.whatsapp.net", true)]
    [InlineData("100000000000099@lid", true)]
    [InlineData("491700000000:3@s.whatsapp.net", false)]
    [InlineData("491700000001@s.whatsapp.net", false)]
    public void Answer_counts_only_when_it_comes_from_the_own_phone(string sender, bool acceptable) => Assert.Equal(
        acceptable,
        RecoveryAnswer.IsAcceptable(Jid.Parse(sender), Jid.Parse("491700000000:7@s.whatsapp.net"), Jid.Parse("100000000000099:7@lid")));

    [Fact]
    public void Answer_of_another_kind_is_none()
    {
        var other = new PeerDataOperationRequestResponseMessage
        {
            PeerDataOperationRequestType = PeerDataOperationRequestType.HistorySyncOnDemand,
            PeerDataOperationResult = { new PeerDataOperationRequestResponseMessage.Types.PeerDataOperationResult() },
        };

        Assert.False(RecoveryAnswer.TryRead(other, out _, out _));
    }

    [Fact]
    public void Answer_without_a_copy_names_its_request_and_cannot_be_opened()
    {
        var empty = new PeerDataOperationRequestResponseMessage
        {
            PeerDataOperationRequestType = PeerDataOperationRequestType.CompanionSyncdSnapshotFatalRecovery,
            StanzaId = "3EB0AA",
        };

        Assert.True(RecoveryAnswer.TryRead(empty, out var requestId, out var copy));

        Assert.Equal(("3EB0AA", null), (requestId, copy));
        Assert.False(RecoveryAnswer.TryOpen(
            copy, ContactsVector.Collection, ContactsVector.Ring, AppStateLimits.Default, out _, out var failure));
        Assert.Equal(new AppStateOutcome.Rejected(AppStateSource.Recovery, AppStateFault.Malformed), failure);
    }

    private static SyncdSnapshotRecovery Snapshot() => SyncdSnapshotRecovery.Parser.ParseFrom(Root.HexOf("snapshot_recovery_proto"));

    private static bool Open(
        SyncdSnapshotRecovery snapshot, out RecoveredCollection? recovered, out AppStateOutcome? failure, AppStateKeyRing? ring = null)
    {
        var answer = new SyncDSnapshotFatalRecoveryResponse
        {
            CollectionSnapshot = ByteString.CopyFrom(Pack(snapshot.ToByteArray())),
            IsCompressed = true,
        };
        return RecoveryAnswer.TryOpen(
            answer, ContactsVector.Collection, ring ?? ContactsVector.Ring, AppStateLimits.Default, out recovered, out failure);
    }

    private static bool Open(byte[] packed, AppStateLimits limits, out AppStateOutcome? failure)
    {
        var answer = new SyncDSnapshotFatalRecoveryResponse { CollectionSnapshot = ByteString.CopyFrom(packed), IsCompressed = true };
        return RecoveryAnswer.TryOpen(answer, ContactsVector.Collection, ContactsVector.Ring, limits, out _, out failure);
    }

    private static AppStateOutcome.Rejected Rejected(AppStateFault fault) => new(AppStateSource.Recovery, fault);

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var deflater = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflater.Write(plain);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(ByteString packed)
    {
        using var inflater = new GZipStream(new MemoryStream(packed.ToByteArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        inflater.CopyTo(plain);
        return plain.ToArray();
    }
}
