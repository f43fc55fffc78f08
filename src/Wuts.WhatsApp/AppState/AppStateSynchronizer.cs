using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Keeps the app state of one device as the phone has it: fetches what is announced, repairs what is broken, asks for what is
/// missing, uploads edits. One thing at a time per collection; a collection in trouble holds up no other. It has no timers:
/// call <see cref="TickAsync"/> now and then. Sync section 3.
/// </summary>
internal sealed partial class AppStateSynchronizer : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    private readonly IAppStateStore _store;
    private readonly IAppStateListener _listener;
    private readonly AppStateLimits _limits;
    private readonly TimeProvider _time;
    private readonly RepairPolicy _policy;
    private readonly CollectionFetcher _fetcher;
    private readonly CollectionUploader _uploader;
    private readonly SemaphoreSlim[] _gates = [.. AppStateCollections.All.Select(_ => new SemaphoreSlim(1, 1))];
    private readonly CollectionHealth[] _health = [.. AppStateCollections.All.Select(_ => CollectionHealth.Unknown)];
    private readonly SemaphoreSlim _keysSaving = new(1, 1);
    private readonly Lock _keysGate = new();
    private readonly KeyRequestLedger _ledger = new();
    private AppStateKeyRing _ring = AppStateKeyRing.Empty;

    /// <summary>Creates a synchronizer; call <see cref="LoadAsync"/> before anything else.</summary>
    /// <param name="store">Where app state is kept.</param>
    /// <param name="media">Fetches snapshots and large patches.</param>
    /// <param name="listener">Hears of commits and of health.</param>
    /// <param name="limits">Largest sizes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="nextDouble">Jitter: numbers from 0 up to 1.</param>
    public AppStateSynchronizer(
        IAppStateStore store, IMediaDownloader media, IAppStateListener listener, AppStateLimits limits, TimeProvider time,
        Func<double> nextDouble)
    {
        _store = store;
        _listener = listener;
        _limits = limits;
        _time = time;
        _policy = new RepairPolicy(nextDouble);
        _fetcher = new CollectionFetcher(store, media, limits, listener.CommittedAsync);
        _uploader = new CollectionUploader(store, _fetcher);
    }

    /// <summary>All keys that are known.</summary>
    public AppStateKeyRing Keys => Volatile.Read(ref _ring);

    /// <summary>When <see cref="TickAsync"/> has something to do at the latest; absent when nothing waits for a time.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            var due = AppStateCollections.All.Min(c => RepairPolicy.DueAt(HealthOf(c)));
            if (!AppStateCollections.All.Any(c => HealthOf(c).Status == CollectionStatus.BlockedOnKeys))
            {
                return due;
            }

            lock (_keysGate)
            {
                return due is { } time && time < _ledger.NextDue ? time : _ledger.NextDue ?? due;
            }
        }
    }

    /// <summary>How a collection is doing.</summary>
    public CollectionHealth HealthOf(AppStateCollection collection) => Volatile.Read(ref _health[(int)collection]);

    /// <summary>Reads keys and health from the store.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _ring, AppStateKeyRing.Empty.With(await _store.LoadKeysAsync(cancellationToken)));
        foreach (var collection in AppStateCollections.All)
        {
            var health = await _store.LoadHealthAsync(collection, cancellationToken);
            _health[(int)collection] = health;
            if (health is { Status: CollectionStatus.BlockedOnKeys, KeysAskedAt: { } askedAt })
            {
                _ledger.Restore(health.MissingKeys, askedAt);
            }
        }
    }

    /// <summary>
    /// Saves keys that an own device shared. The message that brought them may be acknowledged when this completes; call
    /// <see cref="ContinueWithKeysAsync"/> afterwards.
    /// </summary>
    public async Task SaveKeysAsync(KeyShare share, CancellationToken cancellationToken)
    {
        await _keysSaving.WaitAsync(cancellationToken);
        try
        {
            var ring = Keys.With(share.Keys, out var accepted);
            if (accepted.Count > 0)
            {
                await _store.SaveKeysAsync(accepted, cancellationToken);
                Volatile.Write(ref _ring, ring);
            }
        }
        finally
        {
            _keysSaving.Release();
        }
    }

    /// <summary>Goes on with collections that waited for keys, and looks elsewhere for those that the device does not have.</summary>
    public async Task ContinueWithKeysAsync(KeyShare share, Jid device, IAppStateServer server, CancellationToken cancellationToken)
    {
        IReadOnlyList<AppStateKeyId> nowhere;
        lock (_keysGate)
        {
            nowhere = _ledger.Answered(share, device, server.OwnDevices, _time.GetUtcNow());
        }

        if (share.Keys.Count > 0)
        {
            await RunAsync(AppStateCollections.All, new RepairEvent.KeysArrived([.. share.Keys.Select(k => k.Id)]), server, cancellationToken);
        }

        if (nowhere.Count > 0)
        {
            await RunAsync(AppStateCollections.All, new RepairEvent.KeysUnavailable(nowhere), server, cancellationToken);
        }

        await TickAsync(server, cancellationToken);
    }

    /// <summary>Fetches collections of which there may be news.</summary>
    public Task SyncAsync(IReadOnlyCollection<AppStateCollection> collections, IAppStateServer server, CancellationToken cancellationToken) =>
        RunAsync(collections, new RepairEvent.NewsAnnounced(), server, cancellationToken);

    /// <summary>Reads collections anew from a snapshot, whatever is known of them.</summary>
    public async Task SyncFullyAsync(
        IReadOnlyCollection<AppStateCollection> collections, IAppStateServer server, CancellationToken cancellationToken)
    {
        foreach (var collection in collections.Distinct().Order())
        {
            using (await EnterAsync(collection, cancellationToken))
            {
                var health = HealthOf(collection) with { WantsSnapshot = true };
                await _store.SaveHealthAsync(collection, health, cancellationToken);
                Volatile.Write(ref _health[(int)collection], health);
            }
        }

        await SyncAsync(collections, server, cancellationToken);
    }

    /// <summary>
    /// Call it when a connection was made: goes on with what was interrupted, and fetches what was last read more than an hour
    /// ago. Sync section 3.14.
    /// </summary>
    /// <param name="server">The connection.</param>
    /// <param name="mayBeNews">Whether changes may have been announced of which nobody knows any more: then all is fetched.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ConnectedAsync(IAppStateServer server, bool mayBeNews, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        lock (_keysGate)
        {
            _ledger.Reconnected(now);
        }

        var old = AppStateCollections.All.Where(c => HealthOf(c).SyncedAt is { } at && (mayBeNews || now - at >= FreshFor)).ToList();
        if (Keys.Count > 0)
        {
            // Keys that were saved by a process that ended before it used them.
            await RunAsync(AppStateCollections.All, new RepairEvent.KeysArrived([.. Keys.Ids]), server, cancellationToken);
        }

        await SyncAsync(old, server, cancellationToken);
        await TickAsync(server, cancellationToken);
    }

    /// <summary>Does what has become due.</summary>
    public Task TickAsync(IAppStateServer server, CancellationToken cancellationToken) =>
        RunAsync(AppStateCollections.All, new RepairEvent.TimePassed(), server, cancellationToken);

    /// <summary>Uploads edits of one collection.</summary>
    /// <exception cref="ArgumentException">No edits, or edits of different collections.</exception>
    public async Task<UploadOutcome> UploadAsync(
        IReadOnlyList<AppStateEdit> edits, IAppStateServer server, CancellationToken cancellationToken)
    {
        if (edits.Count == 0 || edits.Any(e => e.Collection != edits[0].Collection))
        {
            throw new ArgumentException("One upload is for one collection.", nameof(edits));
        }

        var collection = edits[0].Collection;
        using var held = await EnterAsync(collection, cancellationToken);
        if (HealthOf(collection) is { Status: not (CollectionStatus.Healthy or CollectionStatus.Retrying) })
        {
            return new UploadOutcome.NotReady();
        }

        var (outcome, trouble) = await _uploader.UploadAsync(collection, edits, Keys, server, cancellationToken);
        if (trouble is not null)
        {
            var step = await NoteAsync(collection, trouble, cancellationToken);
            await DriveAsync(collection, step, null, server, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Takes over the phone's copy of a collection.</summary>
    /// <param name="requestId">The message that it answers; an answer to anything else is ignored.</param>
    /// <param name="answer">The copy; <see langword="null"/> when the phone says that it has none.</param>
    /// <param name="server">The connection, for what follows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was the answer to an open request.</returns>
    public async Task<bool> AcceptRecoveryAsync(
        string requestId, SyncDSnapshotFatalRecoveryResponse? answer, IAppStateServer server, CancellationToken cancellationToken)
    {
        foreach (var collection in AppStateCollections.All)
        {
            // The phone can be quicker than the note of the request: whoever is about to make that note holds the gate.
            if (HealthOf(collection) is var seen && seen.RecoveryRequestId != requestId && seen.Status != CollectionStatus.Recovering)
            {
                continue;
            }

            using var held = await EnterAsync(collection, cancellationToken);
            if (HealthOf(collection).RecoveryRequestId != requestId)
            {
                continue;
            }

            if (answer is null && HealthOf(collection).Status != CollectionStatus.Recovering)
            {
                // Too late to say no.
                return true;
            }

            RepairEvent happened;
            if (RecoveryAnswer.TryOpen(answer, collection, Keys, _limits, out var recovered, out var failure))
            {
                await _fetcher.ReplaceAsync(collection, recovered.Snapshot, Keys, cancellationToken);
                happened = new RepairEvent.Recovered();
            }
            else
            {
                happened = new RepairEvent.NotApplied(failure);
            }

            await DriveAsync(collection, await NoteAsync(collection, happened, cancellationToken), null, server, cancellationToken);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keysSaving.Dispose();
        foreach (var gate in _gates)
        {
            gate.Dispose();
        }
    }
}
