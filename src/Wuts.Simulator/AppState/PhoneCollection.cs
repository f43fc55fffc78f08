using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>
/// The phone's own copy of one app-state collection. Entries that are put in before anybody asks cost nothing; the first
/// question encrypts them all. Sync sections 3.3 to 3.8. Not safe for concurrent use.
/// </summary>
internal sealed class PhoneCollection(AppStateCollection name, SyncKeyRing keys, SimulatorRandom random)
{
    private readonly Dictionary<string, PhoneRecord> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<AppStateMac, PhoneRecord> _stored = [];
    private LtHash _hash = new();

    public AppStateCollection Name => name;

    /// <summary>Whether the server has the collection.</summary>
    public bool IsPublished { get; private set; }

    public ulong Version { get; private set; }

    /// <summary>The hash over all records.</summary>
    public ReadOnlySpan<byte> Hash => _hash.Bytes;

    /// <summary>The entries in the order in which they were made.</summary>
    public IEnumerable<PhoneRecord> Entries => _entries.Values;

    /// <summary>The records as they are stored, which can be more than one for an entry after a change of keys.</summary>
    public IEnumerable<PhoneRecord> Stored => _stored.Values;

    public int Count => _entries.Count;

    public PhoneRecord? Find(string index) => _entries.GetValueOrDefault(index);

    /// <summary>Changes entries before the server has the collection.</summary>
    public void Prepare(IEnumerable<PhoneEdit> edits)
    {
        foreach (var edit in edits)
        {
            if (edit.Value is null)
            {
                _entries.Remove(edit.Index);
            }
            else
            {
                _entries[edit.Index] = NewRecord(edit, edit.Value);
            }
        }
    }

    /// <summary>Encrypts everything for the first upload.</summary>
    /// <returns>The snapshot at version 1, or at version 0 when there is nothing.</returns>
    public SyncdSnapshot Publish()
    {
        var snapshot = new SyncdSnapshot();
        foreach (var record in _entries.Values)
        {
            snapshot.Records.Add(Seal(MutationOperation.Set, keys.Newest, record).Record);
            _stored.Add(record.IndexMac, record);
            _hash.Add(record.ValueMac);
        }

        IsPublished = true;
        Version = _entries.Count > 0 ? 1UL : 0;
        snapshot.Version = new SyncdVersion { Version = Version };
        snapshot.Mac = SnapshotMac(keys.Newest, _hash, Version);
        snapshot.KeyId = KeyIdOf(keys.Newest);
        return snapshot;
    }

    /// <summary>Applies the phone's own changes and makes the patch for the server; <see langword="null"/> when nothing changes.</summary>
    public SyncdPatch? Change(IEnumerable<PhoneEdit> edits, long now)
    {
        var patch = new SyncdPatch();
        foreach (var edit in edits)
        {
            var old = _entries.GetValueOrDefault(edit.Index);
            PhoneRecord? written = null;
            if (edit.Value is { } value)
            {
                written = NewRecord(edit, value);
                patch.Mutations.Add(Seal(MutationOperation.Set, keys.Newest, written));
            }

            // What is stored under an older key has another name, so it is removed under that key.
            foreach (var stale in old?.Chain().Where(record => record.IndexMac != written?.IndexMac).ToArray() ?? [])
            {
                patch.Mutations.Add(SealRemoval(stale, now));
                Forget(stale);
            }

            if (written is not null)
            {
                Keep(written);
            }
        }

        if (patch.Mutations.Count == 0)
        {
            return null;
        }

        Version++;
        Sign(patch, keys.Newest, Version, _hash, name);
        return patch;
    }

    /// <summary>Checks a patch that a device uploads on top of the current version, and applies it when it is right.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> when nothing is.</returns>
    public string? Accept(SyncdPatch patch)
    {
        if (keys.Find(patch.KeyId.Id.Span) is not { } key)
        {
            return "The patch names a key that the phone does not have.";
        }

        var version = Version + 1;
        var valueMacs = patch.Mutations.Select(mutation => new AppStateMac(mutation.Record.Value.Blob.Span[^AppStateMac.Size..]));
        if (!AppStateMacs.Patch(key.Expanded.PatchMacKey, patch.SnapshotMac.Span, valueMacs, version, name).Matches(patch.PatchMac.Span))
        {
            return "patchMac is wrong.";
        }

        var opened = new List<(MutationOperation Operation, PhoneRecord Record)>();
        foreach (var mutation in patch.Mutations)
        {
            if (!TryOpen(mutation, out var record, out var fault))
            {
                return fault;
            }

            opened.Add(((MutationOperation)mutation.Operation, record));
        }

        var hash = new LtHash(_hash.Bytes);
        if (Follow(hash, opened) is { } wrong)
        {
            return wrong;
        }

        if (!AppStateMacs.Snapshot(key.Expanded.SnapshotMacKey, hash, version, name).Matches(patch.SnapshotMac.Span))
        {
            return "snapshotMac is wrong: the patch was built on another hash.";
        }

        Apply(opened);
        Version = version;
        return null;
    }

