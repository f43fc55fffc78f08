using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>The connection as app state needs it.</summary>
internal interface IAppStateServer
{
    /// <summary>All devices of the own account but this one; device 0 is the phone.</summary>
    IReadOnlyCollection<Jid> OwnDevices { get; }

    /// <summary>A stanza id that is unique on the connection.</summary>
    string NextId();

    /// <summary>Sends a query and waits for its answer, which may be an error.</summary>
    /// <exception cref="WhatsAppException">No answer came.</exception>
    Task<Node> QueryAsync(Node query, CancellationToken cancellationToken);

    /// <summary>Sends an end-to-end encrypted message to an own device.</summary>
    /// <returns>The id of the message, which an answer names.</returns>
    /// <exception cref="WhatsAppException">The message could not be sent.</exception>
    Task<string> SendPeerMessageAsync(Jid device, Message message, CancellationToken cancellationToken);
}

/// <summary>Hears what happens to app state.</summary>
internal interface IAppStateListener
{
    /// <summary>A step was committed.</summary>
    ValueTask CommittedAsync(AppStateDelta delta, CancellationToken cancellationToken);

    /// <summary>The health of a collection changed and was saved.</summary>
    ValueTask HealthChangedAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken);
}
