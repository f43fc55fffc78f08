namespace Wuts.WhatsApp.AppState;

/// <summary>
/// One record of a collection as it is stored: its name, its part in the hash, and the decrypted content. Every record must
/// be kept for as long as the phone keeps it, also one whose action means nothing here: the hash cannot be continued
/// without its value MAC. Sync section 3.3.
/// </summary>
public readonly record struct AppStateRecord
{
    /// <summary>The MAC over the index, under the index key of <see cref="KeyId"/>; unique in the collection.</summary>
    public required AppStateMac IndexMac { get; init; }

    /// <summary>The MAC of the encrypted content, which the hash of the collection contains.</summary>
    public required AppStateMac ValueMac { get; init; }

    /// <summary>The key under which the record was written.</summary>
    public required AppStateKeyId KeyId { get; init; }

    /// <summary>The index: a JSON array of strings as the exact bytes that were authenticated.</summary>
    public required ReadOnlyMemory<byte> Index { get; init; }

    /// <summary>The encoded action value with its timestamp.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Schema version of the action.</summary>
    public required int ActionVersion { get; init; }

    /// <summary>Whether both records have the same content, so that a store need not write again.</summary>
    public bool Equals(AppStateRecord other) =>
        IndexMac == other.IndexMac && ValueMac == other.ValueMac && KeyId == other.KeyId && SameContent(other)
        && Index.Span.SequenceEqual(other.Index.Span) && ActionVersion == other.ActionVersion;

    /// <inheritdoc/>
    public override int GetHashCode() => IndexMac.GetHashCode();

    /// <summary>The index MAC; never the content.</summary>
    public override string ToString() => $"app-state record {IndexMac}";

    internal bool SameContent(in AppStateRecord other) => Value.Span.SequenceEqual(other.Value.Span);
}