    /// <summary>Writes the MACs of a patch.</summary>
    public static void Sign(SyncdPatch patch, SyncKey key, ulong version, LtHash hash, AppStateCollection name)
    {
        patch.Version = new SyncdVersion { Version = version };
        patch.KeyId = KeyIdOf(key);
        patch.DeviceIndex = 0;
        patch.SnapshotMac = ByteString.CopyFrom(AppStateMacs.Snapshot(key.Expanded.SnapshotMacKey, hash, version, name).ToArray());
        var valueMacs = patch.Mutations.Select(mutation => new AppStateMac(mutation.Record.Value.Blob.Span[^AppStateMac.Size..]));
        patch.PatchMac = ByteString.CopyFrom(
            AppStateMacs.Patch(key.Expanded.PatchMacKey, patch.SnapshotMac.Span, valueMacs, version, name).ToArray());
    }

    private static KeyId KeyIdOf(SyncKey key) => new() { Id = ByteString.CopyFrom(key.Id.Bytes) };

    private static PhoneRecord NewRecord(PhoneEdit edit, SyncActionValue value) =>
        new() { Index = edit.Index, Value = value, ActionVersion = edit.ActionVersion };

    private ByteString SnapshotMac(SyncKey key, LtHash hash, ulong version) =>
        ByteString.CopyFrom(AppStateMacs.Snapshot(key.Expanded.SnapshotMacKey, hash, version, name).ToArray());

    private SyncdMutation Seal(MutationOperation operation, SyncKey key, PhoneRecord record)
    {
        Span<byte> iv = stackalloc byte[MutationEncoder.IvSize];
        random.Fill(iv);
        var mutation = MutationEncoder.Encode(
            operation, key.Expanded, record.IndexBytes, record.Value, record.ActionVersion, iv, out var encoded);
        (record.KeyId, record.IndexMac, record.ValueMac) = (encoded.KeyId, encoded.IndexMac, encoded.ValueMac);
        return mutation;
    }

    // Removing does not change the stored record, whose value MAC is still needed; so a copy is sealed.
    private SyncdMutation SealRemoval(PhoneRecord stored, long timestamp)
    {
        var value = stored.Value.Clone();
        value.Timestamp = timestamp;
        var key = keys.Find(stored.KeyId.Bytes)
            ?? throw new InvalidOperationException("The phone has lost the key of a record that it wants to remove.");
        return Seal(
            MutationOperation.Remove, key, new PhoneRecord { Index = stored.Index, Value = value, ActionVersion = stored.ActionVersion });
    }

    private bool TryOpen(SyncdMutation mutation, [NotNullWhen(true)] out PhoneRecord? record, out string fault)
    {
        record = null;
        fault = "A mutation names a key that the phone does not have.";
        return keys.Find(mutation.Record.KeyId.Id.Span) is { } key && RecordOpener.TryOpen(mutation, key, out record, out fault);
    }

    // The hash after the mutations, without touching the records yet.
    private string? Follow(LtHash hash, List<(MutationOperation Operation, PhoneRecord Record)> mutations)
    {
        var changed = new Dictionary<AppStateMac, AppStateMac?>();
        foreach (var (operation, record) in mutations)
        {
            var old = changed.TryGetValue(record.IndexMac, out var seen)
                ? seen
                : _stored.GetValueOrDefault(record.IndexMac)?.ValueMac;
            if (old is { } replaced)
            {
                hash.Subtract(replaced);
            }

            if (operation == MutationOperation.Set)
            {
                hash.Add(record.ValueMac);
                changed[record.IndexMac] = record.ValueMac;
            }
            else if (old is null)
            {
                return "A REMOVE names a record that is not there.";
            }
            else
            {
                changed[record.IndexMac] = null;
            }
        }

        return null;
    }

    private void Apply(List<(MutationOperation Operation, PhoneRecord Record)> mutations)
    {
        foreach (var (operation, record) in mutations)
        {
            if (operation == MutationOperation.Set)
            {
                Keep(record);
            }
            else if (_stored.TryGetValue(record.IndexMac, out var stored))
            {
                Forget(stored);
            }
        }
    }

    private void Keep(PhoneRecord record)
    {
        if (_stored.TryGetValue(record.IndexMac, out var replaced))
        {
            _hash.Subtract(replaced.ValueMac);
        }

        _hash.Add(record.ValueMac);
        _stored[record.IndexMac] = record;
        var last = record;
        foreach (var other in _entries.GetValueOrDefault(record.Index)?.Chain().ToArray() ?? [])
        {
            if (other.IndexMac != record.IndexMac)
            {
                last.Older = other;
                last = other;
            }
        }

        last.Older = null;
        _entries[record.Index] = record;
    }

    private void Forget(PhoneRecord record)
    {
        _hash.Subtract(record.ValueMac);
        _stored.Remove(record.IndexMac);
        if (!_entries.TryGetValue(record.Index, out var newest))
        {
            return;
        }

        if (newest == record)
        {
            if (record.Older is { } older)
            {
                _entries[record.Index] = older;
            }
            else
            {
                _entries.Remove(record.Index);
            }

            return;
        }

        foreach (var other in newest.Chain())
        {
            other.Older = other.Older == record ? record.Older : other.Older;
        }
    }
}
