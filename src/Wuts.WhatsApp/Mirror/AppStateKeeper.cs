using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Runs the app-state synchronizer of a client: passes on what is announced and what own devices send, and wakes it when
/// something is due. Work is done one piece after the other, off the lanes of the stanzas that caused it. Sync section 3.14.
/// </summary>
internal sealed partial class AppStateKeeper : IAppStateListener
{
    // The server announces changes of one edit in several notifications: they are fetched together.
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(500);

    private readonly ClientContext _client;
    private readonly MirrorSession _session;
    private readonly AccountMirror _mirror;
    private readonly PeerMessenger _phone;
    private readonly AppStateSynchronizer _synchronizer;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<AppStateCollection> _announced = [];
    private readonly SoonWork _fetching;
    private CancellationToken _ticking;
    private IStanzaConnection? _current;
    private volatile bool _isAbreast;

    public AppStateKeeper(
        ClientContext client, MirrorSession session, AccountMirror mirror, PeerMessenger phone,
        Func<IAppStateListener, AppStateSynchronizer> create, ILogger logger)
    {
        _client = client;
        _session = session;
        _mirror = mirror;
        _phone = phone;
        _synchronizer = create(this);
        _logger = logger;
        _fetching = new SoonWork(client, Debounce, FetchAnnouncedAsync, logger);
    }

    /// <summary>How a collection is doing.</summary>
    public CollectionHealth HealthOf(AppStateCollection collection) => _synchronizer.HealthOf(collection);

