using System.Globalization;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Reads from the server what notifications only announce: groups, the block list, the LIDs of numbers about which sources
/// disagree. One read of a kind at a time; who asks during one shares it. Sync sections 5.3, 8, 9.1 and 10.8.
/// </summary>
internal sealed partial class AccountRefresh(ClientContext client, AccountMirror mirror, ILogger logger)
{
    private const int MaxAsksAtOnce = 100;

    // The complete list is heavily limited by the server. Sync section 12.
    private static readonly TimeSpan GroupsInterval = TimeSpan.FromMinutes(30);

    private readonly SharedWork<IReadOnlyList<GroupInfo>> _groups = new();
    private readonly SharedWork<Blocklist> _blocklist = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Jid> _asks = [];
    private IStanzaConnection? _connection;

    /// <summary>Reads what is needed, without anybody waiting.</summary>
    public void Wake(RefreshNeeds needs, IStanzaConnection connection)
    {
        if (needs.HasFlag(RefreshNeeds.Blocklist))
        {
            Background.Run(() => ReadBlocklistAsync(connection, connection.Ended), logger, client.Label);
        }

        if (needs.HasFlag(RefreshNeeds.Groups))
        {
            Background.Run(() => ReadGroupsAsync(connection, connection.Ended), logger, client.Label);
        }
    }

    /// <summary>Notes the connection that background questions go over.</summary>
    public void Use(IStanzaConnection connection) => _connection = connection;

    /// <summary>Asks the server for the LIDs of phone numbers, soon and together.</summary>
    public void Ask(IReadOnlyCollection<Jid> phones)
    {
        bool first;
        lock (_gate)
        {
            first = _asks.Count == 0;
            _asks.UnionWith(phones);
        }

        if (first && _connection is { } connection)
        {
            Background.Run(() => AskAsync(connection), logger, client.Label);
        }
    }

    /// <summary>Reads the block list and keeps it.</summary>
    public Task<Blocklist> ReadBlocklistAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        _blocklist.RunAsync(
            async () =>
            {
                var answer = await connection.QueryAsync(BlocklistQuery.Build(connection.NextId()), connection.Ended).ConfigureAwait(false);
                var list = BlocklistQuery.Parse(answer);
                await KeepAsync(list, connection.Ended).ConfigureAwait(false);
                return list;
            },
            cancellationToken);

    /// <summary>Keeps a block list that the server sent, with the pairs that it shows.</summary>
    public ValueTask KeepAsync(Blocklist list, CancellationToken cancellationToken) => mirror.LearnAsync(
        new AccountDraft(),
        async draft =>
        {
            draft.Add(new AccountWrite.BlockedPeople(list));
            draft.Raise(new AccountEvent.BlocklistChanged());
            var observations = new List<Observation>();
            foreach (var person in list.People)
            {
                if (AddressPair.TryCreate(person.PhoneJid, person.LidJid, out var pair))
                {
                    observations.Add(new Observation(pair, ObservationSource.Blocklist, client.TimeProvider.GetUtcNow()));
                }
            }

            await IdentityLearner.LearnAsync(mirror.Store, observations, mirror.Own, draft, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Reads all groups and keeps them.</summary>
    public Task<IReadOnlyList<GroupInfo>> ReadGroupsAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        _groups.RunAsync(
            async () =>
            {
                var answer = await connection.QueryAsync(
                    GroupQuery.BuildAll(connection.NextId()), connection.Ended, GroupQuery.AllTimeout).ConfigureAwait(false);
                var groups = GroupQuery.ParseAll(answer);
                var now = client.TimeProvider.GetUtcNow();
                await mirror.LearnAsync(
                    new AccountDraft(),
                    async draft =>
                    {
                        await GroupLearner.FillAllAsync(mirror.Store, groups, mirror.Own, now, draft, connection.Ended).ConfigureAwait(false);
                        draft.Add(new AccountWrite.Setting(
                            AccountSetting.GroupsReadAt, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
                    },
                    connection.Ended).ConfigureAwait(false);
                return groups;
            },
            cancellationToken);

    /// <summary>Whether all groups were never read, or so long ago that a connection may read them again.</summary>
    public async Task<bool> AreGroupsDueAsync(CancellationToken cancellationToken)
    {
        var text = await mirror.Store.FindSettingAsync(AccountSetting.GroupsReadAt, cancellationToken).ConfigureAwait(false);
        return !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || client.TimeProvider.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds) >= GroupsInterval;
    }

    private async Task AskAsync(IStanzaConnection connection)
    {
        while (Take() is { Count: > 0 } phones)
        {
            var request = UsyncRequest.LidLookup([.. phones.Select(UsyncTarget.ByJid)]);
            var answer = UsyncQuery.Parse(await connection.QueryAsync(
                UsyncQuery.Build(connection.NextId(), connection.NextId(), request), connection.Ended).ConfigureAwait(false));
            await mirror.LearnPairsAsync(UsyncLearner.PairsOf(answer, client.TimeProvider.GetUtcNow()), connection.Ended).ConfigureAwait(false);
        }
    }

    private List<Jid> Take()
    {
        lock (_gate)
        {
            var taken = _asks.Take(MaxAsksAtOnce).ToList();
            _asks.ExceptWith(taken);
            return taken;
        }
    }
}
