using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Pairing;

/// <summary>The derivations of pairing behind a passkey. Protocol section 7.8.</summary>
internal static class PasskeyKeys
{
    /// <summary>Length of the random value that each side contributes.</summary>
    public const int NonceSize = 32;

    private const int IvSize = 12;
    private const int TagSize = 16;

    /// <summary>The key that proves that the same companion asked for the passkey and goes on; derived from its ADV secret.</summary>
    public static byte[] HandoffKey(ReadOnlySpan<byte> advSecret)
    {
        var key = new byte[32];
        HkdfSha256.Derive(advSecret, salt: default, "shortcake-passkey-handoff-v1"u8, key);
        return key;
    }

    /// <summary>The proof itself, over the serialized prologue.</summary>
    public static byte[] HandoffProof(ReadOnlySpan<byte> handoffKey, ReadOnlySpan<byte> prologue) =>
        HMACSHA256.HashData(handoffKey, prologue);

    /// <summary>Commits to the companion's nonce without showing it.</summary>
    public static byte[] Commitment(ReadOnlySpan<byte> ephemeralIdentity, ReadOnlySpan<byte> companionNonce) =>
        SHA256.HashData([.. ephemeralIdentity, .. companionNonce]);

    /// <summary>The code that both screens show, in the alphabet of <see cref="LinkCode"/>.</summary>
    public static string VerificationCode(
        ReadOnlySpan<byte> primaryNonce, ReadOnlySpan<byte> companionNonce, ReadOnlySpan<byte> primaryEphemeral)
    {
        Span<byte> bits = SHA256.HashData([.. companionNonce, .. primaryEphemeral]);
        for (var i = 0; i < LinkCode.EntropySize; i++)
        {
            bits[i] ^= primaryNonce[i];
        }

        return LinkCode.Encode(bits);
    }

    /// <summary>The key under which the companion sends its own keys.</summary>
    /// <returns>False when the phone's key is of small order.</returns>
    public static bool TryDeriveEncryptionKey(
        KeyPair ephemeral, ReadOnlySpan<byte> primaryEphemeral, CompanionPlatform deviceType, string reference, Span<byte> key)
    {
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        if (!X25519.TryAgree(ephemeral.PrivateKey, primaryEphemeral, secret))
        {
            return false;
        }

        var salt = string.Create(CultureInfo.InvariantCulture, $"Companion Pairing {(int)deviceType} with ref {reference}");
        HkdfSha256.Derive(secret, Encoding.UTF8.GetBytes(salt), "Pairing Information Encryption Key"u8, key);
        CryptographicOperations.ZeroMemory(secret);
        return true;
    }

    /// <summary>Encrypts the companion's keys for the phone.</summary>
    public static byte[] SealRequest(ReadOnlySpan<byte> key, PairingRequest request)
    {
        var plaintext = request.ToByteArray();
        var (iv, payload) = (RandomNumberGenerator.GetBytes(IvSize), new byte[plaintext.Length + TagSize]);
        using (var cipher = new AesGcm(key, TagSize))
        {
            cipher.Encrypt(iv, plaintext, payload.AsSpan(0, plaintext.Length), payload.AsSpan(plaintext.Length));
        }

        CryptographicOperations.ZeroMemory(plaintext);
        return new EncryptedPairingRequest { EncryptedPayload = ByteString.CopyFrom(payload), Iv = ByteString.CopyFrom(iv) }.ToByteArray();
    }
}
