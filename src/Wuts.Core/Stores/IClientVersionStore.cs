using Wuts.WhatsApp.Pairing;

namespace Wuts.Core.Stores;

/// <summary>The newest version of WhatsApp Web that the installation has found, and when it was looked for.</summary>
public interface IClientVersionStore
{
    /// <summary>The newest version that was found; <see langword="null"/> when none was.</summary>
    Task<ClientVersion?> FindAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a version, unless the one that is kept is as new.</summary>
    Task RaiseAsync(ClientVersion version, CancellationToken cancellationToken);

    /// <summary>Asks whether to look for a newer version now; a yes counts as having looked.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="interval">How often the installation may look: of several processes one gets a yes.</param>
    /// <param name="cancellationToken">Cancels before anything is counted.</param>
    Task<bool> TakeTurnAsync(DateTimeOffset now, TimeSpan interval, CancellationToken cancellationToken);
}
