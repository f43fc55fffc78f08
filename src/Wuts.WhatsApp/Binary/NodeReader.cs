using System.Buffers;

namespace Wuts.WhatsApp.Binary;

/// <summary>Turns the plaintext of a transport frame into a node. Protocol section 5.</summary>
/// <remarks>
/// Any input gives either a node or a <see cref="NodeFormatException"/>. Only the tree itself is allocated: tokens and
/// known servers give shared strings, and a compressed frame is inflated into a rented buffer.
/// </remarks>
public static class NodeReader
{
    /// <summary>Reads the one node of a frame.</summary>
    /// <param name="plaintext">Format byte and node.</param>
    /// <param name="limits">What to accept at most; <see cref="NodeLimits.Default"/> when not given.</param>
    /// <exception cref="NodeFormatException">The bytes are not exactly one node, or pass a limit.</exception>
    public static Node Read(ReadOnlySpan<byte> plaintext, NodeLimits? limits = null)
    {
        limits ??= NodeLimits.Default;
        if (plaintext.IsEmpty)
        {
            throw new NodeFormatException("The frame is empty", 0);
        }

        if (plaintext.Length > limits.MaxFrameLength)
        {
            throw new NodeFormatException("The frame is longer than allowed", 0);
        }

        return (plaintext[0] & WireTag.CompressedFlag) == 0
            ? new NodeParser(plaintext, limits).ReadRoot()
            : ReadCompressed(plaintext[1..], limits);
    }

    private static Node ReadCompressed(ReadOnlySpan<byte> compressed, NodeLimits limits)
    {
        var used = ZlibInflater.Inflate(compressed, limits.MaxInflatedLength, out var buffer);
        try
        {
            return new NodeParser(buffer.AsSpan(0, used), limits).ReadRoot();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
