namespace Wuts.WhatsApp;

/// <summary>Receives the events of a client in order, one at a time for each kind of stanza, and is waited for.</summary>
public interface IWhatsAppEventSink
{
    /// <summary>
    /// Takes an event. While it is at work the stanza behind the event is not acknowledged; if it throws
    /// <see cref="WhatsAppStoreException"/>, a database, I/O or time-out exception, it never is, and the server delivers it again.
    /// It may send queries, but must not wait for the client to disconnect or to be disposed. An event may come twice: when the
    /// connection ends while the stanza behind it is being handled, the server delivers the stanza again.
    /// </summary>
    /// <param name="happened">The event.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends on which the stanza came.</param>
    ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken);
}
