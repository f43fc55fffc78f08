using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;
using AppStateSyncKey = Wuts.WhatsApp.AppState.AppStateSyncKey;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>
/// One entry under several keys: its records have different names, and which of them speaks for the entry depends on what
/// was written last.
/// </summary>
public class KeyRotationTests
{
    private const int Entry = 7;

    private readonly InMemoryAppStateStore _store = new();
    private readonly Writer _writer = new();

    [Fact]
    public async Task Entry_removed_under_its_old_key_one_patch_after_it_was_set_under_the_new_one_stays()
    {
        await ApplyAsync(_writer.Patch(Set(0, "old", 1)));

        var changes = await ApplyAsync(_writer.Patch(Set(1, "new", 2)), _writer.Patch(Remove(0)));

        Assert.Equal(["new"], changes);
    }

    [Fact]
    public async Task Entry_removed_under_its_old_key_a_sync_later_stays()
    {
        await ApplyAsync(_writer.Patch(Set(0, "old", 1)));
        Assert.Equal(["new"], await ApplyAsync(_writer.Patch(Set(1, "new", 2))));

        Assert.Equal(["new"], await ApplyAsync(_writer.Patch(Remove(0))));
        Assert.Equal(["removed"], await ApplyAsync(_writer.Patch(Remove(1))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Order_of_the_pair_within_a_patch_does_not_matter(bool setFirst)
    {
        await ApplyAsync(_writer.Patch(Set(0, "old", 1)));
        Mutation[] pair = setFirst ? [Set(1, "new", 2), Remove(0)] : [Remove(0), Set(1, "new", 2)];

        Assert.Equal(["new"], await ApplyAsync(_writer.Patch(pair)));
    }

    [Fact]
    public async Task What_a_patch_set_last_counts_whatever_the_times_say()
    {
        await ApplyAsync(_writer.Patch(Set(0, "first", 1)), _writer.Patch(Set(1, "clock ahead", 9)));

        Assert.Equal(["last"], await ApplyAsync(_writer.Patch(Set(2, "last", 2), Remove(0))));
    }

    [Fact]
    public async Task Newest_of_the_records_that_are_left_speaks_for_the_entry()
    {
        await ApplyAsync(
            _writer.Patch(Set(0, "newest", 5)), _writer.Patch(Set(1, "oldest", 1)), _writer.Patch(Set(2, "goes", 9)));

        Assert.Equal(["newest"], await ApplyAsync(_writer.Patch(Remove(2))));
        Assert.Equal(["oldest"], await ApplyAsync(_writer.Patch(Remove(0))));
        Assert.Equal(["removed"], await ApplyAsync(_writer.Patch(Remove(1))));
    }

    [Theory]
    [InlineData(5, 1, "under the old key")]
    [InlineData(1, 5, "under the new key")]
    [InlineData(3, 3, "under the new key")]
    public async Task Snapshot_with_an_entry_under_two_keys_reports_the_newer_one(long oldTime, long newTime, string expected)
    {
        _writer.Patch(Set(1, "under the new key", newTime));
        _writer.Patch(Set(0, "under the old key", oldTime));

        Assert.Equal([expected], await ApplySnapshotAsync());

        // With two stored rows it may be said again, but nothing else may be said.
        Assert.All(await ApplySnapshotAsync(), name => Assert.Equal(expected, name));
    }

    [Fact]
    public async Task Snapshot_that_writes_an_entry_under_another_key_reports_nothing_when_it_says_the_same()
    {
        await ApplyAsync(_writer.Patch(Set(0, "same", 1)));
        _writer.Patch(Set(1, "same", 1), Remove(0));

        Assert.Empty(await ApplySnapshotAsync());
        Assert.Single(await _store.FindAsync(SyncFixture.Contacts, [_writer.NameOf(1)], default));
        Assert.Empty(await _store.FindAsync(SyncFixture.Contacts, [_writer.NameOf(0)], default));
    }

    [Fact]
    public async Task Snapshot_that_keeps_only_the_older_of_two_records_reports_its_content()
    {
        await ApplyAsync(_writer.Patch(Set(0, "older", 1)), _writer.Patch(Set(1, "newer", 2)));
        _writer.Patch(Remove(1));

        Assert.Equal(["older"], await ApplySnapshotAsync());
    }

    [Fact]
    public async Task Entry_under_two_keys_that_is_gone_is_reported_once()
    {
        await ApplyAsync(_writer.Patch(Set(0, "a", 1)), _writer.Patch(Set(1, "b", 2)));
        _writer.Patch(Remove(0), Remove(1));

        Assert.Equal(["removed"], await ApplySnapshotAsync());
    }

    private static Mutation Set(int key, string name, long time) => new(MutationOperation.Set, key, SyncFixture.Named(name, time));

    private static Mutation Remove(int key) => new(MutationOperation.Remove, key, new SyncActionValue { Timestamp = 1 });

    private async Task<List<string>> ApplyAsync(params byte[][] patches)
    {
        using var draft = await NewDraftAsync();
        Assert.Null(await draft.ApplyAsync([.. patches.Select(p => PatchEnvelope.Read(p))], default));
        return await CommitAsync(draft);
    }

    private async Task<List<string>> ApplySnapshotAsync()
    {
        using var draft = await NewDraftAsync();
        using var blob = new MemoryStream(_writer.Snapshot());
        Assert.True(SnapshotReader.TryRead(blob, SyncFixture.Contacts, _writer.Ring, AppStateLimits.Default, out var snapshot, out _));
        draft.Replace(snapshot);
        return await CommitAsync(draft);
    }

    private async Task<CollectionDraft> NewDraftAsync() =>
        new(SyncFixture.Contacts, await _store.LoadStateAsync(SyncFixture.Contacts, default), _store, _writer.Ring);

    private async Task<List<string>> CommitAsync(CollectionDraft draft)
    {
        var delta = await draft.BuildDeltaAsync(default);
        await _store.CommitAsync(delta, default);
        return [.. delta.Changes.Select(c => c is AppStateChange.ContactSet set ? set.Names.FullName! : "removed")];
    }

    private sealed record Mutation(MutationOperation Operation, int Key, SyncActionValue Value);

    /// <summary>Writes exactly the mutations it is told to, all of one entry, under any of three keys.</summary>
    private sealed class Writer
    {
        private static readonly byte[] Index = Encoding.UTF8.GetBytes(SyncFixture.IndexOf(Entry));

        private readonly MutationKeys[] _keys = [.. Enumerable.Range(0, 3).Select(i => new MutationKeys(IdOf(i), DataOf(i)))];
        private readonly Dictionary<AppStateMac, SyncdRecord> _records = [];
        private readonly LtHash _hash = new();
        private ulong _version;

        public AppStateKeyRing Ring { get; } =
            AppStateKeyRing.Empty.With(Enumerable.Range(0, 3).Select(i => new AppStateSyncKey(IdOf(i), DataOf(i), i)));

        public AppStateMac NameOf(int key) =>
            new(HMACSHA256.HashData(_keys[key].IndexKey, Index));

        public byte[] Patch(params Mutation[] mutations)
        {
            var patch = new SyncdPatch { Version = new SyncdVersion { Version = ++_version } };
            var valueMacs = new List<AppStateMac>();
            foreach (var (operation, key, value) in mutations)
            {
                var encoded = MutationEncoder.Encode(operation, _keys[key], Index, value, 2, new byte[16], out var record);
                if (_records.Remove(record.IndexMac, out var old))
                {
                    _hash.Subtract(new AppStateMac(old.Value.Blob.Span[^32..]));
                }

                if (operation == MutationOperation.Set)
                {
                    _records[record.IndexMac] = encoded.Record;
                    _hash.Add(record.ValueMac);
                }

                patch.Mutations.Add(encoded);
                valueMacs.Add(record.ValueMac);
            }

            var snapshotMac = AppStateMacs.Snapshot(_keys[2].SnapshotMacKey, _hash, _version, SyncFixture.Contacts).ToArray();
            patch.SnapshotMac = ByteString.CopyFrom(snapshotMac);
            patch.PatchMac = ByteString.CopyFrom(
                AppStateMacs.Patch(_keys[2].PatchMacKey, snapshotMac, valueMacs, _version, SyncFixture.Contacts).ToArray());
            patch.KeyId = new KeyId { Id = ByteString.CopyFrom(_keys[2].Id.Bytes) };
            return patch.ToByteArray();
        }

        public byte[] Snapshot()
        {
            var snapshot = new SyncdSnapshot
            {
                Version = new SyncdVersion { Version = _version },
                Mac = ByteString.CopyFrom(
                    AppStateMacs.Snapshot(_keys[2].SnapshotMacKey, _hash, _version, SyncFixture.Contacts).ToArray()),
                KeyId = new KeyId { Id = ByteString.CopyFrom(_keys[2].Id.Bytes) },
            };
            snapshot.Records.AddRange(_records.Values);
            return snapshot.ToByteArray();
        }

        private static AppStateKeyId IdOf(int number) => new([0, 0, 0, 0, 1, (byte)number]);

        private static byte[] DataOf(int number)
        {
            var data = new byte[AppStateSyncKey.DataSize];
            data.AsSpan().Fill((byte)number);
            return data;
        }
    }
}
