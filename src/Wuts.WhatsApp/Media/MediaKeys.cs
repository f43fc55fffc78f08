using System.Security.Cryptography;

namespace Wuts.WhatsApp.Media;

/// <summary>The keys of one encrypted file. Sync section 13.3.</summary>
internal sealed class MediaKeys
{
    /// <summary>Length of a media key in bytes.</summary>
    public const int MediaKeySize = 32;

    private readonly byte[] _expanded = new byte[112];

    /// <summary>Expands the 32-byte media key of a file.</summary>
    public MediaKeys(ReadOnlySpan<byte> mediaKey, MediaKind kind) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, mediaKey, _expanded, salt: default, kind.KeyInfo());

    /// <summary>The IV; a media key serves one file only.</summary>
    public ReadOnlySpan<byte> Iv => _expanded.AsSpan(0, 16);

    /// <summary>The AES-256-CBC key.</summary>
    public ReadOnlySpan<byte> CipherKey => _expanded.AsSpan(16, 32);

    /// <summary>Keys the MAC at the end of the file.</summary>
    public ReadOnlySpan<byte> MacKey => _expanded.AsSpan(48, 32);

    /// <summary>Not used by anything that is read here.</summary>
    public ReadOnlySpan<byte> RefKey => _expanded.AsSpan(80, 32);
}
