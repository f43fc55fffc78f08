using System.Runtime.CompilerServices;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// What a device knows about its account. A commit is one transaction; inside it the writes are sorted by the table they concern,
/// in their order within each, and go out as batches.
/// </summary>
internal sealed class AccountRows(DeviceScope scope, PairRows pairs, BookRows book) : IAccountStore
{
    private readonly SignalRows _signal = new(scope);
    private readonly AppStateRows _appState = new(scope);
    private readonly HealthRows _health = new(scope);
    private readonly LookupRows _lookups = new(scope);
    private readonly GroupRows _groups = new(scope);
    private readonly SettingRows _settings = new(scope);
    private readonly TokenRows _tokens = new(scope);
    private readonly HistoryTaskRows _history = new(scope);

    /// <inheritdoc/>
    public ValueTask CommitAsync(AccountCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        return scope.WriteAsync(session => CommitAsync(session, commit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.HasChanges
            ? scope.WriteAsync(session => _signal.SaveAsync(session, transaction), cancellationToken)
            : ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delta);
        return scope.WriteAsync(session => _appState.ApplyAsync(session, delta), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return scope.ReadAsync(session => _signal.LoadAsync(session, query), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        scope.WriteAsync(session => _signal.ForgetBeforeAsync(session, time), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken) =>
        scope.ReadAsync(_appState.LoadKeysAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return scope.WriteAsync(session => _appState.SaveKeysAsync(session, keys), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => _appState.LoadStateAsync(session, collection), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => _health.LoadAsync(session, collection), cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(health);
        return scope.WriteAsync(session => _health.SaveAsync(session, collection, health), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(indexMacs);
        return scope.ReadAsync(session => _appState.FindAsync(session, collection, indexMacs), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        _appState.ReadAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ContactRecord>> FindContactsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jids);
        return book.Contacts.FindAsync(jids, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ContactRecord> ReadContactsAsync(CancellationToken cancellationToken) => book.Contacts.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CurrentPair>> FindPairsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jids);
        return pairs.FindAsync(jids, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<CurrentPair> ReadPairsAsync(CancellationToken cancellationToken) => pairs.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Jid>> LoadDueLookupsAsync(int count, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => _lookups.LoadAsync(session, count), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<PrivacyToken?> FindTokenAsync(Jid owner, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => _tokens.FindAsync(session, owner), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<GroupRecord?> FindGroupAsync(Jid group, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => _groups.FindAsync(session, group), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<GroupRecord> ReadGroupsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var group in await scope.ReadAsync(_groups.ReadAsync, cancellationToken).ConfigureAwait(false))
        {
            yield return group;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Blocklist?> LoadBlocklistAsync(CancellationToken cancellationToken) =>
        scope.ReadAsync(_settings.LoadBlocklistAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> FindSettingAsync(AccountSetting name, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => _settings.FindAsync(session, name), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryTask>> LoadHistoryTasksAsync(CancellationToken cancellationToken) =>
        scope.ReadAsync(_history.LoadAsync, cancellationToken);

    private async Task CommitAsync(DbSession session, AccountCommit commit)
    {
        if (commit.AppState is { } delta)
        {
            await _appState.ApplyAsync(session, delta).ConfigureAwait(false);
        }

        if (commit.Signal is { } signal)
        {
            await _signal.SaveAsync(session, signal).ConfigureAwait(false);
        }

        var writes = new SortedWrites(commit.Writes);
        if (writes.Contacts.Count + writes.Pairs.Count > 0)
        {
            await book.ApplyAsync(session, writes.Contacts.Values, version => pairs.ApplyAsync(session, writes.Pairs, version)).ConfigureAwait(false);
        }

        await _lookups.SaveAsync(session, writes.Lookups).ConfigureAwait(false);
        await _tokens.SaveAsync(session, writes.Tokens.Values).ConfigureAwait(false);
        await _groups.ApplyAsync(session, writes.Groups).ConfigureAwait(false);
        await _settings.SaveAsync(session, writes.Settings, writes.Blocklist).ConfigureAwait(false);
        await _history.ApplyAsync(session, writes.History).ConfigureAwait(false);
    }
}
