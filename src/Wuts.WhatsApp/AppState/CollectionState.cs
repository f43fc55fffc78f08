namespace Wuts.WhatsApp.AppState;

/// <summary>How far a collection is known: the version, and the hash over all its records. Sync section 3.3.</summary>
public sealed record CollectionState
{
    /// <summary>Nothing is known: version 0 and an empty hash.</summary>
    public static readonly CollectionState Empty = new(0, new byte[LtHash.Size]);

    /// <summary>Creates a state from stored parts.</summary>
    /// <param name="version">Number of the last patch that was applied; 0 means that there never was one.</param>
    /// <param name="hash">The 128 bytes of the additive hash.</param>
    /// <exception cref="ArgumentException">The hash has another length.</exception>
    public CollectionState(ulong version, ReadOnlyMemory<byte> hash)
    {
        if (hash.Length != LtHash.Size)
        {
            throw new ArgumentException("The hash of a collection has 128 bytes.", nameof(hash));
        }

        Version = version;
        Hash = hash;
    }

    /// <summary>Number of the last patch that was applied; 0 means that there never was one.</summary>
    public ulong Version { get; }

    /// <summary>The 128 bytes of the additive hash.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    /// <inheritdoc/>
    public bool Equals(CollectionState? other) => other is not null && Version == other.Version && Hash.Span.SequenceEqual(other.Hash.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Version.GetHashCode();
}
