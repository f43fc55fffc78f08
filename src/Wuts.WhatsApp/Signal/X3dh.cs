using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// The key agreement that a session starts with, for both roles. <see langword="false"/> everywhere means that a public key has
/// no effect (small order). Sync section 1.7, "Master secret".
/// </summary>
internal static class X3dh
{
    private const int MaxAgreements = 4;

    /// <summary>The view of the side that sends first.</summary>
    /// <param name="identity">Own identity key, private.</param>
    /// <param name="baseKey">Own ephemeral base key, private.</param>
    /// <param name="theirIdentity">Identity key of the peer.</param>
    /// <param name="theirSigned">Signed pre-key of the peer.</param>
    /// <param name="theirOneTime">One-time pre-key of the peer; empty for none.</param>
    /// <param name="root">The first root key.</param>
    /// <param name="chain">The chain that belongs to the signed pre-key.</param>
    public static bool TryInitiate(
        ReadOnlySpan<byte> identity,
        ReadOnlySpan<byte> baseKey,
        ReadOnlySpan<byte> theirIdentity,
        ReadOnlySpan<byte> theirSigned,
        ReadOnlySpan<byte> theirOneTime,
        out RootKey root,
        out ChainKey chain)
    {
        var secret = new MasterSecret(stackalloc byte[MasterSecret.MaxSize]);
        secret.Add(identity, theirSigned);
        secret.Add(baseKey, theirIdentity);
        secret.Add(baseKey, theirSigned);
        if (!theirOneTime.IsEmpty)
        {
            secret.Add(baseKey, theirOneTime);
        }

        return secret.TryFinish(out root, out chain);
    }

    /// <summary>The view of the side whose pre-keys were used.</summary>
    /// <param name="identity">Own identity key, private.</param>
    /// <param name="signed">Own signed pre-key, private.</param>
    /// <param name="oneTime">Own one-time pre-key, private; empty for none.</param>
    /// <param name="theirIdentity">Identity key of the peer.</param>
    /// <param name="theirBase">Base key of the peer.</param>
    /// <param name="root">The first root key.</param>
    /// <param name="chain">The chain that belongs to the signed pre-key.</param>
    public static bool TryRespond(
        ReadOnlySpan<byte> identity,
        ReadOnlySpan<byte> signed,
        ReadOnlySpan<byte> oneTime,
        ReadOnlySpan<byte> theirIdentity,
        ReadOnlySpan<byte> theirBase,
        out RootKey root,
        out ChainKey chain)
    {
        var secret = new MasterSecret(stackalloc byte[MasterSecret.MaxSize]);
        secret.Add(signed, theirIdentity);
        secret.Add(identity, theirBase);
        secret.Add(signed, theirBase);
        if (!oneTime.IsEmpty)
        {
            secret.Add(oneTime, theirBase);
        }

        return secret.TryFinish(out root, out chain);
    }

    /// <summary>32 bytes FF, then the agreements in order.</summary>
    private ref struct MasterSecret
    {
        public const int MaxSize = X25519.KeySize * (1 + MaxAgreements);

        private readonly Span<byte> _memory;
        private int _length;
        private bool _failed;

        public MasterSecret(Span<byte> memory)
        {
            _memory = memory;
            _memory[..X25519.KeySize].Fill(0xFF);
            _length = X25519.KeySize;
        }

        public void Add(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
        {
            _failed |= !X25519.TryAgree(privateKey, publicKey, _memory.Slice(_length, X25519.KeySize));
            _length += X25519.KeySize;
        }

        public readonly bool TryFinish(out RootKey root, out ChainKey chain)
        {
            (root, chain) = RootKey.Derive(_memory[.._length], default, "WhisperText"u8);
            CryptographicOperations.ZeroMemory(_memory);
            return !_failed;
        }
    }
}
