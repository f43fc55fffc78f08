using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Wuts.WhatsApp.Wire;

/// <summary>
/// Bytes from the network do not have the form that the protocol gives them: broken protobuf, a damaged compressed stream,
/// or a part that is larger than its limit. The one exception of every hand-written reader in this library.
/// </summary>
public sealed class WireFormatException : WhatsAppException
{
    /// <summary>Creates the exception for data read up to <paramref name="offset"/>.</summary>
    public WireFormatException(string message, long offset, Exception? innerException = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"{message} (at byte {offset})"), innerException) => Offset = offset;

    /// <summary>How many bytes were read before the fault.</summary>
    public long Offset { get; }

    [DoesNotReturn]
    internal static void ThrowTruncated(long offset) => throw new WireFormatException("The data ends inside a field.", offset);

    [DoesNotReturn]
    internal static void ThrowVarint(long offset) => throw new WireFormatException("A variable-length number has more than 64 bits.", offset);

    [DoesNotReturn]
    internal static void ThrowTag(long offset) => throw new WireFormatException("A field has an impossible number or type.", offset);

    [DoesNotReturn]
    internal static void ThrowType(long offset) => throw new WireFormatException("A field has another type than it should have.", offset);

    [DoesNotReturn]
    internal static void ThrowTooLong(long offset, int limit) =>
        throw new WireFormatException(string.Create(CultureInfo.InvariantCulture, $"A field is longer than {limit} bytes."), offset);
}
