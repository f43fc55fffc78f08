using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// The app-state keys of one device with their expansions, which are computed once, when first needed. Sync section 3.4.
/// Immutable: adding keys gives a new ring that shares what was expanded, so a reader in another thread is not disturbed.
/// </summary>
internal sealed class AppStateKeyRing
{
    public static readonly AppStateKeyRing Empty = new([]);

    private readonly Dictionary<AppStateKeyId, Entry> _entries = new(AppStateKeyId.Comparer.Instance);

    private AppStateKeyRing(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            _entries[entry.Key.Id] = entry;
        }

        Newest = _entries.Values.Select(e => e.Key).OrderBy(k => k.Timestamp).ThenBy(k => k.Id.Epoch).LastOrDefault();
    }

    /// <summary>The key for uploads: the one with the highest timestamp; <see langword="null"/> before the first share.</summary>
    public AppStateSyncKey? Newest { get; }

    /// <summary>Number of keys.</summary>
    public int Count => _entries.Count;

    /// <summary>Ids of all keys.</summary>
    public IEnumerable<AppStateKeyId> Ids => _entries.Keys;

    /// <summary>Adds keys; one with a known id replaces the old one only when its timestamp is newer.</summary>
    /// <param name="keys">What the phone shared, or what the store holds.</param>
    /// <param name="accepted">The keys that were not known in this form and are worth storing.</param>
    public AppStateKeyRing With(IEnumerable<AppStateSyncKey> keys, out IReadOnlyList<AppStateSyncKey> accepted)
    {
        var added = new Dictionary<AppStateKeyId, AppStateSyncKey>();
        foreach (var key in keys)
        {
            var known = added.GetValueOrDefault(key.Id) ?? (_entries.TryGetValue(key.Id, out var entry) ? entry.Key : null);
            if (known is null || key.Timestamp > known.Timestamp)
            {
                added[key.Id] = key;
            }
        }

        accepted = [.. added.Values];
        return added.Count == 0 ? this : new AppStateKeyRing(_entries.Values.Concat(added.Values.Select(k => new Entry(k))));
    }

    /// <summary>Adds keys; see the other overload.</summary>
    public AppStateKeyRing With(IEnumerable<AppStateSyncKey> keys) => With(keys, out _);

    /// <summary>Whether there is a key with the given id.</summary>
    public bool Contains(AppStateKeyId id) => _entries.ContainsKey(id);

    /// <summary>Finds the expansion of a key by the bytes of its id.</summary>
    public bool TryGet(ReadOnlySpan<byte> id, [NotNullWhen(true)] out MutationKeys? keys)
    {
        if (_entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out var entry))
        {
            keys = entry.Expanded;
            return true;
        }

        keys = null;
        return false;
    }

    private sealed class Entry(AppStateSyncKey key)
    {
        private MutationKeys? _expanded;

        public AppStateSyncKey Key { get; } = key;

        // Two threads may both expand; the results are equal and one of them stays.
        public MutationKeys Expanded => _expanded ??= new MutationKeys(Key.Id, Key.Data);
    }
}
