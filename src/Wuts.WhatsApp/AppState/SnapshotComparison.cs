namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Compares a complete new state with the rows of the store, so that a full resync writes only rows that differ and reports
/// only entries that differ: nobody sees all contacts vanish and come back. Sync section 3.9.
/// </summary>
internal sealed class SnapshotComparison(
    AppStateCollection collection, CollectionState stored, CollectionState state, RecordTable records, AppStateKeyRing ring)
{
    private readonly List<AppStateMac> _deletes = [];
    private readonly HashSet<ReadOnlyMemory<byte>> _removed = new(IndexBytesComparer.Instance);

    /// <summary>Reads the stored rows once and describes the step to the new state. The row marks of the table are used up.</summary>
    public async ValueTask<AppStateDelta> BuildDeltaAsync(IAppStateStore store, CancellationToken cancellationToken)
    {
        Dictionary<ReadOnlyMemory<byte>, int>? entries = null;
        await foreach (var old in store.ReadAllAsync(collection, cancellationToken))
        {
            Compare(old, entries ??= IndexEntries());
        }

        // Of a first snapshot all rows are new; afterwards few are.
        var expected = entries is null ? records.Count : 0;
        var upserts = new List<AppStateRecord>(expected);
        var meanings = new List<AppStateDelta.Meaning>(expected);
        meanings.AddRange(_removed.Select(static index => new AppStateDelta.Meaning(index, default, Removed: true)));
        if (entries is null && ring.Count > 1)
        {
            entries = IndexEntries();
        }

        for (var row = 0; row < records.RowCount; row++)
        {
            ref readonly var current = ref records[row];
            if (!current.Alive)
            {
                continue;
            }

            if (!current.Stored)
            {
                upserts.Add(current.Record);
            }

            if (!current.Known && (entries is null || entries[current.Record.Index] == row))
            {
                meanings.Add(new AppStateDelta.Meaning(current.Record.Index, current.Record.Value, Removed: false));
            }
        }

        return new AppStateDelta(collection, stored.Version, state, upserts, _deletes, meanings);
    }

    private void Compare(in AppStateRecord old, Dictionary<ReadOnlyMemory<byte>, int> entries)
    {
        if (records.TryFind(old.IndexMac, out var sameName) && records[sameName].Alive)
        {
            records[sameName].Stored = records[sameName].Record.Equals(old);
        }
        else
        {
            _deletes.Add(old.IndexMac);
        }

        if (!entries.TryGetValue(old.Index, out var entry))
        {
            _removed.Add(old.Index);
            return;
        }

        // An entry with two old rows counts as known only if both agree: saying something twice does no harm.
        ref var current = ref records[entry];
        current.Known = (current.Known || !current.Compared) && current.Record.SameContent(old);
        current.Compared = true;
    }

    // The row that is the state of each entry; written under two keys, an entry has two rows and the newer one counts.
    private Dictionary<ReadOnlyMemory<byte>, int> IndexEntries()
    {
        var entries = new Dictionary<ReadOnlyMemory<byte>, int>(records.Count, IndexBytesComparer.Instance);
        for (var row = 0; row < records.RowCount; row++)
        {
            if (records[row].Alive
                && (!entries.TryGetValue(records[row].Record.Index, out var other)
                    || RecordAge.IsNewer(records[row].Record, records[other].Record)))
            {
                entries[records[row].Record.Index] = row;
            }
        }

        return entries;
    }
}
