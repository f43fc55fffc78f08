using Google.Protobuf;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>A patch that is ready to be uploaded.</summary>
/// <param name="BaseVersion">The version that it was built on; the server refuses it on any other.</param>
/// <param name="Patch">The encoded SyncdPatch.</param>
/// <param name="After">Version and hash of the collection when it is accepted.</param>
internal sealed record PatchUpload(ulong BaseVersion, byte[] Patch, CollectionState After);

/// <summary>Builds patches for upload. Sync section 3.12.</summary>
internal sealed class PatchBuilder
{
    /// <summary>Largest number of mutations in one patch; the official client sends larger changes in another way.</summary>
    public const int MaxMutations = 100;

    private readonly AppStateCollection _collection;
    private readonly AppStateKeyRing _ring;
    private readonly MutationKeys _newest;
    private readonly Action<Span<byte>> _fillIv;

    /// <summary>Prepares patches of one collection.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="ring">All keys. New records are written with the newest one.</param>
    /// <param name="fillIv">Draws an IV: 16 random bytes, new for each mutation.</param>
    /// <exception cref="InvalidOperationException">There is no key yet, so nothing can be written.</exception>
    public PatchBuilder(AppStateCollection collection, AppStateKeyRing ring, Action<Span<byte>> fillIv)
    {
        if (ring.Newest is not { } newest || !ring.TryGet(newest.Id.Bytes, out var keys))
        {
            throw new InvalidOperationException("Without an app-state key nothing can be written.");
        }

        _collection = collection;
        _ring = ring;
        _newest = keys;
        _fillIv = fillIv;
    }

    /// <summary>The index MACs under which entries that are to be changed may be stored; look them up for <see cref="Build"/>.</summary>
    public IReadOnlyList<AppStateMac> FindIndexMacs(IEnumerable<AppStateEdit> edits)
    {
        var macs = new List<AppStateMac>();
        using var decoder = new MutationDecoder(_ring);
        foreach (var edit in edits)
        {
            decoder.AddIndexMacs(edit.Index.Span, macs);
        }

        return macs;
    }

    /// <summary>Builds a patch on top of a state.</summary>
    /// <param name="state">The collection as it is on the server, as far as is known.</param>
    /// <param name="edits">The changes in order; of two for one entry the later counts.</param>
    /// <param name="existing">The stored records among <see cref="FindIndexMacs"/>.</param>
    /// <returns>The patch; <see langword="null"/> when nothing is left to change, as after the removal of what is not there.</returns>
    /// <exception cref="ArgumentException">More than <see cref="MaxMutations"/> mutations are needed.</exception>
    public PatchUpload? Build(CollectionState state, IEnumerable<AppStateEdit> edits, IReadOnlyList<AppStateRecord> existing)
    {
        var hash = new LtHash(state.Hash.Span);
        var stored = existing.ToDictionary(r => r.IndexMac);
        var patch = new SyncdPatch { KeyId = new KeyId { Id = ByteString.CopyFrom(_newest.Id.Bytes) } };
        var valueMacs = new List<AppStateMac>();
        using var decoder = new MutationDecoder(_ring);
        foreach (var edit in LastOfEachEntry(edits))
        {
            var siblings = new List<AppStateMac>();
            decoder.AddIndexMacs(edit.Index.Span, siblings);
            var versions = siblings.Where(stored.ContainsKey).Select(mac => stored[mac]).ToList();
            if (edit.Value is { } value)
            {
                Append(MutationOperation.Set, _newest, edit.Index.Span, value, edit.ActionVersion, patch, valueMacs, out var record);
                hash.Add(record.ValueMac);
            }

            foreach (var old in versions)
            {
                hash.Subtract(old.ValueMac);
                if (edit.Value is null || old.KeyId != _newest.Id)
                {
                    AppendRemoval(edit, old, patch, valueMacs);
                }
            }
        }

        if (patch.Mutations.Count == 0)
        {
            return null;
        }

        if (patch.Mutations.Count > MaxMutations)
        {
            throw new ArgumentException("A patch has at most 100 mutations.", nameof(edits));
        }

        var after = new CollectionState(state.Version + 1, hash.Bytes.ToArray());
        var snapshotMac = AppStateMacs.Snapshot(_newest.SnapshotMacKey, hash, after.Version, _collection).ToArray();
        var patchMac = AppStateMacs.Patch(_newest.PatchMacKey, snapshotMac, valueMacs, after.Version, _collection).ToArray();
        patch.SnapshotMac = UnsafeByteOperations.UnsafeWrap(snapshotMac);
        patch.PatchMac = UnsafeByteOperations.UnsafeWrap(patchMac);
        return new PatchUpload(state.Version, patch.ToByteArray(), after);
    }

    /// <summary>
    /// After a conflict: the edits that still count on top of what others did meanwhile. One is dropped where somebody else
    /// changed the same entry at a later time.
    /// </summary>
    public static IReadOnlyList<AppStateEdit> Reconcile(IEnumerable<AppStateEdit> edits, IEnumerable<AppStateDelta> others)
    {
        var latest = new Dictionary<ReadOnlyMemory<byte>, long>(IndexBytesComparer.Instance);
        foreach (var meaning in others.SelectMany(o => o.Meanings))
        {
            latest[meaning.Index] = ActionInterpreter.TimestampOf(meaning.Value.Span);
        }

        return [.. edits.Where(e => !latest.TryGetValue(e.Index, out var theirs) || theirs <= e.MadeAt.ToUnixTimeMilliseconds())];
    }

    // The record under the newest key is overwritten by its successor. One under an older key has another name and must be
    // removed under that key, with a value that says when.
    private void AppendRemoval(AppStateEdit edit, in AppStateRecord old, SyncdPatch patch, List<AppStateMac> valueMacs)
    {
        if (!_ring.TryGet(old.KeyId.Bytes, out var keys))
        {
            throw new InvalidOperationException("A stored record was written with a key that is not there.");
        }

        var value = ActionInterpreter.TryParse(old.Value.Span, out var last) ? last : new SyncActionValue();
        value.Timestamp = edit.MadeAt.ToUnixTimeMilliseconds();
        Append(MutationOperation.Remove, keys, edit.Index.Span, value, old.ActionVersion, patch, valueMacs, out _);
    }

    private void Append(
        MutationOperation operation, MutationKeys keys, ReadOnlySpan<byte> index, SyncActionValue value, int actionVersion,
        SyncdPatch patch, List<AppStateMac> valueMacs, out AppStateRecord record)
    {
        Span<byte> iv = stackalloc byte[MutationEncoder.IvSize];
        _fillIv(iv);
        patch.Mutations.Add(MutationEncoder.Encode(operation, keys, index, value, actionVersion, iv, out record));
        valueMacs.Add(record.ValueMac);
    }

    private static OrderedDictionary<ReadOnlyMemory<byte>, AppStateEdit>.ValueCollection LastOfEachEntry(IEnumerable<AppStateEdit> edits)
    {
        var last = new OrderedDictionary<ReadOnlyMemory<byte>, AppStateEdit>(IndexBytesComparer.Instance);
        foreach (var edit in edits)
        {
            last[edit.Index] = edit;
        }

        return last.Values;
    }
}
