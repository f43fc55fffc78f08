using System.Security.Cryptography;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// The keys of one message inside a session, expanded from its seed into memory of the caller. Sync section 1.7, "Message keys".
/// </summary>
internal readonly ref struct MessageKeys
{
    /// <summary>Memory that the caller provides.</summary>
    public const int Size = CipherKeySize + MacKeySize + IvSize;

    private const int CipherKeySize = 32;
    private const int MacKeySize = 32;
    private const int IvSize = 16;

    private readonly ReadOnlySpan<byte> _okm;

    /// <summary>Expands a seed.</summary>
    public MessageKeys(ReadOnlySpan<byte> seed, Span<byte> memory)
    {
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, memory, default, "WhisperMessageKeys"u8);
        _okm = memory;
    }

    /// <summary>Key of the AES-256-CBC encryption.</summary>
    public ReadOnlySpan<byte> CipherKey => _okm[..CipherKeySize];

    /// <summary>Key of the MAC.</summary>
    public ReadOnlySpan<byte> MacKey => _okm.Slice(CipherKeySize, MacKeySize);

    /// <summary>Initialisation vector of the encryption.</summary>
    public ReadOnlySpan<byte> Iv => _okm.Slice(CipherKeySize + MacKeySize, IvSize);
}
