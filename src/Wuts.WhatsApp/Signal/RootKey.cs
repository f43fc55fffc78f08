using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>The root of a session's double ratchet. Immutable. Sync section 1.7, "DH ratchet step".</summary>
internal sealed class RootKey
{
    /// <summary>Size of a root key.</summary>
    public const int Size = 32;

    private readonly byte[] _key;

    /// <summary>A root key, which is not copied.</summary>
    public RootKey(byte[] key)
    {
        if (key.Length != Size)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        _key = key;
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>
    /// One step with an own private and the peer's public ratchet key: the next root and a fresh chain. <see langword="false"/>:
    /// the public key has no effect (small order), and the results mean nothing.
    /// </summary>
    public bool TryStep(ReadOnlySpan<byte> ownPrivate, ReadOnlySpan<byte> peerPublic, out RootKey next, out ChainKey chain)
    {
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        var agreed = X25519.TryAgree(ownPrivate, peerPublic, secret);
        (next, chain) = Derive(secret, _key, "WhisperRatchet"u8);
        CryptographicOperations.ZeroMemory(secret);
        return agreed;
    }

    /// <summary>Expands a secret into a root key and a chain at its start.</summary>
    public static (RootKey Root, ChainKey Chain) Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info)
    {
        Span<byte> okm = stackalloc byte[Size + ChainKey.Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, okm, salt, info);
        var result = (new RootKey(okm[..Size].ToArray()), new ChainKey(okm[Size..].ToArray(), 0));
        CryptographicOperations.ZeroMemory(okm);
        return result;
    }
}
