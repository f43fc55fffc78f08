namespace Wuts.WhatsApp.Transport;

/// <summary>The byte stream to the server could not be opened or broke. Always worth another try.</summary>
internal sealed class TransportException(string message, Exception? innerException) : WhatsAppException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
