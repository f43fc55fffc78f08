using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;
using AppStateSyncKey = Wuts.WhatsApp.AppState.AppStateSyncKey;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>
/// A phone that writes one collection: it keeps the entries, writes patches, and can write itself down as a snapshot. It shares
/// the record format with the library, and nothing of how the library applies what it reads.
/// </summary>
internal sealed class TestPhone(AppStateCollection collection, Random random)
{
    private readonly Dictionary<string, (SyncdRecord Record, SyncActionValue Value, MutationKeys Keys)> _entries = [];
    private readonly LtHash _hash = new();
    private readonly List<AppStateSyncKey> _keys = [];
    private MutationKeys? _current;

    public AppStateCollection Collection => collection;

    public ulong Version { get; private set; }

    public IReadOnlyList<AppStateSyncKey> Keys => _keys;

    public byte[] Hash => _hash.Bytes.ToArray();

    /// <summary>The last patches in order; number i leads to version FirstPatch + i.</summary>
    public List<byte[]> Patches { get; } = [];

    public List<string> Indexes => [.. _entries.Keys];

    /// <summary>The entries as a client should know them.</summary>
    public IEnumerable<(string Index, SyncActionValue Value)> Entries => _entries.Select(e => (e.Key, e.Value.Value));

    public AppStateSyncKey AddKey()
    {
        var id = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(2), 0x100 + _keys.Count);
        var data = new byte[AppStateSyncKey.DataSize];
        random.NextBytes(data);
        var key = new AppStateSyncKey(new AppStateKeyId(id), data, 1000 + _keys.Count);
        _keys.Add(key);
        _current = new MutationKeys(key.Id, key.Data);
        return key;
    }

    /// <summary>Writes one patch; a null value removes the entry.</summary>
    /// <param name="changes">Entries by index JSON.</param>
    /// <param name="upload">When set, the mutations go into a file of their own, and this puts it somewhere.</param>
    public byte[] Write(IEnumerable<(string Index, SyncActionValue? Value)> changes, Func<byte[], ExternalBlobReference>? upload = null)
    {
        var mutations = new List<SyncdMutation>();
        foreach (var (index, value) in changes)
        {
            var existed = _entries.Remove(index, out var old);
            if (existed)
            {
                _hash.Subtract(ValueMac(old.Record));
            }

            if (value is not null)
            {
                var set = Encode(MutationOperation.Set, _current!, index, value);
                _entries[index] = (set.Record, value, _current!);
                _hash.Add(ValueMac(set.Record));
                mutations.Add(set);
            }

            // An entry under an older key has another name there and is removed under it, before or after.
            if (existed && (value is null || old.Keys.Id != _current!.Id))
            {
                var place = random.Next(2) == 0 ? mutations.Count : Math.Max(0, mutations.Count - 1);
                mutations.Insert(place, Encode(MutationOperation.Remove, old.Keys, index, old.Value));
            }
            else if (!existed && value is null)
            {
                mutations.Add(Encode(MutationOperation.Remove, _current!, index, new SyncActionValue()));
            }
        }

        return Seal(mutations, upload);
    }

    /// <summary>Takes a patch that somebody else uploaded.</summary>
    public void Accept(byte[] encoded)
    {
        var patch = SyncdPatch.Parser.ParseFrom(encoded);
        using var decoder = new MutationDecoder(AppStateKeyRing.Empty.With(_keys));
        foreach (var mutation in patch.Mutations)
        {
            var record = EncryptedRecord.Read(mutation.Record.ToByteArray());
            if (decoder.TryDecode((MutationOperation)mutation.Operation, record, out var decoded) != MutationFault.None)
            {
                throw new InvalidOperationException("An uploaded mutation is not authentic.");
            }

            var index = Encoding.UTF8.GetString(decoded.Index.Span);
            var existed = _entries.TryGetValue(index, out var old) && old.Record.Index.Blob == mutation.Record.Index.Blob;
            if (existed)
            {
                _hash.Subtract(ValueMac(old.Record));
                _entries.Remove(index);
            }

            if (mutation.Operation == SyncdMutation.Types.Operation.Set)
            {
                if (_entries.Remove(index, out var underOldKey))
                {
                    // Its removal follows in the same patch; the hash must come out right at the end.
                    _hash.Subtract(ValueMac(underOldKey.Record));
                }

                var keys = _keys.Single(k => k.Id == decoded.KeyId);
                _entries[index] = (mutation.Record, SyncActionValue.Parser.ParseFrom(decoded.Value.Span), new MutationKeys(keys.Id, keys.Data));
                _hash.Add(decoded.ValueMac);
            }
        }

        Version++;
        patch.Version = new SyncdVersion { Version = Version };
        Patches.Add(patch.ToByteArray());
    }

    /// <summary>The collection as it is now.</summary>
    public byte[] WriteSnapshot()
    {
        var snapshot = new SyncdSnapshot
        {
            Version = new SyncdVersion { Version = Version },
            Mac = ByteString.CopyFrom(AppStateMacs.Snapshot(_current!.SnapshotMacKey, _hash, Version, collection).ToArray()),
            KeyId = new KeyId { Id = ByteString.CopyFrom(_current.Id.Bytes) },
        };
        snapshot.Records.AddRange(_entries.Values.Select(e => e.Record));
        return snapshot.ToByteArray();
    }

    /// <summary>The collection as the phone sends it for recovery.</summary>
    public SyncDSnapshotFatalRecoveryResponse WriteRecovery()
    {
        var recovery = new SyncdSnapshotRecovery
        {
            Version = new SyncdVersion { Version = Version },
            CollectionName = collection.WireName(),
            CollectionLthash = ByteString.CopyFrom(_hash.Bytes),
        };
        foreach (var (index, (record, value, keys)) in _entries)
        {
            recovery.MutationRecords.Add(new SyncdPlainTextRecord
            {
                Value = new SyncActionData { Index = ByteString.CopyFromUtf8(index), Value = value, Version = 2 },
                KeyId = ByteString.CopyFrom(keys.Id.Bytes),
                Mac = ByteString.CopyFrom(record.Value.Blob.Span[^32..]),
            });
        }

        return new SyncDSnapshotFatalRecoveryResponse { CollectionSnapshot = recovery.ToByteString(), IsCompressed = false };
    }

    private byte[] Seal(List<SyncdMutation> mutations, Func<byte[], ExternalBlobReference>? upload)
    {
        Version++;
        var snapshotMac = AppStateMacs.Snapshot(_current!.SnapshotMacKey, _hash, Version, collection).ToArray();
        var valueMacs = mutations.Select(m => ValueMac(m.Record));
        var patch = new SyncdPatch
        {
            Version = new SyncdVersion { Version = Version },
            SnapshotMac = ByteString.CopyFrom(snapshotMac),
            PatchMac = ByteString.CopyFrom(AppStateMacs.Patch(_current.PatchMacKey, snapshotMac, valueMacs, Version, collection).ToArray()),
            KeyId = new KeyId { Id = ByteString.CopyFrom(_current.Id.Bytes) },
        };
        if (upload is null)
        {
            patch.Mutations.AddRange(mutations);
        }
        else
        {
            patch.ExternalMutations = upload(new SyncdMutations { Mutations = { mutations } }.ToByteArray());
        }

        Patches.Add(patch.ToByteArray());
        return Patches[^1];
    }

    private SyncdMutation Encode(MutationOperation operation, MutationKeys keys, string index, SyncActionValue value)
    {
        var iv = new byte[16];
        random.NextBytes(iv);
        return MutationEncoder.Encode(operation, keys, Encoding.UTF8.GetBytes(index), value, 2, iv, out _);
    }

    private static AppStateMac ValueMac(SyncdRecord record) => new(record.Value.Blob.Span[^32..]);
}
