namespace Wuts.WhatsApp.Binary;

/// <summary>
/// The bytes are not a node: they break the format of protocol section 5 or pass one of the <see cref="NodeLimits"/>.
/// The connection is still usable; the stanza is lost. Sending the same bytes again gives the same result.
/// </summary>
public sealed class NodeFormatException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong, without any of the content.</param>
    /// <param name="offset">Where; see <see cref="Offset"/>.</param>
    /// <param name="innerException">The failure of the decompressor, if that was it.</param>
    public NodeFormatException(string problem, int offset, Exception? innerException = null)
        : base($"{problem} (at byte {offset})", innerException) => Offset = offset;

    /// <summary>
    /// Index of the item that is wrong, counted from the format byte, which has index 0. In a compressed frame it counts
    /// in the inflated form: the first inflated byte has index 1.
    /// </summary>
    public int Offset { get; }
}
