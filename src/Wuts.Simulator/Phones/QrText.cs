using System.Diagnostics.CodeAnalysis;

namespace Wuts.Simulator.Phones;

/// <summary>What a phone reads out of a QR code. Protocol section 7.3.</summary>
/// <param name="Reference">The server's reference, as it was sent.</param>
/// <param name="NoiseKey">32 bytes.</param>
/// <param name="Identity">32 bytes.</param>
/// <param name="AdvSecret">32 bytes.</param>
internal sealed record QrText(string Reference, byte[] NoiseKey, byte[] Identity, byte[] AdvSecret)
{
    private const string Link = "https://wa.me/settings/linked_devices#";
    private const int KeySize = 32;

    /// <summary>Reads the current form, with or without the link in front, and the older one without client type.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out QrText? qr)
    {
        qr = null;
        if (text.StartsWith(Link, StringComparison.Ordinal))
        {
            text = text[Link.Length..];
        }

        // Read from the end: a reference may contain commas.
        var parts = text.Split(',');
        var keysEnd = parts[^1].Length == 1 ? parts.Length - 1 : parts.Length;
        if (keysEnd < 4
            || !TryKey(parts[keysEnd - 3], out var noise)
            || !TryKey(parts[keysEnd - 2], out var identity)
            || !TryKey(parts[keysEnd - 1], out var secret))
        {
            return false;
        }

        var reference = string.Join(',', parts[..(keysEnd - 3)]);
        if (reference.Length == 0)
        {
            return false;
        }

        qr = new QrText(reference, noise, identity, secret);
        return true;
    }

    private static bool TryKey(string base64, [NotNullWhen(true)] out byte[]? key)
    {
        var bytes = new byte[KeySize + 1];
        key = Convert.TryFromBase64String(base64, bytes, out var written) && written == KeySize ? bytes[..KeySize] : null;
        return key is not null;
    }
}
