using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;
using AppStateSyncKey = Wuts.WhatsApp.AppState.AppStateSyncKey;

namespace Wuts.Benchmarks.Sync;

/// <summary>
/// An address book as a phone writes it: a snapshot with many contacts and patches on top, each of which renames one. The
/// same seed gives the same bytes.
/// </summary>
internal sealed class AppStateWorkload
{
    /// <summary>Number of patches.</summary>
    public const int PatchCount = 1000;

    /// <summary>The collection that holds the address book.</summary>
    public const AppStateCollection Collection = AppStateCollection.CriticalUnblockLow;

    private const int SnapshotVersion = 100;

    private readonly Random _random = new(20260101);
    private readonly MutationKeys _keys;
    private readonly SyncdRecord[] _records;
    private readonly LtHash _hash = new();

    /// <summary>Writes an address book.</summary>
    public AppStateWorkload(int contacts)
    {
        Contacts = contacts;
        var data = new byte[AppStateSyncKey.DataSize];
        _random.NextBytes(data);
        Key = new AppStateSyncKey(new AppStateKeyId([0, 0, 0, 0, 0x36, 0x1B]), data, 1755000000000);
        Ring = AppStateKeyRing.Empty.With([Key]);
        _keys = new MutationKeys(Key.Id, Key.Data);
        _records = new SyncdRecord[contacts];
        for (var i = 0; i < contacts; i++)
        {
            _records[i] = Encode(i, $"Contact {i}").Record;
            _hash.Add(ValueMac(_records[i]));
        }

        var snapshot = new SyncdSnapshot
        {
            Version = new SyncdVersion { Version = SnapshotVersion },
            Mac = Bytes(AppStateMacs.Snapshot(_keys.SnapshotMacKey, _hash, SnapshotVersion, Collection)),
            KeyId = new KeyId { Id = ByteString.CopyFrom(Key.Id.Bytes) },
        };
        snapshot.Records.AddRange(_records);
        Snapshot = snapshot.ToByteArray();
        var renamed = new HashSet<int>();
        Patches = [.. Enumerable.Range(1, PatchCount).Select(i => WritePatch(Choose(renamed), i))];
        Renamed = renamed.Count;
        FinalHash = _hash.Bytes.ToArray();
    }

    /// <summary>Number of contacts.</summary>
    public int Contacts { get; }

    /// <summary>How many contacts the patches rename; some more than once.</summary>
    public int Renamed { get; }

    /// <summary>The hash of the collection after all patches.</summary>
    public byte[] FinalHash { get; }

    /// <summary>The key that everything is written with.</summary>
    public AppStateSyncKey Key { get; }

    /// <summary>The same as a ring.</summary>
    public AppStateKeyRing Ring { get; }

    /// <summary>The encoded SyncdSnapshot.</summary>
    public byte[] Snapshot { get; }

    /// <summary>Encoded patches in order, with versions.</summary>
    public IReadOnlyList<byte[]> Patches { get; }

    /// <summary>A store that holds the snapshot.</summary>
    public async Task<InMemoryAppStateStore> NewStoreAsync()
    {
        var store = new InMemoryAppStateStore();
        using var draft = new CollectionDraft(Collection, CollectionState.Empty, store, Ring);
        draft.Replace(ReadSnapshot());
        await store.CommitAsync(await draft.BuildDeltaAsync(default), default);
        return store;
    }

    /// <summary>Verifies and decodes the snapshot.</summary>
    public VerifiedSnapshot ReadSnapshot()
    {
        using var blob = new MemoryStream(Snapshot);
        return SnapshotReader.TryRead(blob, Collection, Ring, AppStateLimits.Default, out var snapshot, out var failure)
            ? snapshot
            : throw new InvalidOperationException($"The snapshot is not right: {failure}.");
    }

    private int Choose(HashSet<int> renamed)
    {
        var contact = _random.Next(Contacts);
        renamed.Add(contact);
        return contact;
    }

    private byte[] WritePatch(int contact, int number)
    {
        var version = (ulong)(SnapshotVersion + number);
        var mutation = Encode(contact, $"Renamed {contact} ({number})");
        _hash.Subtract(ValueMac(_records[contact]));
        _records[contact] = mutation.Record;
        var valueMac = ValueMac(mutation.Record);
        _hash.Add(valueMac);
        var snapshotMac = AppStateMacs.Snapshot(_keys.SnapshotMacKey, _hash, version, Collection);
        return new SyncdPatch
        {
            Version = new SyncdVersion { Version = version },
            Mutations = { mutation },
            SnapshotMac = Bytes(snapshotMac),
            PatchMac = Bytes(AppStateMacs.Patch(_keys.PatchMacKey, snapshotMac.ToArray(), [valueMac], version, Collection)),
            KeyId = new KeyId { Id = ByteString.CopyFrom(Key.Id.Bytes) },
        }.ToByteArray();
    }

    private SyncdMutation Encode(int contact, string name)
    {
        var value = new SyncActionValue
        {
            Timestamp = 1755000000000 + contact,
            ContactAction = new ContactAction
            {
                FullName = name,
                FirstName = "Contact",
                LidJid = $"{100000000000000L + contact}@lid",
                SaveOnPrimaryAddressbook = true,
            },
        };
        var iv = new byte[MutationEncoder.IvSize];
        _random.NextBytes(iv);
        var index = AppStateIndex.Write("contact", $"{4915100000000L + contact}@s.whatsapp.net");
        return MutationEncoder.Encode(MutationOperation.Set, _keys, index, value, 2, iv, out _);
    }

    private static AppStateMac ValueMac(SyncdRecord record) => new(record.Value.Blob.Span[^AppStateMac.Size..]);

    private static ByteString Bytes(AppStateMac mac) => ByteString.CopyFrom(mac.ToArray());
}
