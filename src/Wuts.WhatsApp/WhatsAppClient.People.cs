using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp;

/// <content>Questions about people and groups. What an answer teaches is kept before it is returned.</content>
public sealed partial class WhatsAppClient
{
    // Some picture queries are never answered: waiting for them as long as for others would help nobody. Sync section 6.1.
    private static readonly TimeSpan PictureTimeout = TimeSpan.FromSeconds(15);

    /// <summary>What the device knows about its account, kept in its store. Reading needs no connection.</summary>
    public IAccountStore AccountStore => _context.Store.Account;

    /// <summary>
    /// How a collection of app state is doing; <see cref="AppStateCollection.CriticalUnblockLow"/> is the address book. Sync
    /// section 3.9.
    /// </summary>
    public CollectionHealth HealthOf(AppStateCollection collection) => _mirror.AppState.HealthOf(collection);

    /// <summary>
    /// Asks about people; see <see cref="UsyncRequest"/> for the questions. Nothing is limited or cached here: that is the
    /// caller's business. Sync section 4.
    /// </summary>
    /// <exception cref="QueryRefusedException">The server refused, with <see cref="QueryRefusedException.IsRateLimit"/> for too much.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time; that says nothing about the people.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<UsyncAnswer> AskAsync(UsyncRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var connection = RequireConnection();
        var query = UsyncQuery.Build(connection.NextId(), connection.NextId(), request);
        var answer = UsyncQuery.Parse(await connection.QueryAsync(query, cancellationToken).ConfigureAwait(false));
        await UsyncLearner.LearnAsync(_mirror.Account, answer, _context.TimeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return answer;
    }

