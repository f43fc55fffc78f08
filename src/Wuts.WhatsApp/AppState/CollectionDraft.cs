using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A collection that is being brought forward in memory: a verified snapshot, patches on top, and at the end one delta. The
/// store is only read, so a draft that is thrown away has changed nothing, and a patch that fails leaves the draft at the
/// patch before it. Sync sections 3.7 and 3.8.
/// </summary>
internal sealed class CollectionDraft : IDisposable
{
    private readonly AppStateCollection _collection;
    private readonly CollectionState _stored;
    private readonly IAppStateStore _store;
    private readonly AppStateKeyRing _ring;
    private readonly MutationDecoder _decoder;

    // What the store holds for the index MACs that were looked up; one that is looked up and not here does not exist.
    private readonly Dictionary<AppStateMac, AppStateRecord> _found = [];
    private readonly HashSet<AppStateMac> _lookedUp = [];

    // The entries that patches touched, with the record that is their state now.
    private readonly OrderedDictionary<ReadOnlyMemory<byte>, Touch> _touched = new(IndexBytesComparer.Instance);
    private RecordTable _records = new();
    private LtHash _hash;
    private ulong _version;
    private bool _replaced;

    /// <summary>Starts from what the store holds.</summary>
    public CollectionDraft(AppStateCollection collection, CollectionState stored, IAppStateStore store, AppStateKeyRing ring)
    {
        _collection = collection;
        _stored = stored;
        _store = store;
        _ring = ring;
        _decoder = new MutationDecoder(ring);
        _hash = new LtHash(stored.Hash.Span);
        _version = stored.Version;
    }

    /// <summary>The version reached so far.</summary>
    public ulong Version => _version;

    /// <summary>Whether a snapshot replaced what the store holds.</summary>
    public bool IsReplacement => _replaced;

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasProgress => _replaced || _version != _stored.Version;

    /// <summary>Number of REMOVEs for entries that were not known: harmless alone, telling when the hash then differs.</summary>
    public int UnknownRemovals { get; private set; }

    /// <summary>Takes over a verified complete state instead of everything before. The draft owns its records from now on.</summary>
    public void Replace(VerifiedSnapshot snapshot)
    {
        _records = snapshot.Records;
        _hash = new LtHash(snapshot.State.Hash.Span);
        _version = snapshot.State.Version;
        _replaced = true;
        _touched.Clear();
    }

    /// <summary>Verifies and applies patches in order until one fails.</summary>
    /// <returns>Why a patch failed; <see langword="null"/> when all are applied. Those before the failure stay applied.</returns>
    public async ValueTask<AppStateOutcome?> ApplyAsync(IReadOnlyList<PatchEnvelope> patches, CancellationToken cancellationToken)
    {
        var decoded = new List<DecodedPatch>(patches.Count);
        AppStateOutcome? failure = null;
        foreach (var envelope in patches)
        {
            var expected = _version + (ulong)decoded.Count + 1;
            if (!DecodedPatch.TryDecode(envelope, _collection, expected, _ring, _decoder, out var patch, out failure))
            {
                break;
            }

            decoded.Add(patch);
        }

        await LookUpAsync(decoded, cancellationToken);
        foreach (var patch in decoded)
        {
            if (!TryApply(patch, out var mismatch))
            {
                return mismatch;
            }
        }

        return failure;
    }

