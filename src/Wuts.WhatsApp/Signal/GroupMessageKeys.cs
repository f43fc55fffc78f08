using System.Security.Cryptography;

namespace Wuts.WhatsApp.Signal;

/// <summary>The keys of one group message, expanded from its seed into memory of the caller. Sync section 1.8.</summary>
internal readonly ref struct GroupMessageKeys
{
    /// <summary>Memory that the caller provides.</summary>
    public const int Size = IvSize + CipherKeySize;

    private const int IvSize = 16;
    private const int CipherKeySize = 32;

    private readonly ReadOnlySpan<byte> _okm;

    /// <summary>Expands a seed.</summary>
    public GroupMessageKeys(ReadOnlySpan<byte> seed, Span<byte> memory)
    {
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, memory, default, "WhisperGroup"u8);
        _okm = memory;
    }

    /// <summary>Initialisation vector of the encryption.</summary>
    public ReadOnlySpan<byte> Iv => _okm[..IvSize];

    /// <summary>Key of the AES-256-CBC encryption.</summary>
    public ReadOnlySpan<byte> CipherKey => _okm[IvSize..];
}