    /// <summary>
    /// Asks for a picture. A token that the person gave this account is attached where the server takes one. Sync section 6.
    /// </summary>
    /// <exception cref="ArgumentException">The target has no picture that can be asked for.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer within 15 seconds: unknown, not "no picture".</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<PictureOutcome> GetPictureAsync(PictureRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var connection = RequireConnection();
        var asked = request.Token is null && request.Target.IsPerson
            ? request with { Token = await FindTokenAsync(request.Target.ToBase(), cancellationToken).ConfigureAwait(false) }
            : request;
        var own = Account is { } account ? new[] { account.Device.ToBase(), (account.Lid ?? default).ToBase() } : [];
        var query = PictureQuery.Build(connection.NextId(), asked, own);
        var answer = await connection.QueryAsync(query, cancellationToken, PictureTimeout).ConfigureAwait(false);
        return PictureQuery.Parse(answer, request.ExistingId is not null);
    }

    /// <summary>Asks for a business profile; <see langword="null"/> means that the account has none. Sync section 7.1.</summary>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time; that says nothing about the account.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<BusinessProfile?> GetBusinessProfileAsync(Jid jid, CancellationToken cancellationToken = default)
    {
        var connection = RequireConnection();
        return BusinessProfileQuery.Parse(
            await connection.QueryAsync(BusinessProfileQuery.Build(connection.NextId(), jid), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads the block list and keeps it. Sync section 8.1.</summary>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public Task<Blocklist> GetBlocklistAsync(CancellationToken cancellationToken = default) =>
        _mirror.Refresh.Blocklist.ReadAsync(RequireConnection(), cancellationToken);

    /// <summary>Blocks or unblocks a person. Sync section 8.2.</summary>
    /// <param name="person">The LID; accounts that are not migrated take a phone number too.</param>
    /// <param name="phone">The person's phone number, when known.</param>
    /// <param name="block">Block, or unblock.</param>
    /// <param name="cancellationToken">Gives up waiting; the change may have been made nevertheless.</param>
    /// <returns>The list afterwards, or <see cref="BlocklistChange.Rejected"/> when the server does not take the address.</returns>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time; the change may have been made.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<BlocklistChange> SetBlockedAsync(Jid person, Jid? phone, bool block, CancellationToken cancellationToken = default)
    {
        var connection = RequireConnection();
        var query = BlocklistQuery.BuildChange(connection.NextId(), block, person, phone);
        var blocklist = _mirror.Refresh.Blocklist;
        var changes = blocklist.Changes;
        var change = BlocklistQuery.ParseChange(await connection.QueryAsync(query, cancellationToken).ConfigureAwait(false));
        switch (change)
        {
            case BlocklistChange.Applied applied when await blocklist.TryKeepAsync(applied.List, changes, cancellationToken).ConfigureAwait(false):
                return applied;
            case BlocklistChange.Applied or BlocklistChange.AppliedWithoutList:
                return new BlocklistChange.Applied(await blocklist.ReadAsync(connection, cancellationToken).ConfigureAwait(false));
            default:
                return change;
        }
    }

    /// <summary>Reads all groups and keeps them. Heavily limited by the server: once per connection at most. Sync section 9.1.</summary>
    /// <exception cref="QueryRefusedException">The server refused, with <see cref="QueryRefusedException.IsRateLimit"/> for too often.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public Task<IReadOnlyList<GroupInfo>> GetGroupsAsync(CancellationToken cancellationToken = default) =>
        _mirror.Refresh.Groups.ReadAllAsync(RequireConnection(), cancellationToken);

    /// <summary>Reads one group and keeps it; not to be a member of it is an outcome and no exception. Sync section 9.2.</summary>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public Task<GroupOutcome> GetGroupAsync(Jid group, CancellationToken cancellationToken = default) =>
        _mirror.Refresh.Groups.ReadOneAsync(group, RequireConnection(), cancellationToken);

    /// <summary>Shows a group by its invite code. Nothing is kept: this account is not in it. Sync section 9.2.</summary>
    /// <exception cref="ArgumentException">The code is empty.</exception>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<GroupOutcome> PreviewInviteAsync(string code, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        var connection = RequireConnection();
        return GroupQuery.ParseOne(
            await connection.QueryAsync(GroupQuery.BuildInvitePreview(connection.NextId(), code), cancellationToken).ConfigureAwait(false),
            default);
    }

    /// <summary>Reads the current invite code of a group. Sync section 9.2.</summary>
    /// <exception cref="QueryRefusedException">With 401 or 403 when this account may not see it, with 404, 406 or 410 for no such group.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<string> GetInviteCodeAsync(Jid group, CancellationToken cancellationToken = default)
    {
        var connection = RequireConnection();
        return GroupQuery.ParseInviteCode(
            await connection.QueryAsync(GroupQuery.BuildInviteCode(connection.NextId(), group), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads the own privacy settings by their names on the wire. Sync section 11.</summary>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public async Task<IReadOnlyDictionary<string, string>> GetPrivacySettingsAsync(CancellationToken cancellationToken = default)
    {
        var connection = RequireConnection();
        return PrivacyQueries.ParseSettings(
            await connection.QueryAsync(PrivacyQueries.BuildSettings(connection.NextId()), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Fetches app-state collections until they are up to date, or cannot be; <see cref="HealthOf"/> tells which. Calls for a
    /// collection that is being fetched wait for each other. Sync section 3.
    /// </summary>
    /// <param name="collections">Which; all when empty.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected.</exception>
    public Task SyncAppStateAsync(IReadOnlyCollection<AppStateCollection> collections, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collections);
        var wanted = collections.Count == 0 ? AppStateCollections.All : collections;
        return _mirror.AppState.SyncAsync(wanted, RequireConnection(), cancellationToken);
    }

    /// <summary>
    /// Reads app-state collections anew from a snapshot of the server, for when what is known of them is doubted. Costly for the
    /// account: prefer <see cref="SyncAppStateAsync"/>. Sync section 3.7.
    /// </summary>
    /// <param name="collections">Which; all when empty.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected.</exception>
    public Task SyncAppStateFullyAsync(IReadOnlyCollection<AppStateCollection> collections, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collections);
        var wanted = collections.Count == 0 ? AppStateCollections.All : collections;
        return _mirror.AppState.SyncFullyAsync(wanted, RequireConnection(), cancellationToken);
    }

    /// <summary>
    /// Changes the address book or the own push name, for all devices of the account. At most 100 changes at a time, all of one
    /// collection. Sync section 3.12.
    /// </summary>
    /// <exception cref="ArgumentException">No changes, too many, or changes of different collections.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected.</exception>
    public Task<UploadOutcome> EditAppStateAsync(IReadOnlyList<AppStateEdit> edits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edits);
        return _mirror.AppState.UploadAsync(edits, RequireConnection(), cancellationToken);
    }

    private async ValueTask<PrivacyToken?> FindTokenAsync(Jid person, CancellationToken cancellationToken)
    {
        var token = await AccountStore.FindTokenAsync(person, cancellationToken).ConfigureAwait(false);
        if (token is null)
        {
            var pairs = await AccountStore.FindPairsAsync([person], cancellationToken).ConfigureAwait(false);
            token = pairs.Count == 0 ? null
                : await AccountStore.FindTokenAsync(person.IsLid ? pairs[0].Pair.Phone : pairs[0].Pair.Lid, cancellationToken).ConfigureAwait(false);
        }

        return token is not null && !Identity.PrivacyTokens.IsExpired(token.Timestamp, _context.TimeProvider.GetUtcNow()) ? token : null;
    }
}
