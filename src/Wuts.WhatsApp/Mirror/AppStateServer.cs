using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// A connection as app state needs it. Of the own devices only the phone is asked for anything: it is the one that has every
/// key, and the others answer late or never.
/// </summary>
internal sealed class AppStateServer(MirrorSession session, PeerMessenger phone, IStanzaConnection connection) : IAppStateServer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<Jid> OwnDevices => [session.Device.Account.PrimaryPhone];

    /// <inheritdoc/>
    public string NextId() => connection.NextId();

    /// <inheritdoc/>
    public Task<Node> QueryAsync(Node query, CancellationToken cancellationToken) => connection.QueryAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<string> SendPeerMessageAsync(Jid device, Message message, CancellationToken cancellationToken) =>
        phone.SendAsync(message, PushPriority.High, connection, cancellationToken);
}
