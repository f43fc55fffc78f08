using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Client;

/// <summary>
/// The credentials in use. Changes come one after the other, and the new value is seen only after it was saved.
/// </summary>
internal sealed class CredentialKeeper(IWhatsAppStore store, TimeProvider timeProvider)
{
    private readonly AsyncLock _gate = new();
    private DeviceCredentials? _current;

    /// <summary>The present credentials.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public DeviceCredentials Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException("The device has no credentials.");

    /// <summary>The account that the device is linked to; <see langword="null"/> when it is not linked.</summary>
    public LinkedAccount? Account => Volatile.Read(ref _current)?.Account;

    /// <summary>Reads the stored credentials.</summary>
    /// <returns>Whether they belong to a paired device.</returns>
    public async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            _current = await store.Credentials.LoadAsync(cancellationToken).ConfigureAwait(false);
            return _current is { IsPaired: true };
        }
    }

    /// <summary>Makes and saves the keys of a new device, if there are none.</summary>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_current is null)
            {
                await SaveAsync(DeviceCredentials.Create(timeProvider.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Changes and saves the credentials.</summary>
    /// <param name="change">Makes the new value; returning the same one saves nothing.</param>
    /// <param name="cancellationToken">Gives up before the change is made.</param>
    public async Task<DeviceCredentials> UpdateAsync(Func<DeviceCredentials, DeviceCredentials> change, CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            var changed = change(Current);
            if (!ReferenceEquals(changed, _current))
            {
                await SaveAsync(changed, cancellationToken).ConfigureAwait(false);
            }

            return changed;
        }
    }

    /// <summary>Deletes every key of the device.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            await store.DeleteKeysAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _current, null);
        }
    }

    private async Task SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken)
    {
        await store.Credentials.SaveAsync(credentials, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _current, credentials);
    }
}