    /// <summary>Reads keys and health from the store. Called before anything else, and again when the device was linked anew.</summary>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        _isAbreast = false;
        return _synchronizer.LoadAsync(cancellationToken);
    }

    /// <summary>After a login: goes on with what was interrupted, and watches the clock for as long as the connection lives.</summary>
    public void LoggedIn(IStanzaConnection connection)
    {
        Volatile.Write(ref _current, connection);
        Background.Run(
            async () =>
            {
                // What an earlier process was told and had acknowledged, this one does not know, until it has asked once.
                await _synchronizer.ConnectedAsync(Server(connection), mayBeNews: !_isAbreast, connection.Ended).ConfigureAwait(false);
                _isAbreast |= !connection.Ended.IsCancellationRequested;
                EnsureTicking(connection);
            },
            connection,
            _logger,
            _client);
        if (HasNews)
        {
            _fetching.Wake(connection);
        }
    }

    /// <summary>Fetches collections until they are up to date, or cannot be.</summary>
    public async Task SyncAsync(IReadOnlyCollection<AppStateCollection> collections, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await _synchronizer.SyncAsync(collections, Server(connection), cancellationToken).ConfigureAwait(false);
        EnsureTicking(connection);
    }

    /// <summary>Reads collections anew from a snapshot.</summary>
    public async Task SyncFullyAsync(
        IReadOnlyCollection<AppStateCollection> collections, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await _synchronizer.SyncFullyAsync(collections, Server(connection), cancellationToken).ConfigureAwait(false);
        EnsureTicking(connection);
    }

    /// <summary>Uploads edits of one collection.</summary>
    public Task<UploadOutcome> UploadAsync(IReadOnlyList<AppStateEdit> edits, IStanzaConnection connection, CancellationToken cancellationToken) =>
        _synchronizer.UploadAsync(edits, Server(connection), cancellationToken);

    /// <summary>Fetches soon, without anybody waiting, the collections that the server says have changed.</summary>
    public void Announced(IEnumerable<string> names, IStanzaConnection connection)
    {
        var news = new List<AppStateCollection>();
        foreach (var name in names)
        {
            if (AppStateCollections.TryParse(name, out var collection))
            {
                news.Add(collection);
            }
        }

        Wake(news, connection);
    }

    /// <summary>Fetches collections soon, without anybody waiting.</summary>
    public void Wake(IReadOnlyCollection<AppStateCollection> collections, IStanzaConnection connection)
    {
        lock (_gate)
        {
            _announced.UnionWith(collections);
        }

        if (collections.Count > 0)
        {
            _fetching.Wake(connection);
        }
    }

    /// <summary>Saves keys that an own device shared.</summary>
    public Task SaveKeysAsync(KeyShare share, CancellationToken cancellationToken) => _synchronizer.SaveKeysAsync(share, cancellationToken);

    /// <summary>Goes on with what waited for keys; nobody waits for it.</summary>
    public void KeysSaved(KeyShare share, Jid device, IStanzaConnection connection) => Background.Run(
        async () =>
        {
            await _synchronizer.ContinueWithKeysAsync(share, device, Server(connection), connection.Ended).ConfigureAwait(false);
            await _synchronizer.SyncAsync(NeverSynced(), Server(connection), connection.Ended).ConfigureAwait(false);
            EnsureTicking(connection);
        },
        connection,
        _logger,
        _client);

    /// <summary>Takes over the phone's own copy of a collection, if it was asked for.</summary>
    public async Task RecoverAsync(
        PeerDataOperationRequestResponseMessage message, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (RecoveryAnswer.TryRead(message, out var requestId, out var answer)
            && !await _synchronizer.AcceptRecoveryAsync(requestId, answer, Server(connection), cancellationToken).ConfigureAwait(false))
        {
            LogUnrequested(_logger, _client.Label);
        }
    }

    /// <inheritdoc/>
    public ValueTask CommittedAsync(AppStateDelta delta, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask HealthChangedAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken)
    {
        LogHealth(_logger, _client.Label, collection, health.Status, health.Problem);
        return _mirror.RaiseAsync(new AccountEvent.CollectionHealthChanged(collection, health), cancellationToken);
    }

    private AppStateServer Server(IStanzaConnection connection) => new(_session, _phone, connection);

    private List<AppStateCollection> NeverSynced() =>
        [.. AppStateCollections.All.Where(c => HealthOf(c).Status == CollectionStatus.NeverSynced)];

    private bool HasNews
    {
        get
        {
            lock (_gate)
            {
                return _announced.Count > 0;
            }
        }
    }

    private async Task FetchAnnouncedAsync(IStanzaConnection connection)
    {
        List<AppStateCollection> news;
        lock (_gate)
        {
            news = [.. _announced];
            _announced.Clear();
        }

        try
        {
            await SyncAsync(news, connection, connection.Ended).ConfigureAwait(false);
        }
        catch
        {
            // The announcement is acknowledged: the next connection has to fetch what this one did not.
            lock (_gate)
            {
                _announced.UnionWith(news);
            }

            // It may have logged in before this one noticed its end.
            if (Volatile.Read(ref _current) is { Ended.IsCancellationRequested: false } next && next != connection)
            {
                _fetching.Wake(next);
            }

            throw;
        }
    }

    private void EnsureTicking(IStanzaConnection connection)
    {
        lock (_gate)
        {
            if (_ticking == connection.Ended || _synchronizer.NextDue is null)
            {
                return;
            }

            _ticking = connection.Ended;
        }

        Background.Run(() => TickAsync(connection), connection, _logger, _client);
    }

    // Lives only while something is due: an idle device has no timer for app state.
    private async Task TickAsync(IStanzaConnection connection)
    {
        while (true)
        {
            DateTimeOffset due;
            lock (_gate)
            {
                if (_synchronizer.NextDue is not { } next)
                {
                    _ticking = default;
                    return;
                }

                due = next;
            }

            var delay = due - _client.TimeProvider.GetUtcNow();
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, _client.TimeProvider, connection.Ended).ConfigureAwait(false);
            }

            await _synchronizer.TickAsync(Server(connection), connection.Ended).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1421, LogLevel.Information, "{Device}: app state {Collection} is {Status} ({Problem})")]
    private static partial void LogHealth(
        ILogger logger, string device, AppStateCollection collection, CollectionStatus status, CollectionProblem problem);

    [LoggerMessage(1422, LogLevel.Warning, "{Device}: the phone sent a copy of app state that nobody asked for")]
    private static partial void LogUnrequested(ILogger logger, string device);
}
