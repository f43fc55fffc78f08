using System.Numerics;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Records by index MAC, made for collections of hundreds of thousands: rows stand in chunks that never move, and the table
/// over them holds row numbers only. A removed record leaves a dead row behind, which says that it is gone.
/// </summary>
internal sealed class RecordTable
{
    // A chunk stays below the threshold of the large object heap.
    private const int RowsPerChunk = 512;

    private readonly List<Row[]> _chunks = [];

    // Row number + 1, or 0 for a free place; linear probing, at most half full.
    private int[] _places = new int[64];

    /// <summary>Number of rows, dead ones included.</summary>
    public int RowCount { get; private set; }

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    /// <summary>The row with a number from 0 to <see cref="RowCount"/> - 1.</summary>
    public ref Row this[int row] => ref _chunks[row / RowsPerChunk][row % RowsPerChunk];

    /// <summary>Finds the row of an index MAC, dead or alive.</summary>
    public bool TryFind(AppStateMac indexMac, out int row)
    {
        row = _places[Place(indexMac)] - 1;
        return row >= 0;
    }

    /// <summary>Adds a record or replaces the one with the same index MAC.</summary>
    /// <returns>The row, and whether a record was replaced, which <paramref name="replaced"/> then holds.</returns>
    public bool Set(in AppStateRecord record, out AppStateRecord replaced)
    {
        ref var row = ref RowFor(record.IndexMac);
        var existed = row.Alive;
        replaced = row.Record;
        row.Record = record;
        row.Alive = true;
        Count += existed ? 0 : 1;
        return existed;
    }

    /// <summary>Notes that there is no record with this index MAC.</summary>
    public void Remove(AppStateMac indexMac)
    {
        ref var row = ref RowFor(indexMac);
        Count -= row.Alive ? 1 : 0;
        row.Record = new AppStateRecord
        {
            IndexMac = indexMac,
            ValueMac = default,
            KeyId = default,
            Index = default,
            Value = default,
            ActionVersion = 0,
        };
        row.Alive = false;
    }

    private ref Row RowFor(AppStateMac indexMac)
    {
        var place = Place(indexMac);
        if (_places[place] == 0)
        {
            if (2 * (RowCount + 1) > _places.Length)
            {
                Rehash();
                place = Place(indexMac);
            }

            if (RowCount == _chunks.Count * RowsPerChunk)
            {
                _chunks.Add(new Row[RowsPerChunk]);
            }

            _places[place] = ++RowCount;
        }

        return ref this[_places[place] - 1];
    }

    private int Place(AppStateMac indexMac)
    {
        var mask = _places.Length - 1;
        var place = indexMac.GetHashCode() & mask;
        while (_places[place] != 0 && this[_places[place] - 1].Record.IndexMac != indexMac)
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    private void Rehash()
    {
        _places = new int[(int)BitOperations.RoundUpToPowerOf2((uint)(RowCount + 1) * 4)];
        for (var row = 0; row < RowCount; row++)
        {
            _places[Place(this[row].Record.IndexMac)] = row + 1;
        }
    }

    /// <summary>A record, or the mark that there is none.</summary>
    public struct Row
    {
        public AppStateRecord Record;
        public bool Alive;

        /// <summary>For a comparison with older rows: the record need not be written, because the store has it like this.</summary>
        public bool Stored;

        /// <summary>For a comparison with older rows: the entry was there before.</summary>
        public bool Compared;

        /// <summary>For a comparison with older rows: the entry was there before with the same content.</summary>
        public bool Known;
    }
}
