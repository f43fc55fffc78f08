namespace Wuts.WhatsApp;

/// <summary>
/// A store could not read or write. Stores throw it (or let a database, I/O or time-out exception through) when the same
/// call may succeed later: the stanza behind it is then not acknowledged, the connection is given up, and the server
/// delivers the stanza again.
/// </summary>
public sealed class WhatsAppStoreException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    public WhatsAppStoreException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
