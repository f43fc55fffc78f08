using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Stores;

/// <summary>
/// Pre-keys in memory, 32 bytes each: a batch is one array of private halves, and public halves are derived when asked for.
/// </summary>
public sealed class InMemoryPreKeyStore : IPreKeyStore
{
    private readonly Lock _gate = new();
    private readonly List<Batch> _batches = [];
    private uint _lastId;

    /// <inheritdoc/>
    public ValueTask<uint> GetLastIdAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_lastId);
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<PreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count > 0)
        {
            var batch = new Batch(keys);
            lock (_gate)
            {
                _batches.Add(batch);
                _lastId = keys[^1].Id;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PreKey>> LoadNotUploadedAsync(int count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<PreKey>>([.. _batches.SelectMany(batch => batch.NotUploaded()).Take(count)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask MarkUploadedAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        lock (_gate)
        {
            foreach (var id in ids)
            {
                FindBatch(id)?.MarkUploaded(id);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<PreKey?> FindAsync(uint id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(FindBatch(id)?.Get(id));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PreKey>> FindAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<PreKey>>([.. ids.Select(id => FindBatch(id)?.Get(id)).OfType<PreKey>()]);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(uint id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (FindBatch(id) is { } batch && batch.Remove(id))
            {
                _batches.Remove(batch);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Forgets every key and wipes the private halves.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _batches.ForEach(batch => batch.Wipe());
            _batches.Clear();
            _lastId = 0;
        }
    }

    private Batch? FindBatch(uint id) => _batches.Find(batch => batch.Contains(id));

    // Keys that were generated together. Their ids follow each other, except where they start over after the last one.
    private sealed class Batch
    {
        private readonly uint[] _ids;
        private readonly byte[] _privateKeys;
        private readonly State[] _states;
        private int _left;

        public Batch(IReadOnlyList<PreKey> keys)
        {
            _ids = new uint[keys.Count];
            _privateKeys = new byte[keys.Count * X25519.KeySize];
            _states = new State[keys.Count];
            _left = keys.Count;
            for (var i = 0; i < keys.Count; i++)
            {
                _ids[i] = keys[i].Id;
                keys[i].KeyPair.PrivateKey.CopyTo(PrivateKey(i));
            }
        }

        private enum State : byte
        {
            New,
            Uploaded,
            Used,
        }

        public bool Contains(uint id) => Array.IndexOf(_ids, id) is var at and >= 0 && _states[at] != State.Used;

        public PreKey Get(uint id) => Get(Array.IndexOf(_ids, id));

        public IEnumerable<PreKey> NotUploaded() =>
            Enumerable.Range(0, _ids.Length).Where(at => _states[at] == State.New).Select(Get);

        public void MarkUploaded(uint id) => _states[Array.IndexOf(_ids, id)] = State.Uploaded;

        /// <returns>Whether the batch is used up.</returns>
        public bool Remove(uint id)
        {
            var at = Array.IndexOf(_ids, id);
            _states[at] = State.Used;
            PrivateKey(at).Clear();
            return --_left == 0;
        }

        public void Wipe() => CryptographicOperations.ZeroMemory(_privateKeys);

        private PreKey Get(int at) => new(_ids[at], KeyPair.FromPrivateKey(PrivateKey(at)));

        private Span<byte> PrivateKey(int at) => _privateKeys.AsSpan(at * X25519.KeySize, X25519.KeySize);
    }
}
