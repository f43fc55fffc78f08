using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Reads groups: all of them when a connection is the first in half an hour or the server says that they changed, single ones
/// when a notification told only that something changed. A group about which a notification was stored while it was being
/// asked for stays stale and is asked for again. Sync sections 9.1, 9.2 and 12.
/// </summary>
internal sealed class GroupRefresh(ClientContext client, AccountMirror mirror)
{
    // From this number on, one question about several is kinder than several questions.
    private const int BatchFrom = 4;

    // The complete list is heavily limited by the server. Sync section 12.
    private static readonly TimeSpan ListInterval = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly HashSet<Jid> _changed = [];
    private int _asking;
    private IStanzaConnection? _readOn;
    private Task<IReadOnlyList<GroupInfo>>? _list;

    /// <summary>Notes that a notification about a group is being stored. Called in the mirror's turn.</summary>
    public void Changed(Jid group)
    {
        lock (_gate)
        {
            if (_asking > 0)
            {
                _changed.Add(group);
            }
        }
    }

    /// <summary>Whether the list was never read, or so long ago that a connection may read it again.</summary>
    public async Task<bool> IsListDueAsync(CancellationToken cancellationToken)
    {
        var text = await mirror.Store.FindSettingAsync(AccountSetting.GroupsReadAt, cancellationToken).ConfigureAwait(false);
        return !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || client.TimeProvider.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds) >= ListInterval;
    }

    /// <summary>Reads all groups and keeps them; who asks while they are being read shares the answer.</summary>
    public Task<IReadOnlyList<GroupInfo>> ReadAllAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        ReadAllAsync(connection, onceOnly: false, cancellationToken);

    /// <summary>The same, unless this connection has read them already: then what it read is returned.</summary>
    public Task<IReadOnlyList<GroupInfo>> ReadAllOnceAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        ReadAllAsync(connection, onceOnly: true, cancellationToken);

    /// <summary>Reads the groups that are stale, until none is.</summary>
    /// <exception cref="QueryRefusedException">The server refused; they stay stale.</exception>
    public async Task ReadStaleAsync(IStanzaConnection connection)
    {
        while (await StaleAsync(connection.Ended).ConfigureAwait(false) is { Count: > 0 } stale)
        {
            if (stale.Count >= BatchFrom)
            {
                stale = await ReadBatchAsync(stale, connection).ConfigureAwait(false);
            }

            foreach (var group in stale)
            {
                await ReadOneAsync(group, connection, connection.Ended).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads one group and keeps it.</summary>
    public async Task<GroupOutcome> ReadOneAsync(Jid group, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        BeginAsking();
        try
        {
            var answer = await connection.QueryAsync(GroupQuery.BuildOne(connection.NextId(), group), cancellationToken).ConfigureAwait(false);
            var outcome = GroupQuery.ParseOne(answer, group);
            await KeepAsync([outcome], cancellationToken).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            EndAsking();
        }
    }

    private Task<IReadOnlyList<GroupInfo>> ReadAllAsync(IStanzaConnection connection, bool onceOnly, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var isUsable = _readOn == connection && (_list is { IsCompleted: false } || (onceOnly && _list is { IsCompletedSuccessfully: true }));
            if (!isUsable)
            {
                _readOn = connection;
                _list = Task.Run(() => ReadListAsync(connection), CancellationToken.None);
            }

            return _list!.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<GroupInfo>> ReadListAsync(IStanzaConnection connection)
    {
        BeginAsking();
        try
        {
            var answer = await connection.QueryAsync(
                GroupQuery.BuildAll(connection.NextId()), connection.Ended, GroupQuery.AllTimeout).ConfigureAwait(false);
            var groups = GroupQuery.ParseAll(answer);
            var now = client.TimeProvider.GetUtcNow();
            await mirror.LearnAsync(
                new AccountDraft(),
                async draft =>
                {
                    await GroupLearner.FillAllAsync(mirror.Store, groups, Changed(), mirror.Own, now, draft, connection.Ended)
                        .ConfigureAwait(false);
                    draft.Add(new AccountWrite.Setting(
                        AccountSetting.GroupsReadAt, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
                },
                connection.Ended).ConfigureAwait(false);
            return groups;
        }
        finally
        {
            EndAsking();
        }
    }

    /// <returns>The groups that have to be asked for one by one: the batch left their members out.</returns>
    private async Task<IReadOnlyList<Jid>> ReadBatchAsync(IReadOnlyList<Jid> groups, IStanzaConnection connection)
    {
        BeginAsking();
        try
        {
            var asked = groups.Take(GroupQuery.MaxBatch).ToList();
            var answer = await connection.QueryAsync(
                GroupQuery.BuildBatch(connection.NextId(), asked), connection.Ended, GroupQuery.AllTimeout).ConfigureAwait(false);
            var outcomes = GroupQuery.ParseBatch(answer);
            await KeepAsync(outcomes, connection.Ended).ConfigureAwait(false);
            var told = outcomes.Where(o => o is not GroupOutcome.Truncated).Select(GroupLearner.GroupOf).ToHashSet();
            return [.. asked.Where(group => !told.Contains(group))];
        }
        finally
        {
            EndAsking();
        }
    }

    private ValueTask KeepAsync(IReadOnlyCollection<GroupOutcome> outcomes, CancellationToken cancellationToken) => mirror.LearnAsync(
        new AccountDraft(),
        async draft =>
        {
            var changed = Changed();
            foreach (var outcome in outcomes.Where(o => !changed.Contains(GroupLearner.GroupOf(o))))
            {
                await GroupLearner.FillAsync(mirror, outcome, client.TimeProvider.GetUtcNow(), draft, cancellationToken).ConfigureAwait(false);
            }
        },
        cancellationToken);

    private async Task<IReadOnlyList<Jid>> StaleAsync(CancellationToken cancellationToken)
    {
        var stale = new List<Jid>();
        await foreach (var record in mirror.Store.ReadGroupsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.IsStale)
            {
                stale.Add(record.Info.Jid);
            }
        }

        return stale;
    }

    private HashSet<Jid> Changed()
    {
        lock (_gate)
        {
            return [.. _changed];
        }
    }

    private void BeginAsking()
    {
        lock (_gate)
        {
            _asking++;
        }
    }

    private void EndAsking()
    {
        lock (_gate)
        {
            if (--_asking == 0)
            {
                _changed.Clear();
            }
        }
    }
}
