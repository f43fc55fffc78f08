using System.Runtime.CompilerServices;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Mirror;

/// <summary>An account that lives as long as the process: for tests, tools and trials. Thread-safe.</summary>
public sealed class InMemoryAccountStore : IAccountStore
{
    private readonly Lock _gate = new();
    private InMemorySignalStore _signal = new();
    private readonly InMemoryAppStateStore _appState = new();
    private readonly Dictionary<Jid, ContactRecord> _contacts = [];
    private readonly Dictionary<Jid, CurrentPair> _byPhone = [];
    private readonly Dictionary<Jid, CurrentPair> _byLid = [];
    private readonly HashSet<Jid> _lookups = [];
    private readonly Dictionary<Jid, PrivacyToken> _tokens = [];
    private readonly Dictionary<Jid, GroupRecord> _groups = [];
    private readonly Dictionary<AccountSetting, string> _settings = [];
    private readonly SortedDictionary<long, HistoryTask> _history = [];
    private readonly List<(AddressPair Pair, DateTimeOffset At)> _ended = [];
    private Blocklist? _blocklist;

    /// <summary>Pairs that no longer hold, in the order in which they ended.</summary>
    public IReadOnlyList<(AddressPair Pair, DateTimeOffset At)> EndedPairs
    {
        get
        {
            lock (_gate)
            {
                return [.. _ended];
            }
        }
    }

    /// <summary>Forgets every key, because the device was unlinked. What is known about people stays.</summary>
    public void ForgetKeys()
    {
        _signal = new InMemorySignalStore();
        _appState.ForgetKeys();
        lock (_gate)
        {
            _history.Clear();
        }
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(AccountCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.AppState is { } delta)
        {
            // The only part that can be refused comes first, so that a refusal leaves everything as it was.
            await _appState.CommitAsync(delta, cancellationToken).ConfigureAwait(false);
        }

        if (commit.Signal is { } signal)
        {
            await _signal.CommitAsync(signal, CancellationToken.None).ConfigureAwait(false);
        }

        lock (_gate)
        {
            foreach (var write in commit.Writes)
            {
                Apply(write);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ContactRecord>> FindContactsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jids);
        lock (_gate)
        {
            return new(Find(_contacts, jids));
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ContactRecord> ReadContactsAsync(CancellationToken cancellationToken) =>
        ReadAsync(_contacts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CurrentPair>> FindPairsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jids);
        lock (_gate)
        {
            return new([.. Find(_byPhone, jids).Concat(Find(_byLid, jids)).Distinct()]);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<CurrentPair> ReadPairsAsync(CancellationToken cancellationToken) => ReadAsync(_byPhone, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Jid>> LoadDueLookupsAsync(int count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _lookups.Take(count)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<PrivacyToken?> FindTokenAsync(Jid owner, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_tokens.GetValueOrDefault(owner));
        }
    }

    /// <inheritdoc/>
    public ValueTask<GroupRecord?> FindGroupAsync(Jid group, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_groups.GetValueOrDefault(group));
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<GroupRecord> ReadGroupsAsync(CancellationToken cancellationToken) => ReadAsync(_groups, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Blocklist?> LoadBlocklistAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_blocklist);
        }
    }

    /// <inheritdoc/>
    public ValueTask<string?> FindSettingAsync(AccountSetting name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_settings.GetValueOrDefault(name));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryTask>> LoadHistoryTasksAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _history.Values]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken) =>
        _signal.LoadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken) =>
        _signal.CommitAsync(transaction, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        _signal.ForgetBeforeAsync(time, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken) =>
        _appState.LoadKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken) =>
        _appState.SaveKeysAsync(keys, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        _appState.LoadStateAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        _appState.LoadHealthAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken) =>
        _appState.SaveHealthAsync(collection, health, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken) =>
        _appState.FindAsync(collection, indexMacs, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        _appState.ReadAllAsync(collection, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken) =>
        _appState.CommitAsync(delta, cancellationToken);

    private static List<T> Find<T>(Dictionary<Jid, T> rows, IReadOnlyCollection<Jid> jids)
    {
        var found = new List<T>();
        foreach (var jid in jids)
        {
            if (rows.TryGetValue(jid, out var row))
            {
                found.Add(row);
            }
        }

        return found;
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(Dictionary<Jid, T> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        T[] snapshot;
        lock (_gate)
        {
            snapshot = [.. rows.Values];
        }

        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var row in snapshot)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    private void Apply(AccountWrite write)
    {
        switch (write)
        {
            case AccountWrite.Contact { Record: { IsBlank: true } blank }:
                _contacts.Remove(blank.Jid);
                break;
            case AccountWrite.Contact { Record: var contact }:
                _contacts[contact.Jid] = contact;
                break;
            case AccountWrite.PairSeen seen:
                var row = new CurrentPair(seen.Pair, seen.Source, seen.At);
                _byPhone[seen.Pair.Phone] = row;
                _byLid[seen.Pair.Lid] = row;
                break;
            case AccountWrite.PairEnded ended:
                _byPhone.Remove(ended.Pair.Phone);
                _byLid.Remove(ended.Pair.Lid);
                _ended.Add((ended.Pair, ended.At));
                break;
            case AccountWrite.LookupDue due:
                _lookups.Add(due.Phone);
                break;
            case AccountWrite.LookupDone done:
                _lookups.Remove(done.Phone);
                break;
            case AccountWrite.Token token when !_tokens.TryGetValue(token.Owner, out var held) || held.Timestamp < token.Value.Timestamp:
                _tokens[token.Owner] = token.Value;
                break;
            case AccountWrite.Token:
                break;
            case AccountWrite.Group group:
                _groups[group.Info.Jid] = new GroupRecord(group.Info, IsJoined: true, IsStale: false);
                break;
            case AccountWrite.GroupLeft left when _groups.TryGetValue(left.Jid, out var group):
                _groups[left.Jid] = group with { IsJoined = false, IsStale = false };
                break;
            case AccountWrite.GroupStale stale when _groups.TryGetValue(stale.Jid, out var group):
                _groups[stale.Jid] = group with { IsStale = true };
                break;
            case AccountWrite.GroupLeft or AccountWrite.GroupStale:
                break;
            case AccountWrite.BlockedPeople blocked:
                _blocklist = blocked.List;
                break;
            case AccountWrite.Setting { Value: { } value } setting:
                _settings[setting.Name] = value;
                break;
            case AccountWrite.Setting setting:
                _settings.Remove(setting.Name);
                break;
            case AccountWrite.HistoryQueued queued:
                _history[queued.Task.Order] = queued.Task;
                break;
            case AccountWrite.HistoryDone done:
                foreach (var task in _history.Values.Where(t => t.MessageId == done.MessageId).ToArray())
                {
                    _history.Remove(task.Order);
                }

                break;
            default:
                throw new ArgumentException($"The write {write} is not known to this store.", nameof(write));
        }
    }
}
