using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>What a device gets for a fetch.</summary>
/// <param name="Version">The version on the server.</param>
/// <param name="Snapshot">The whole collection at an earlier or the same version, when one is due.</param>
/// <param name="Patches">The patches after what the device has or gets.</param>
/// <param name="HasMore">Whether more patches follow after these.</param>
internal sealed record CollectionPage(ulong Version, StoredSnapshot? Snapshot, IReadOnlyList<StoredPatch> Patches, bool HasMore);

/// <summary>A collection as a whole, which the server makes of what was uploaded; it needs no key for that.</summary>
internal sealed class StoredSnapshot(SyncdSnapshot content)
{
    public SyncdSnapshot Content => content;

    /// <summary>Where the snapshot can be downloaded, once it was asked for.</summary>
    public ExternalBlobReference? Reference { get; set; }

    /// <summary>Bytes to show in place of the file or of the reference to it; a fault sets them.</summary>
    public (bool IsFile, byte[] Bytes)? Raw { get; init; }
}

/// <summary>A patch with its version, as it is handed out.</summary>
internal sealed class StoredPatch(SyncdPatch content)
{
    public ulong Version => content.Version.Version;

    public SyncdPatch Content => content;

    /// <summary>Where the mutations can be downloaded, when there are too many to stand in the patch.</summary>
    public ExternalBlobReference? Reference { get; set; }

    /// <summary>Bytes to show in place of the mutations' file or of the patch itself; a fault sets them.</summary>
    public (bool IsFile, byte[] Bytes)? Raw { get; init; }
}

/// <summary>
/// What the server keeps of one collection: encrypted records, the patches that led to them, and the MACs that came with
/// them. It can read none of it. Sync sections 3.2 and 3.7. Not safe for concurrent use.
/// </summary>
internal sealed class CollectionStore
{
    /// <summary>How many patches may follow a snapshot before a new one is made.</summary>
    private const int PatchesBehindSnapshot = 32;

    /// <summary>How many patches are kept; a device that is further behind gets a snapshot.</summary>
    private const int KeptPatches = 4096;

    private readonly Dictionary<AppStateMac, SyncdRecord> _records = [];
    private readonly List<StoredPatch> _patches = [];
    private SyncdSnapshot _head = new() { Version = new SyncdVersion { Version = 0 } };
    private StoredSnapshot? _snapshot;

    public ulong Version => _head.Version.Version;

    /// <summary>Takes the first upload of the phone.</summary>
    public void Begin(SyncdSnapshot first)
    {
        foreach (var record in first.Records)
        {
            _records[new AppStateMac(record.Index.Blob.Span)] = record;
        }

        _snapshot = Version == first.Version.Version ? null : new StoredSnapshot(first);
        _head = new SyncdSnapshot { Version = first.Version, Mac = first.Mac, KeyId = first.KeyId };
    }

    /// <summary>Takes a patch whose version is the next one.</summary>
    public void Append(SyncdPatch patch)
    {
        foreach (var mutation in patch.Mutations)
        {
            var index = new AppStateMac(mutation.Record.Index.Blob.Span);
            if (mutation.Operation == SyncdMutation.Types.Operation.Set)
            {
                _records[index] = mutation.Record;
            }
            else
            {
                _records.Remove(index);
            }
        }

        _patches.Add(new StoredPatch(patch));
        if (_patches.Count > KeptPatches)
        {
            _patches.RemoveRange(0, _patches.Count - KeptPatches);
        }

        // The MAC over the whole collection comes with every patch.
        _head = new SyncdSnapshot { Version = patch.Version, Mac = patch.SnapshotMac, KeyId = patch.KeyId };
    }

    /// <summary>What a device that has a version gets; without a version it gets a snapshot.</summary>
    public CollectionPage Fetch(ulong? version, int patchesPerPage)
    {
        var oldest = _patches.Count == 0 ? Version : _patches[0].Version - 1;
        var snapshot = version is null || version < oldest ? Snapshot() : null;
        var from = snapshot?.Content.Version.Version ?? version ?? 0;
        var skipped = _patches.Count == 0 || from < oldest ? 0 : (int)(from - oldest);
        var patches = _patches.Skip(skipped).Take(patchesPerPage).ToArray();
        return new CollectionPage(Version, snapshot, patches, HasMore: skipped + patches.Length < _patches.Count);
    }

    /// <summary>Makes the next snapshot from the current state, however few patches there are.</summary>
    public void Compact() => _snapshot = null;

    private StoredSnapshot? Snapshot()
    {
        if (Version == 0)
        {
            return null;
        }

        var behind = _snapshot is null ? ulong.MaxValue : Version - _snapshot.Content.Version.Version;
        if (_snapshot is null || behind > PatchesBehindSnapshot)
        {
            var content = _head.Clone();
            content.Records.AddRange(_records.Values);
            _snapshot = new StoredSnapshot(content);
        }

        return _snapshot;
    }
}
