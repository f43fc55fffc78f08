namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Where one device keeps its app state, row by row. Calls for one collection never overlap; different collections may.
/// Implementations keep the names and values of records private, and encrypt key data.
/// </summary>
public interface IAppStateStore
{
    /// <summary>All keys that were ever saved. Called once, when the device starts.</summary>
    ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken);

    /// <summary>Saves keys, replacing those with the same id. They are kept forever.</summary>
    ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken);

    /// <summary>Version and hash of a collection; <see cref="CollectionState.Empty"/> for one that was never synced.</summary>
    ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken);

    /// <summary>The health of a collection; <see cref="CollectionHealth.Unknown"/> for one that was never saved.</summary>
    ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken);

    /// <summary>Saves the health of a collection.</summary>
    ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken);

    /// <summary>The records with the given index MACs, as many of them as exist, in any order.</summary>
    ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken);

    /// <summary>All records of a collection, in any order. Needed only to compare after a full resync.</summary>
    IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken);

    /// <summary>
    /// Applies a delta completely or not at all: rows, version and hash, and whatever the caller derives from
    /// <see cref="AppStateDelta.Changes"/>, in one transaction.
    /// </summary>
    /// <exception cref="AppStateConflictException">The stored version is not <see cref="AppStateDelta.BaseVersion"/>.</exception>
    ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken);
}

/// <summary>
/// A delta does not fit the stored version: somebody else wrote meanwhile, so this process no longer owns the device.
/// </summary>
public sealed class AppStateConflictException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    public AppStateConflictException() : base("The stored app state is not the one that the change was made for.")
    {
    }
}
