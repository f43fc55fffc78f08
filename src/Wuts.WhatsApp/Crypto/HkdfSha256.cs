using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>HKDF with SHA-256 (RFC 5869).</summary>
/// <remarks>
/// The base library's one-step <see cref="HKDF"/> refuses an empty input key on some platforms, and the end of the Noise
/// handshake derives from just that. The two steps taken one after the other work everywhere.
/// </remarks>
internal static class HkdfSha256
{
    /// <summary>Fills <paramref name="output"/>, at most 8160 bytes, with keys derived from the input key.</summary>
    /// <param name="inputKey">The secret to derive from; may be empty.</param>
    /// <param name="salt">Public; empty counts as 32 zero bytes.</param>
    /// <param name="info">What the keys are for; may be empty.</param>
    /// <param name="output">Receives the keys. It may be the memory of an input.</param>
    public static void Derive(ReadOnlySpan<byte> inputKey, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> pseudoRandomKey = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(salt, inputKey, pseudoRandomKey);
        HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandomKey, output, info);
        CryptographicOperations.ZeroMemory(pseudoRandomKey);
    }
}
