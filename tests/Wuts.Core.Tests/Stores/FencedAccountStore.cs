using Wuts.Core.Identity;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Core.Tests.Stores;

/// <summary>The account of a device: every write is checked, and counts as a change of the book.</summary>
internal sealed class FencedAccountStore(MemoryDeviceData.Content content, Action check, Action reach, TimeProvider time) : IAccountStore
{
    private InMemoryAccountStore Inner
    {
        get
        {
            reach();
            return content.Store;
        }
    }

    public async ValueTask CommitAsync(AccountCommit commit, CancellationToken cancellationToken)
    {
        check();
        await Inner.CommitAsync(commit, cancellationToken);
        var touched = new List<Jid>();
        foreach (var write in commit.Writes)
        {
            switch (write)
            {
                case AccountWrite.Contact contact:
                    touched.Add(contact.Record.Jid);
                    break;
                case AccountWrite.PairSeen seen:
                    touched.AddRange([seen.Pair.Phone, seen.Pair.Lid]);
                    Note(seen.Pair, seen.Source, null);
                    break;
                case AccountWrite.PairEnded ended:
                    touched.AddRange([ended.Pair.Phone, ended.Pair.Lid]);
                    Note(ended.Pair, null, ended.At);
                    break;
            }
        }

        if (touched.Count > 0)
        {
            content.Version++;
            touched.ForEach(jid => content.Changes[jid] = content.Version);
        }
    }

    public ValueTask<IReadOnlyList<ContactRecord>> FindContactsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken) =>
        Inner.FindContactsAsync(jids, cancellationToken);

    public IAsyncEnumerable<ContactRecord> ReadContactsAsync(CancellationToken cancellationToken) => Inner.ReadContactsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<CurrentPair>> FindPairsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken) =>
        Inner.FindPairsAsync(jids, cancellationToken);

    public IAsyncEnumerable<CurrentPair> ReadPairsAsync(CancellationToken cancellationToken) => Inner.ReadPairsAsync(cancellationToken);

    public ValueTask<PrivacyToken?> FindTokenAsync(Jid owner, CancellationToken cancellationToken) => Inner.FindTokenAsync(owner, cancellationToken);

    public ValueTask<GroupRecord?> FindGroupAsync(Jid group, CancellationToken cancellationToken) => Inner.FindGroupAsync(group, cancellationToken);

    public IAsyncEnumerable<GroupRecord> ReadGroupsAsync(CancellationToken cancellationToken) => Inner.ReadGroupsAsync(cancellationToken);

    public ValueTask<Blocklist?> LoadBlocklistAsync(CancellationToken cancellationToken) => Inner.LoadBlocklistAsync(cancellationToken);

    public ValueTask<string?> FindSettingAsync(AccountSetting name, CancellationToken cancellationToken) =>
        Inner.FindSettingAsync(name, cancellationToken);

    public ValueTask<IReadOnlyList<HistoryTask>> LoadHistoryTasksAsync(CancellationToken cancellationToken) =>
        Inner.LoadHistoryTasksAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Jid>> LoadDueLookupsAsync(int count, CancellationToken cancellationToken) =>
        Inner.LoadDueLookupsAsync(count, cancellationToken);

    public ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken) => Inner.LoadAsync(query, cancellationToken);

    public ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken)
    {
        check();
        return Inner.CommitAsync(transaction, cancellationToken);
    }

    public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) => Inner.ForgetBeforeAsync(time, cancellationToken);

    public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken) => Inner.LoadKeysAsync(cancellationToken);

    public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken)
    {
        check();
        return Inner.SaveKeysAsync(keys, cancellationToken);
    }

    public ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Inner.LoadStateAsync(collection, cancellationToken);

    public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Inner.LoadHealthAsync(collection, cancellationToken);

    public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken)
    {
        check();
        return Inner.SaveHealthAsync(collection, health, cancellationToken);
    }

    public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken) =>
        Inner.FindAsync(collection, indexMacs, cancellationToken);

    public IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
        Inner.ReadAllAsync(collection, cancellationToken);

    public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken)
    {
        check();
        return Inner.CommitAsync(delta, cancellationToken);
    }

    private void Note(AddressPair pair, ObservationSource? source, DateTimeOffset? endedAt)
    {
        var known = content.History.FindIndex(h => h.Pair == pair);
        if (known >= 0)
        {
            content.History[known] = content.History[known] with { LastSeen = time.GetUtcNow(), EndedAt = endedAt };
        }
        else
        {
            content.History.Add(new PairHistory(pair, source ?? ObservationSource.History, time.GetUtcNow(), time.GetUtcNow(), endedAt));
        }
    }
}
