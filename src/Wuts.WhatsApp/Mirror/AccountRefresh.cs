using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Reads from the server what notifications only announce: groups, the block list, the LIDs of numbers about which sources
/// disagree. What is due is stored, so a connection or process that ends leaves it to the next. Sync sections 5.3, 8, 9 and 10.8.
/// </summary>
internal sealed class AccountRefresh
{
    private const int LookupsAtOnce = 100;

    // After a reconnect one group has many notifications.
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(1);

    private readonly ClientContext _client;
    private readonly AccountMirror _mirror;
    private readonly SoonWork _listWork;
    private readonly SoonWork _staleWork;
    private readonly SoonWork _blocklistWork;
    private readonly SoonWork _lookupWork;
    private IStanzaConnection? _connection;

    public AccountRefresh(ClientContext client, AccountMirror mirror, ILogger logger)
    {
        _client = client;
        _mirror = mirror;
        Groups = new GroupRefresh(client, mirror);
        Blocklist = new BlocklistRefresh(client, mirror);
        _listWork = new SoonWork(client, TimeSpan.Zero, ReadGroupsAsync, logger);
        _staleWork = new SoonWork(client, Debounce, Groups.ReadStaleAsync, logger);
        _blocklistWork = new SoonWork(client, TimeSpan.Zero, c => Blocklist.ReadAsync(c, c.Ended), logger);
        _lookupWork = new SoonWork(client, Debounce, LookUpAsync, logger);
    }

    /// <summary>Groups.</summary>
    public GroupRefresh Groups { get; }

    /// <summary>The block list.</summary>
    public BlocklistRefresh Blocklist { get; }

    /// <summary>After a login: takes up what is due.</summary>
    public async Task LoggedInAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var store = _mirror.Store;
        var needs = RefreshNeeds.StaleGroups;
        if (await store.LoadBlocklistAsync(cancellationToken).ConfigureAwait(false) is null
            || await store.FindSettingAsync(AccountSetting.BlocklistIsStale, cancellationToken).ConfigureAwait(false) is not null)
        {
            needs |= RefreshNeeds.Blocklist;
        }

        if (await Groups.IsListDueAsync(cancellationToken).ConfigureAwait(false))
        {
            needs |= RefreshNeeds.Groups;
        }

        Wake(needs, connection);
        _lookupWork.Wake(connection);
    }

    /// <summary>Reads what is needed, without anybody waiting.</summary>
    public void Wake(RefreshNeeds needs, IStanzaConnection connection)
    {
        if (needs.HasFlag(RefreshNeeds.Blocklist))
        {
            _blocklistWork.Wake(connection);
        }

        if (needs.HasFlag(RefreshNeeds.Groups))
        {
            _listWork.Wake(connection);
        }

        if (needs.HasFlag(RefreshNeeds.StaleGroups))
        {
            _staleWork.Wake(connection);
        }
    }

    /// <summary>Notes the connection that background questions go over.</summary>
    public void Use(IStanzaConnection connection) => _connection = connection;

    /// <summary>Asks the server, soon and together, for the LIDs of the phone numbers that are due.</summary>
    public void LookUp()
    {
        if (_connection is { } connection)
        {
            _lookupWork.Wake(connection);
        }
    }

    // What the list leaves out because it is too long is read group by group.
    private async Task ReadGroupsAsync(IStanzaConnection connection)
    {
        await Groups.ReadAllOnceAsync(connection, connection.Ended).ConfigureAwait(false);
        await Groups.ReadStaleAsync(connection).ConfigureAwait(false);
    }

    private async Task LookUpAsync(IStanzaConnection connection)
    {
        while (await _mirror.Store.LoadDueLookupsAsync(LookupsAtOnce, connection.Ended).ConfigureAwait(false) is { Count: > 0 } phones)
        {
            var request = UsyncRequest.LidLookup([.. phones.Select(UsyncTarget.ByJid)]);
            var answer = UsyncQuery.Parse(await connection.QueryAsync(
                UsyncQuery.Build(connection.NextId(), connection.NextId(), request), connection.Ended).ConfigureAwait(false));
            await _mirror.LearnAsync(
                new AccountDraft(),
                async draft =>
                {
                    foreach (var phone in phones)
                    {
                        draft.Add(new AccountWrite.LookupDone(phone));
                    }

                    var pairs = UsyncLearner.PairsOf(answer, _client.TimeProvider.GetUtcNow());
                    await IdentityLearner.LearnAsync(_mirror.Store, pairs, _mirror.Own, draft, connection.Ended).ConfigureAwait(false);
                },
                connection.Ended).ConfigureAwait(false);
        }
    }
}
