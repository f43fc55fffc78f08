namespace Wuts.WhatsApp.Stores;

/// <summary>Keeps the credentials of one device. They are secrets: encrypt them at rest.</summary>
public interface ICredentialStore
{
    /// <summary>The credentials; <see langword="null"/> when there are none yet, or none any more.</summary>
    ValueTask<DeviceCredentials?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Saves the credentials as a whole: after it has returned, the new ones survive a crash; before, the old ones do.</summary>
    ValueTask SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken);
}
