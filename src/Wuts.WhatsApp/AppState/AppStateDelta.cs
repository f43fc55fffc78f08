namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A verified step of one collection from one version to a later one, as rows. A store applies all of it in one transaction
/// or nothing of it.
/// </summary>
public sealed class AppStateDelta
{
    private readonly IReadOnlyList<Meaning> _meanings;

    internal AppStateDelta(
        AppStateCollection collection, ulong baseVersion, CollectionState state, IReadOnlyCollection<AppStateRecord> upserts,
        IReadOnlyCollection<AppStateMac> deletes, IReadOnlyList<Meaning> meanings)
    {
        Collection = collection;
        BaseVersion = baseVersion;
        State = state;
        Upserts = upserts;
        Deletes = deletes;
        _meanings = meanings;
    }

    /// <summary>The collection that changes.</summary>
    public AppStateCollection Collection { get; }

    /// <summary>The version that the store must hold for this delta to fit.</summary>
    public ulong BaseVersion { get; }

    /// <summary>Version and hash afterwards. After a resync the version may be lower than <see cref="BaseVersion"/>.</summary>
    public CollectionState State { get; }

    /// <summary>Rows to insert, or to replace where the index MAC exists.</summary>
    public IReadOnlyCollection<AppStateRecord> Upserts { get; }

    /// <summary>Index MACs of rows to delete; a row may be gone already.</summary>
    public IReadOnlyCollection<AppStateMac> Deletes { get; }

    /// <summary>
    /// What the step means for contacts, decoded while it is enumerated: each entry once, with its last state. After a resync
    /// only real differences from what was known before.
    /// </summary>
    public IEnumerable<AppStateChange> Changes
    {
        get
        {
            foreach (var meaning in _meanings)
            {
                if (meaning.Removed
                    ? ActionInterpreter.TryInterpretRemove(meaning.Index.Span, out var change)
                    : ActionInterpreter.TryInterpretSet(meaning.Index.Span, meaning.Value.Span, out change))
                {
                    yield return change;
                }
            }
        }
    }

    /// <summary>The entries that changed by their index bytes, with those that have no meaning here.</summary>
    internal IReadOnlyList<Meaning> Meanings => _meanings;

    /// <summary>The last state of one entry: its value, or that it is gone; the value then only says when it went.</summary>
    internal readonly record struct Meaning(ReadOnlyMemory<byte> Index, ReadOnlyMemory<byte> Value, bool Removed);
}
