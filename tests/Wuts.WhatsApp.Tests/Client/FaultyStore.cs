using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

/// <summary>A store that fails when the test wants it to, and tells what was saved.</summary>
internal sealed class FaultyStore : IWhatsAppStore, ICredentialStore, IPreKeyStore
{
    private readonly InMemoryWhatsAppStore _inner = new();
    private readonly Lock _gate = new();
    private readonly List<(Func<DeviceCredentials, bool> Match, TaskCompletionSource<DeviceCredentials> Saved)> _waiters = [];
    private DeviceCredentials? _saved;

    /// <summary>Whether saving these credentials fails.</summary>
    public Func<DeviceCredentials, bool> Refuses { get; set; } = _ => false;

    /// <summary>Called with what is about to be saved.</summary>
    public Action<DeviceCredentials> Saving { get; set; } = _ => { };

    /// <summary>Called with pre-keys that are about to be saved.</summary>
    public Action<IReadOnlyList<PreKey>> AddingPreKeys { get; set; } = _ => { };

    public bool KeysDeleted { get; private set; }

    public ICredentialStore Credentials => this;

    public IPreKeyStore PreKeys => this;

    public IAccountStore Account => _inner.Account;

    public ValueTask<DeviceCredentials?> LoadAsync(CancellationToken cancellationToken) => _inner.LoadAsync(cancellationToken);

    public async ValueTask SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken)
    {
        Saving(credentials);
        if (Refuses(credentials))
        {
            throw new WhatsAppStoreException("The store refuses, as the test wants it.");
        }

        await _inner.SaveAsync(credentials, cancellationToken);
        lock (_gate)
        {
            _saved = credentials;
            foreach (var (_, saved) in _waiters.Where(waiter => waiter.Match(credentials)))
            {
                saved.TrySetResult(credentials);
            }
        }
    }

    /// <summary>The credentials that were saved last, or the next ones, that fit.</summary>
    public Task<DeviceCredentials> SavedAsync(Func<DeviceCredentials, bool> match)
    {
        lock (_gate)
        {
            if (_saved is not null && match(_saved))
            {
                return Task.FromResult(_saved);
            }

            var waiter = new TaskCompletionSource<DeviceCredentials>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((match, waiter));
            return waiter.Task;
        }
    }

    public ValueTask DeleteKeysAsync(CancellationToken cancellationToken)
    {
        KeysDeleted = true;
        return _inner.DeleteKeysAsync(cancellationToken);
    }

    public ValueTask<uint> GetLastIdAsync(CancellationToken cancellationToken) => _inner.PreKeys.GetLastIdAsync(cancellationToken);

    public ValueTask AddAsync(IReadOnlyList<PreKey> keys, CancellationToken cancellationToken)
    {
        AddingPreKeys(keys);
        return _inner.PreKeys.AddAsync(keys, cancellationToken);
    }

    public ValueTask<IReadOnlyList<PreKey>> LoadNotUploadedAsync(int count, CancellationToken cancellationToken) =>
        _inner.PreKeys.LoadNotUploadedAsync(count, cancellationToken);

    public ValueTask MarkUploadedAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken) =>
        _inner.PreKeys.MarkUploadedAsync(ids, cancellationToken);

    public ValueTask<PreKey?> FindAsync(uint id, CancellationToken cancellationToken) => _inner.PreKeys.FindAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<PreKey>> FindAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken) =>
        _inner.PreKeys.FindAsync(ids, cancellationToken);

    public ValueTask RemoveAsync(uint id, CancellationToken cancellationToken) => _inner.PreKeys.RemoveAsync(id, cancellationToken);
}
