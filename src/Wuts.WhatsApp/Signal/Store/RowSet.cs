using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Signal.Store;

/// <summary>
/// Rows of one kind inside a <see cref="SignalTransaction"/>: those that the store loaded, and over them what the transaction
/// has changed. Not for several threads.
/// </summary>
/// <typeparam name="TKey">The key of a row.</typeparam>
/// <typeparam name="TRow">A row. Rows are immutable, or treated so.</typeparam>
public sealed class RowSet<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, TRow> _rows = [];
    private readonly Dictionary<TKey, TRow?> _changes = [];

    /// <summary>The keys of the rows that exist, with the changes applied.</summary>
    public IReadOnlyCollection<TKey> Keys => _rows.Keys;

    /// <summary>What a commit writes: a row, or <see langword="null"/> for one that is deleted.</summary>
    public IReadOnlyDictionary<TKey, TRow?> Changes => _changes;

    /// <summary>Puts in a row as the store has it. For stores.</summary>
    public void Load(TKey key, TRow row) => _rows[key] = row;

    /// <summary>Finds a row.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TRow? row) => _rows.TryGetValue(key, out row);

    /// <summary>Writes a row.</summary>
    public void Set(TKey key, TRow row)
    {
        _rows[key] = row;
        _changes[key] = row;
    }

    /// <summary>Deletes a row; also one that was not loaded.</summary>
    public void Remove(TKey key)
    {
        _rows.Remove(key);
        _changes[key] = null;
    }
}
