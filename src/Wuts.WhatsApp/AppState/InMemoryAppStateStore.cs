using System.Runtime.CompilerServices;

namespace Wuts.WhatsApp.AppState;

/// <summary>App state in memory, for tests, tools and clients that start from a snapshot each time. Thread-safe.</summary>
public sealed class InMemoryAppStateStore : IAppStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AppStateKeyId, AppStateSyncKey> _keys = [];
    private readonly Dictionary<AppStateCollection, Stored> _collections = [];
    private readonly Dictionary<AppStateCollection, CollectionHealth> _health = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _keys.Values]);
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        lock (_gate)
        {
            foreach (var key in keys)
            {
                _keys[key.Id] = key;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_collections.TryGetValue(collection, out var stored) ? stored.State : CollectionState.Empty);
        }
    }

    /// <inheritdoc/>
    public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_health.GetValueOrDefault(collection, CollectionHealth.Unknown));
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _health[collection] = health;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
        AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(indexMacs);
        var found = new List<AppStateRecord>();
        lock (_gate)
        {
            if (_collections.TryGetValue(collection, out var stored))
            {
                foreach (var mac in indexMacs)
                {
                    if (stored.Records.TryGetValue(mac, out var record))
                    {
                        found.Add(record);
                    }
                }
            }
        }

        return new(found);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AppStateRecord> ReadAllAsync(
        AppStateCollection collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AppStateRecord[] records;
        lock (_gate)
        {
            records = _collections.TryGetValue(collection, out var stored) ? [.. stored.Records.Values] : [];
        }

        await Task.CompletedTask;
        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delta);
        lock (_gate)
        {
            if (!_collections.TryGetValue(delta.Collection, out var stored))
            {
                _collections.Add(delta.Collection, stored = new Stored());
            }

            if (stored.State.Version != delta.BaseVersion)
            {
                throw new AppStateConflictException();
            }

            foreach (var mac in delta.Deletes)
            {
                stored.Records.Remove(mac);
            }

            foreach (var record in delta.Upserts)
            {
                stored.Records[record.IndexMac] = record;
            }

            stored.State = delta.State;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Forgets keys, versions and health, because the device was unlinked. Records stay, so that the first snapshot after a new pairing
    /// tells what was removed meanwhile.
    /// </summary>
    public void ForgetKeys()
    {
        lock (_gate)
        {
            _keys.Clear();
            _health.Clear();
            foreach (var stored in _collections.Values)
            {
                stored.State = CollectionState.Empty;
            }
        }
    }

    private sealed class Stored
    {
        public CollectionState State { get; set; } = CollectionState.Empty;

        public Dictionary<AppStateMac, AppStateRecord> Records { get; } = [];
    }
}
