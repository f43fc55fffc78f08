using Wuts.Testing.Mirror;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal.Store;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Whether a process dies before a write of its store has happened, or when it has and before the store says so.</summary>
internal enum DeathMoment
{
    BeforeTheWrite,
    AfterTheWrite,
}

/// <summary>
/// A store whose process dies at one of its writes: from then on nothing is read or written any more. What was written stays,
/// for the process that follows. Every write has a name, so that a walk over all of them cannot miss one.
/// </summary>
internal sealed class MortalStore : IWhatsAppStore, ICredentialStore, IPreKeyStore, IAccountStore
{
    private readonly InMemoryWhatsAppStore _kept;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<AccountCommit> _commits;
    private readonly Dictionary<string, int> _writes = new(StringComparer.Ordinal);
    private bool _isDead;

    public MortalStore(InMemoryWhatsAppStore kept, List<AccountCommit> commits) => (_kept, _commits) = (kept, commits);

    /// <summary>A store in which nobody dies and whose writes are looked at by a watch, together with the watch.</summary>
    public static (EventWatch Watch, MortalStore Store) WithWatch()
    {
        var watch = new EventWatch();
        return (watch, new MortalStore(new InMemoryWhatsAppStore(), []) { Written = watch.Nudge });
    }

    /// <summary>
    /// The writes at which a process has died already, each by its kind and by how many of that kind came before it; the process
    /// dies at the first other one, and adds it. Without, it does not die by itself.
    /// </summary>
    public ISet<string>? Walked { get; init; }

    /// <summary>When exactly.</summary>
    public DeathMoment Moment { get; init; }

    /// <summary>Called after every write.</summary>
    public Action Written { get; init; } = () => { };

    /// <summary>What was being written when the process died.</summary>
    public string? LastWrite { get; private set; }

    /// <summary>Awaited before a client reads the state of a collection.</summary>
    public Func<CancellationToken, Task> LoadingState { get; set; } = _ => Task.CompletedTask;

    /// <summary>Completes when the process has died.</summary>
    public Task Died => _died.Task;

    public ICredentialStore Credentials => this;

    public IPreKeyStore PreKeys => this;

    public IAccountStore Account => this;

    /// <summary>The process dies now.</summary>
    public void Die()
    {
        lock (_gate)
        {
            _isDead = true;
        }

        _died.TrySetResult();
    }

    public ValueTask<DeviceCredentials?> LoadAsync(CancellationToken cancellationToken) => Read(() => _kept.LoadAsync(cancellationToken));

