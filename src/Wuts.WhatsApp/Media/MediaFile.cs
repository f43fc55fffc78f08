using System.Security.Cryptography;

namespace Wuts.WhatsApp.Media;

/// <summary>An encrypted file and its hashes, ready to be served or uploaded.</summary>
internal sealed record EncryptedMedia(byte[] File, byte[] EncryptedHash, byte[] PlainHash);

/// <summary>
/// The file format: AES-256-CBC, then the first ten bytes of an HMAC over IV and ciphertext. Sync section 13.3.
/// </summary>
internal static class MediaFile
{
    /// <summary>Length of the MAC at the end.</summary>
    public const int MacSize = 10;

    /// <summary>Length of an AES block.</summary>
    public const int BlockSize = 16;

    /// <summary>Encrypts a whole file.</summary>
    /// <param name="plain">The content.</param>
    /// <param name="mediaKey">32 random bytes for this file only: the IV is derived from them.</param>
    /// <param name="kind">What the file holds.</param>
    public static EncryptedMedia Encrypt(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> mediaKey, MediaKind kind)
    {
        var keys = new MediaKeys(mediaKey, kind);
        using var aes = Aes.Create();
        aes.SetKey(keys.CipherKey);
        var cipherSize = aes.GetCiphertextLengthCbc(plain.Length);
        var file = new byte[cipherSize + MacSize];
        aes.EncryptCbc(plain, keys.Iv, file);

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys.MacKey);
        hmac.AppendData(keys.Iv);
        hmac.AppendData(file.AsSpan(0, cipherSize));
        hmac.GetHashAndReset()[..MacSize].CopyTo(file.AsSpan(cipherSize));
        return new EncryptedMedia(file, SHA256.HashData(file), SHA256.HashData(plain));
    }
}
