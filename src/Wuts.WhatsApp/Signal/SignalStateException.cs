namespace Wuts.WhatsApp.Signal;

/// <summary>
/// Stored Signal state cannot be read: it is damaged, or a newer version of this library wrote it. Nothing is repaired silently;
/// whoever owns the store decides between restoring a backup and deleting the state of that address.
/// </summary>
public sealed class SignalStateException : WhatsAppException
{
    internal SignalStateException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
