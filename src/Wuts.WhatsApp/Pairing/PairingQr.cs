using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// What a pairing QR code says. Its text form shows nothing: the ADV secret in it lets whoever reads it take the pairing over.
/// Protocol section 7.3.
/// </summary>
internal sealed class PairingQr
{
    /// <summary>Lets the camera of a phone open the application.</summary>
    public const string Prefix = "https://wa.me/settings/linked_devices#";

    // 32 bytes in base64 with padding.
    private const int EncodedKeyLength = 44;

    private readonly byte[] _noiseKey;
    private readonly byte[] _identityKey;
    private readonly byte[] _advSecret;

    /// <summary>Creates the content of a QR code; the keys are copied.</summary>
    /// <param name="reference">The server's reference as received.</param>
    /// <param name="noiseKey">The noise public key, 32 bytes.</param>
    /// <param name="identityKey">The identity public key, 32 bytes.</param>
    /// <param name="advSecret">The ADV secret, 32 bytes.</param>
    /// <param name="clientType">The client type, or <see langword="null"/> for the older form without.</param>
    public PairingQr(
        string reference, ReadOnlySpan<byte> noiseKey, ReadOnlySpan<byte> identityKey, ReadOnlySpan<byte> advSecret, char? clientType)
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        Reference = reference;
        _noiseKey = Copy(noiseKey);
        _identityKey = Copy(identityKey);
        _advSecret = Copy(advSecret);
        ClientType = clientType;

        static byte[] Copy(ReadOnlySpan<byte> key)
        {
            X25519.CheckKey(key, nameof(key));
            return key.ToArray();
        }
    }

    /// <summary>The server's reference; it may contain commas.</summary>
    public string Reference { get; }

    /// <summary>The noise public key.</summary>
    public ReadOnlySpan<byte> NoiseKey => _noiseKey;

    /// <summary>The identity public key.</summary>
    public ReadOnlySpan<byte> IdentityKey => _identityKey;

    /// <summary>The secret that protects the device identity in pair-success.</summary>
    public ReadOnlySpan<byte> AdvSecret => _advSecret;

    /// <summary>The client type (<see cref="CompanionPlatformNames.ClientType"/>); <see langword="null"/> in the older form.</summary>
    public char? ClientType { get; }

    // https://wa.me/settings/linked_devices#REF,NOISE,IDENTITY,ADV,TYPE      older: REF,NOISE,IDENTITY,ADV

    /// <summary>The text of the QR code: with prefix and client type, or the older form when there is no client type.</summary>
    public string Format() => ClientType is { } type ? $"{Prefix}{Fields()},{type}" : Fields();

    /// <summary>Reads the text of a QR code in either form, with or without prefix, from its end.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PairingQr? qr)
    {
        qr = null;
        var rest = text.AsSpan();
        if (rest.StartsWith(Prefix, StringComparison.Ordinal))
        {
            rest = rest[Prefix.Length..];
        }

        char? clientType = null;
        if (rest.Length >= 2 && rest[^2] == ',')
        {
            clientType = rest[^1];
            rest = rest[..^2];
        }

        if (!TryTakeLastKey(ref rest, out var advSecret) || !TryTakeLastKey(ref rest, out var identityKey)
            || !TryTakeLastKey(ref rest, out var noiseKey) || rest.IsEmpty)
        {
            return false;
        }

        qr = new PairingQr(rest.ToString(), noiseKey, identityKey, advSecret, clientType);
        return true;
    }

    private string Fields() =>
        $"{Reference},{Convert.ToBase64String(_noiseKey)},{Convert.ToBase64String(_identityKey)},{Convert.ToBase64String(_advSecret)}";

    private static bool TryTakeLastKey(ref ReadOnlySpan<char> text, out ReadOnlySpan<byte> key)
    {
        key = default;
        var comma = text.LastIndexOf(',');
        if (comma < 0)
        {
            return false;
        }

        var bytes = new byte[X25519.KeySize];
        var field = text[(comma + 1)..];
        if (field.Length != EncodedKeyLength || !Convert.TryFromBase64Chars(field, bytes, out var length) || length != bytes.Length)
        {
            return false;
        }

        key = bytes;
        text = text[..comma];
        return true;
    }
}
