namespace Wuts.WhatsApp;

/// <summary>
/// Base of everything this library throws on purpose. Misuse of the API (a null argument, a disposed client)
/// stays a plain CLR exception. Messages never contain phone numbers, names, keys or message bodies.
/// </summary>
public class WhatsAppException : Exception
{
    /// <summary>Creates the exception with a message for the developer.</summary>
    public WhatsAppException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the failure behind it.</summary>
    public WhatsAppException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Whether the same call may succeed when it is simply repeated later. Default: no.</summary>
    public virtual bool IsTransient => false;
}
