namespace Wuts.WhatsApp.Noise;

/// <summary>
/// A frame failed its authenticity check: bytes were lost, repeated or altered on the way. The counters of the two sides no
/// longer agree, so the connection is closed; a new connection starts afresh.
/// </summary>
public sealed class FrameDecryptionException : WhatsAppException
{
    internal FrameDecryptionException(Exception? cause)
        : base("A frame from the server is not authentic; the connection cannot be used any further.", cause)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
