namespace Wuts.WhatsApp.Signal;

/// <summary>
/// Padding inside the encryption: <c>n</c> bytes of value <c>n</c>. Sync section 1.5.
/// </summary>
internal static class MessagePadding
{
    private const int MaxLength = 15;

    /// <summary>Appends 1 to 15 bytes, how many is random.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> plaintext, IEntropySource entropy)
    {
        Span<byte> length = stackalloc byte[1];
        entropy.Fill(length);
        return Pad(plaintext, (length[0] & MaxLength) is var n and not 0 ? n : MaxLength);
    }

    /// <summary>Appends a given number of bytes.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> plaintext, int length)
    {
        var padded = new byte[plaintext.Length + length];
        plaintext.CopyTo(padded);
        padded.AsSpan(plaintext.Length).Fill((byte)length);
        return padded;
    }

    /// <summary>
    /// Takes the padding off. Any length from 1 to 255 is accepted, because some senders pad by blocks.
    /// <see langword="false"/>: this is not padding.
    /// </summary>
    public static bool TryUnpad(ReadOnlySpan<byte> padded, out ReadOnlySpan<byte> plaintext)
    {
        plaintext = default;
        if (padded.IsEmpty)
        {
            return false;
        }

        var length = padded[^1];
        if (length == 0 || length > padded.Length || padded[^length..].ContainsAnyExcept(length))
        {
            return false;
        }

        plaintext = padded[..^length];
        return true;
    }
}
