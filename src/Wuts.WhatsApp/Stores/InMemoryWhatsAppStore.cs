using Wuts.WhatsApp.Mirror;

namespace Wuts.WhatsApp.Stores;

/// <summary>A store that forgets everything when the process ends: for tests, trials and short-lived tools.</summary>
public sealed class InMemoryWhatsAppStore : IWhatsAppStore, ICredentialStore
{
    private readonly InMemoryPreKeyStore _preKeys = new();
    private readonly InMemoryAccountStore _account = new();
    private DeviceCredentials? _credentials;

    /// <summary>Creates an empty store, or one of a device that exists.</summary>
    public InMemoryWhatsAppStore(DeviceCredentials? credentials = null) => _credentials = credentials;

    /// <inheritdoc/>
    public ICredentialStore Credentials => this;

    /// <inheritdoc/>
    public IPreKeyStore PreKeys => _preKeys;

    /// <inheritdoc/>
    public IAccountStore Account => _account;

    /// <inheritdoc/>
    public ValueTask<DeviceCredentials?> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Volatile.Read(ref _credentials));

    /// <inheritdoc/>
    public ValueTask SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        Volatile.Write(ref _credentials, credentials);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DeleteKeysAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _credentials, null);
        _preKeys.Clear();
        _account.ForgetKeys();
        return ValueTask.CompletedTask;
    }
}