    /// <summary>Describes the step from what the store holds to this draft.</summary>
    public ValueTask<AppStateDelta> BuildDeltaAsync(CancellationToken cancellationToken)
    {
        var state = new CollectionState(_version, _hash.Bytes.ToArray());
        if (_replaced)
        {
            return new SnapshotComparison(_collection, _stored, state, _records, _ring).BuildDeltaAsync(_store, cancellationToken);
        }

        var upserts = new List<AppStateRecord>(_records.Count);
        var deletes = new List<AppStateMac>();
        for (var row = 0; row < _records.RowCount; row++)
        {
            if (_records[row].Alive)
            {
                upserts.Add(_records[row].Record);
            }
            else
            {
                deletes.Add(_records[row].Record.IndexMac);
            }
        }

        var meanings = new List<AppStateDelta.Meaning>(_touched.Count);
        foreach (var (index, touch) in _touched)
        {
            meanings.Add(touch.Current is { } mac && TryGetCurrent(mac, out var record)
                ? new AppStateDelta.Meaning(index, record.Value, Removed: false)
                : new AppStateDelta.Meaning(index, touch.LastValue, Removed: true));
        }

        return new(new AppStateDelta(_collection, _stored.Version, state, upserts, deletes, meanings));
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    private async ValueTask LookUpAsync(List<DecodedPatch> patches, CancellationToken cancellationToken)
    {
        if (_replaced)
        {
            return;
        }

        var wanted = new List<AppStateMac>();
        foreach (var patch in patches)
        {
            foreach (var mutation in patch.Mutations)
            {
                foreach (var mac in mutation.Siblings)
                {
                    if (_lookedUp.Add(mac))
                    {
                        wanted.Add(mac);
                    }
                }
            }
        }

        if (wanted.Count > 0)
        {
            foreach (var record in await _store.FindAsync(_collection, wanted, cancellationToken))
            {
                _found[record.IndexMac] = record;
            }
        }
    }

    private bool TryApply(DecodedPatch patch, [NotNullWhen(false)] out AppStateOutcome? mismatch)
    {
        // The hash first, on the side: only when it leads where the writer says is anything taken over.
        var step = new LtHashSum();
        var pending = new Dictionary<AppStateMac, AppStateMac?>();
        foreach (var mutation in patch.Mutations)
        {
            var mac = mutation.Record.IndexMac;
            var old = pending.TryGetValue(mac, out var changed) ? changed : CurrentValueMac(mac);
            if (old is { } stored)
            {
                step.Subtract(stored);
            }

            if (mutation.Operation == MutationOperation.Set)
            {
                step.Add(mutation.Record.ValueMac);
                pending[mac] = mutation.Record.ValueMac;
            }
            else
            {
                pending[mac] = null;
            }
        }

        var hash = new LtHash(_hash.Bytes);
        hash.Add(step.ToLtHash());
        if (!AppStateMacs.Snapshot(patch.Keys.SnapshotMacKey, hash, patch.Version, _collection).Matches(patch.SnapshotMac))
        {
            mismatch = new AppStateOutcome.NeedsResync(ResyncReason.HashMismatch);
            return false;
        }

        _hash = hash;
        _version = patch.Version;
        foreach (var mutation in patch.Mutations)
        {
            TakeOver(mutation);
        }

        mismatch = null;
        return true;
    }

    private void TakeOver(in DecodedPatch.Mutation mutation)
    {
        var record = mutation.Record;
        if (mutation.Operation == MutationOperation.Set)
        {
            _records.Set(record, out _);
            _touched[record.Index] = new Touch(record.IndexMac, record.Value);
        }
        else if (!TryGetCurrent(record.IndexMac, out _))
        {
            UnknownRemovals++;
        }
        else
        {
            _records.Remove(record.IndexMac);
            _touched[record.Index] = new Touch(Survivor(record, mutation.Siblings), record.Value);
        }
    }

    // An entry that is written again under a newer key is set there and removed here: it is not gone. What a patch set last
    // is the entry's state; otherwise the newest of what the store has.
    private AppStateMac? Survivor(in AppStateRecord removed, IReadOnlyList<AppStateMac> siblings)
    {
        if (_touched.TryGetValue(removed.Index, out var last) && last.Current is { } mac && mac != removed.IndexMac && TryGetCurrent(mac, out _))
        {
            return mac;
        }

        AppStateRecord? newest = null;
        foreach (var sibling in siblings)
        {
            if (TryGetCurrent(sibling, out var candidate) && (newest is not { } best || RecordAge.IsNewer(candidate, best)))
            {
                newest = candidate;
            }
        }

        return newest?.IndexMac;
    }

    private AppStateMac? CurrentValueMac(AppStateMac indexMac) => TryGetCurrent(indexMac, out var record) ? record.ValueMac : null;

    private bool TryGetCurrent(AppStateMac indexMac, out AppStateRecord record)
    {
        if (_records.TryFind(indexMac, out var row))
        {
            record = _records[row].Record;
            return _records[row].Alive;
        }

        record = default;
        return !_replaced && _found.TryGetValue(indexMac, out record);
    }

    /// <summary>What patches did to an entry.</summary>
    /// <param name="Current">The record that is its state; none means that the entry is gone.</param>
    /// <param name="LastValue">The value of the last mutation, which for a REMOVE only says when it was made.</param>
    private readonly record struct Touch(AppStateMac? Current, ReadOnlyMemory<byte> LastValue);
}
