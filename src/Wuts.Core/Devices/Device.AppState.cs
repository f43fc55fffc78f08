using Wuts.Core.Contacts;
using Wuts.Core.Queries;
using Wuts.WhatsApp.AppState;

namespace Wuts.Core.Devices;

/// <content>What the phone keeps for all devices of the account: the address book and the settings of chats. Sync section 3.</content>
public sealed partial class Device
{
    private static readonly TimeSpan SyncPatience = TimeSpan.FromSeconds(60);

    private readonly SingleFlight<string, Answer<Done>> _syncs = new();

    /// <inheritdoc/>
    public Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken) =>
        AnswerAsync(async () =>
        {
            if (!IsConnected)
            {
                return NotReady();
            }

            var wanted = scopes.SelectMany(CollectionsOf).Distinct().Order().ToList();
            return await _syncs.RunAsync($"{full}:{string.Join(',', wanted)}", () => SyncAsync(wanted, full), cancellationToken);
        });

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ChatView>>> ListChatsAsync(CancellationToken cancellationToken) => RecallAsync<IReadOnlyList<ChatView>>(
        nameof(ListChatsAsync),
        async () =>
        {
            var settings = new ChatSettings(_time.GetUtcNow());
            foreach (var collection in new[] { AppStateCollection.RegularHigh, AppStateCollection.RegularLow })
            {
                await foreach (var record in _data.Account.ReadAllAsync(collection, cancellationToken))
                {
                    settings.Add(record);
                }
            }

            var chats = new List<ChatView>();
            var book = await Book().ListAsync(new ContactListRequest(), StaleSince, cancellationToken);
            foreach (var row in book.Rows)
            {
                if ((row.FullName ?? row.PushName ?? row.BusinessName) is { Length: > 0 } name)
                {
                    chats.Add(settings.View(row.Jid, row.Lid, isGroup: false, name, participants: 1));
                }
            }

            await foreach (var group in _data.Account.ReadGroupsAsync(cancellationToken))
            {
                if (group.IsJoined)
                {
                    var members = group.Info.Members.Count > 0 ? group.Info.Members.Count : group.Info.Size;
                    chats.Add(settings.View(group.Info.Jid, null, isGroup: true, group.Info.Subject, members));
                }
            }

            return Answer.Of<IReadOnlyList<ChatView>>(
            [
                .. chats.OrderByDescending(c => c.Pinned).ThenBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Jid.ToString(), StringComparer.Ordinal),
            ]);
        },
        chats => chats.Count + 1,
        (chats, _) => chats);

    private static AppStateCollection[] CollectionsOf(SyncScope scope) => scope switch
    {
        SyncScope.Contacts => [AppStateCollection.CriticalUnblockLow],
        SyncScope.Chats => [AppStateCollection.RegularHigh, AppStateCollection.RegularLow],
        SyncScope.Settings => [AppStateCollection.CriticalBlock, AppStateCollection.Regular],
        SyncScope.Pins => [AppStateCollection.RegularLow],
        SyncScope.Critical => [AppStateCollection.CriticalBlock, AppStateCollection.CriticalUnblockLow],
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    private async Task<Answer<Done>> SyncAsync(List<AppStateCollection> collections, bool full)
    {
        using var patience = new CancellationTokenSource(SyncPatience, _time);
        try
        {
            var answer = await _queries.AskAsync(QueryKind.AppState, QueryPriority.Interactive, async () =>
            {
                var client = RequireClient();
                await (full ? client.SyncAppStateFullyAsync(collections, patience.Token) : client.SyncAppStateAsync(collections, patience.Token));
                return collections.Select(client.HealthOf).ToList();
            });
            return answer.TryGet(out var healths, out var failure)
                ? healths.Find(h => h.Status != CollectionStatus.Healthy) is { } ill ? FailureOf(ill) : Done.Instance
                : failure;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new Failure.TimedOut();
        }
    }

    // Keys and copies come from the phone: that it did not answer is a time-out like any other.
    private Failure FailureOf(CollectionHealth ill) => ill switch
    {
        { Problem: CollectionProblem.RateLimited } => new Failure.RateLimited(ill.RetryAt - _time.GetUtcNow(), IsOwnLimit: false),
        { Problem: CollectionProblem.ServerError } or { Status: CollectionStatus.Refused or CollectionStatus.RelinkRequired } => new Failure.Refused(0),
        _ => new Failure.TimedOut(),
    };
}
