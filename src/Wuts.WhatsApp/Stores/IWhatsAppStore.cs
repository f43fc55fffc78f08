using Wuts.WhatsApp.Mirror;

namespace Wuts.WhatsApp.Stores;

/// <summary>
/// Everything one device keeps. Each concern has its own interface, so that a store may put each where it belongs.
/// </summary>
/// <remarks>
/// A store serves one device and one client at a time. Its calls may come from several threads. A call that fails because the
/// storage fails throws <see cref="WhatsAppStoreException"/>, or lets a <see cref="System.Data.Common.DbException"/>,
/// <see cref="IOException"/> or <see cref="TimeoutException"/> through; the client then acknowledges nothing that depends on
/// it and tries again over a new connection. Any other exception counts as a bug.
/// </remarks>
public interface IWhatsAppStore
{
    /// <summary>The device's keys and its account.</summary>
    ICredentialStore Credentials { get; }

    /// <summary>The one-time pre-keys.</summary>
    IPreKeyStore PreKeys { get; }

    /// <summary>What the device knows about its account: contacts, addresses, groups, app state, Signal sessions.</summary>
    IAccountStore Account { get; }

    /// <summary>
    /// Forgets every key of the device, in all parts of the store, because the device was unlinked: the keys are worthless, and
    /// nobody else may find them. Versions and health of app state go with them, and history that waits for download. What the
    /// device has learnt about people is not a key and is not touched.
    /// </summary>
    ValueTask DeleteKeysAsync(CancellationToken cancellationToken);
}
