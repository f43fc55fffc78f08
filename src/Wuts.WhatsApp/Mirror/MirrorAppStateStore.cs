using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// App state as its synchronizer sees it. A step is committed together with what it means for contacts, addresses and settings:
/// in one commit, or not at all.
/// </summary>
internal sealed class MirrorAppStateStore(AccountMirror mirror, TimeProvider time) : IAppStateStore
{
    private IAccountStore Store => mirror.Store;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken) =>
        Store.LoadKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken) =>
        Store.SaveKeysAsync(keys, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Store.LoadStateAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Store.LoadHealthAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken) =>
        Store.SaveHealthAsync(collection, health, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken) =>
        Store.FindAsync(collection, indexMacs, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Store.ReadAllAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken) =>
        mirror.LearnAppStateAsync(delta, time.GetUtcNow(), cancellationToken);
}
