namespace Wuts.WhatsApp;

/// <summary>Receives the events of a client in order, one at a time for each kind of stanza, and is waited for.</summary>
public interface IWhatsAppEventSink
{
    /// <summary>
    /// Takes an event. While it is at work the stanza behind the event is not acknowledged; if it throws
    /// <see cref="WhatsAppStoreException"/>, a database, I/O or time-out exception, it never is, and the server delivers it again.
    /// It may send queries, but must not wait for the client to disconnect or to be disposed.
    /// </summary>
    ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken);
}