    public ValueTask SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken) =>
        WriteAsync("credentials", () => _kept.SaveAsync(credentials, cancellationToken));

    public ValueTask DeleteKeysAsync(CancellationToken cancellationToken) => throw new NotSupportedException("No walk unlinks the device.");

    public ValueTask<uint> GetLastIdAsync(CancellationToken cancellationToken) => Read(() => _kept.PreKeys.GetLastIdAsync(cancellationToken));

    public ValueTask AddAsync(IReadOnlyList<PreKey> keys, CancellationToken cancellationToken) =>
        WriteAsync("new pre-keys", () => _kept.PreKeys.AddAsync(keys, cancellationToken));

    public ValueTask<IReadOnlyList<PreKey>> LoadNotUploadedAsync(int count, CancellationToken cancellationToken) =>
        Read(() => _kept.PreKeys.LoadNotUploadedAsync(count, cancellationToken));

    public ValueTask MarkUploadedAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken) =>
        WriteAsync("uploaded pre-keys", () => _kept.PreKeys.MarkUploadedAsync(ids, cancellationToken));

    public ValueTask<PreKey?> FindAsync(uint id, CancellationToken cancellationToken) => Read(() => _kept.PreKeys.FindAsync(id, cancellationToken));

    public ValueTask<IReadOnlyList<PreKey>> FindAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken) =>
        Read(() => _kept.PreKeys.FindAsync(ids, cancellationToken));

    public ValueTask RemoveAsync(uint id, CancellationToken cancellationToken) =>
        WriteAsync("used pre-key", () => _kept.PreKeys.RemoveAsync(id, cancellationToken));

    public ValueTask CommitAsync(AccountCommit commit, CancellationToken cancellationToken) => WriteAsync(
        Describe(commit),
        async () =>
        {
            await _kept.Account.CommitAsync(commit, cancellationToken);
            lock (_commits)
            {
                _commits.Add(commit);
            }
        });

    public ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken) =>
        WriteAsync("Signal state", () => _kept.Account.CommitAsync(transaction, cancellationToken));

    public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken) =>
        WriteAsync("app state", () => _kept.Account.CommitAsync(delta, cancellationToken));

    public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken) =>
        WriteAsync("app-state keys", () => _kept.Account.SaveKeysAsync(keys, cancellationToken));

    public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken) =>
        WriteAsync($"health {health.Status}", () => _kept.Account.SaveHealthAsync(collection, health, cancellationToken));

    public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        WriteAsync("cleaning", () => _kept.Account.ForgetBeforeAsync(time, cancellationToken));

    public ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.LoadAsync(query, cancellationToken));

    public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken) =>
        Read(() => _kept.Account.LoadKeysAsync(cancellationToken));

    public async ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken)
    {
        // A test that compares reads without a token.
        await (cancellationToken.CanBeCanceled ? LoadingState(cancellationToken) : Task.CompletedTask);
        return await Read(() => _kept.Account.LoadStateAsync(collection, cancellationToken));
    }

    public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.LoadHealthAsync(collection, cancellationToken));

    public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.FindAsync(collection, indexMacs, cancellationToken));

    public IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.ReadAllAsync(collection, cancellationToken));

    public ValueTask<IReadOnlyList<ContactRecord>> FindContactsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.FindContactsAsync(jids, cancellationToken));

    public IAsyncEnumerable<ContactRecord> ReadContactsAsync(CancellationToken cancellationToken) =>
        Read(() => _kept.Account.ReadContactsAsync(cancellationToken));

    public ValueTask<IReadOnlyList<CurrentPair>> FindPairsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.FindPairsAsync(jids, cancellationToken));

    public IAsyncEnumerable<CurrentPair> ReadPairsAsync(CancellationToken cancellationToken) =>
        Read(() => _kept.Account.ReadPairsAsync(cancellationToken));

    public ValueTask<IReadOnlyList<Jid>> LoadDueLookupsAsync(int count, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.LoadDueLookupsAsync(count, cancellationToken));

    public ValueTask<PrivacyToken?> FindTokenAsync(Jid owner, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.FindTokenAsync(owner, cancellationToken));

    public ValueTask<GroupRecord?> FindGroupAsync(Jid group, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.FindGroupAsync(group, cancellationToken));

    public IAsyncEnumerable<GroupRecord> ReadGroupsAsync(CancellationToken cancellationToken) =>
        Read(() => _kept.Account.ReadGroupsAsync(cancellationToken));

    public ValueTask<Blocklist?> LoadBlocklistAsync(CancellationToken cancellationToken) =>
        Read(() => _kept.Account.LoadBlocklistAsync(cancellationToken));

    public ValueTask<string?> FindSettingAsync(AccountSetting name, CancellationToken cancellationToken) =>
        Read(() => _kept.Account.FindSettingAsync(name, cancellationToken));

    public ValueTask<IReadOnlyList<HistoryTask>> LoadHistoryTasksAsync(CancellationToken cancellationToken) =>
        Read(() => _kept.Account.LoadHistoryTasksAsync(cancellationToken));

    /// <summary>The kinds of what a commit writes and tells.</summary>
    public static string Describe(AccountCommit commit) => string.Join(
        ", ", commit.Writes.Select(w => w.GetType().Name).Concat(commit.Events.Select(e => e.GetType().Name)).Distinct());

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            ThrowIfDead();
        }

        return read();
    }

    private async ValueTask WriteAsync(string what, Func<ValueTask> write)
    {
        bool dies;
        lock (_gate)
        {
            ThrowIfDead();
            var number = _writes[what] = _writes.GetValueOrDefault(what) + 1;
            dies = Walked?.Add($"{what} #{number}") ?? false;
            if (dies)
            {
                LastWrite = $"{what} #{number}";
                _isDead = true;
            }
        }

        if (!dies || Moment == DeathMoment.AfterTheWrite)
        {
            await write();
            Written();
        }

        if (dies)
        {
            _died.TrySetResult();
            ThrowDead();
        }
    }

    private void ThrowIfDead()
    {
        if (_isDead)
        {
            ThrowDead();
        }
    }

    private static void ThrowDead() => throw new WhatsAppStoreException("The process is dead, as the test wants it.");
}
