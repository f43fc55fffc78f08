using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

/// <summary>What handlers and modules may do with the connection that a stanza came from.</summary>
internal interface IStanzaConnection
{
    /// <summary>Cancelled when the connection ends.</summary>
    CancellationToken Ended { get; }

    /// <summary>The server's time.</summary>
    ServerClock Clock { get; }

    /// <summary>A stanza id that is unique on this connection.</summary>
    string NextId();

    /// <summary>Queues a stanza that nobody answers. Completes when it is queued, in the order of the calls.</summary>
    /// <exception cref="WhatsAppDisconnectedException">The connection has ended.</exception>
    ValueTask SendAsync(Node stanza, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a stanza with an id and waits for what the server answers to that id: the result or error of an <c>iq</c>, the
    /// <c>ack</c> of a message. An <c>iq</c> without id gets one.
    /// </summary>
    /// <returns>The answer, which may be an error.</returns>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The connection ended.</exception>
    Task<Node> QueryAsync(Node stanza, CancellationToken cancellationToken, TimeSpan? timeout = null);

    /// <summary>Gives the connection up. Only the first reason counts; queued stanzas are sent if that is still possible.</summary>
    void End(DisconnectReason reason);
}

/// <summary>What a connection hands the stanzas to that are neither answers nor its own business.</summary>
internal interface IStanzaSink
{
    /// <summary>The own device by phone number, once it is known; acknowledgements of messages name it.</summary>
    Jid? OwnDevice { get; }

    /// <summary>
    /// Handles a stanza. Calls for stanzas of one class come one after the other. The acknowledgement follows when the task is
    /// complete; when it fails because something could not be stored, the connection is given up instead.
    /// </summary>
    Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken);
}
