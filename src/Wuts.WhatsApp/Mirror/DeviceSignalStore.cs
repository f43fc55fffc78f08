using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Signal.Store;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Signal state together with the device's own pre-keys, which are kept elsewhere: with the credentials and in the pre-key store.
/// </summary>
/// <remarks>
/// A pre-key that a message used is deleted after the commit. A process that ends in between leaves a key that nobody can use
/// any more, because the session it started is stored and the server has handed it out; the message, delivered again, deletes it.
/// </remarks>
internal sealed class DeviceSignalStore(ISignalStore inner, IPreKeyStore preKeys, CredentialKeeper credentials) : ISignalStore
{
    /// <inheritdoc/>
    public async ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken)
    {
        var transaction = await inner.LoadAsync(query, cancellationToken).ConfigureAwait(false);
        foreach (var id in query.PreKeys)
        {
            if (await preKeys.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } key)
            {
                transaction.PreKeys.Load(id, key.KeyPair);
            }
        }

        foreach (var id in query.SignedPreKeys)
        {
            if (credentials.Current.SignedPreKeys.Find(id) is { } key)
            {
                transaction.SignedPreKeys.Load(id, key.KeyPair);
            }
        }

        return transaction;
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken)
    {
        await inner.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        foreach (var (id, change) in transaction.PreKeys.Changes)
        {
            if (change is null)
            {
                await preKeys.RemoveAsync(id, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        inner.ForgetBeforeAsync(time, cancellationToken);
}
