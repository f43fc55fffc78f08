using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wuts.Simulator.Phones;

/// <summary>The derivations of the passkey gate. Protocol section 7.8.</summary>
internal static class PasskeyCrypto
{
    public const int NonceSize = 32;
    public const int IvSize = 12;
    public const int TagSize = 16;

    private const int CodeBytes = 5;
    private const int CodeBits = 5;

    /// <summary>Proves that the prologue comes from the client whose QR was scanned: an HMAC under a key made of its secret.</summary>
    public static byte[] HandoffProof(ReadOnlySpan<byte> advSecret, ReadOnlySpan<byte> prologue)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, advSecret, key, salt: default, "shortcake-passkey-handoff-v1"u8);
        return HMACSHA256.HashData(key, prologue);
    }

    /// <summary>What binds a client to its nonce before it knows the phone's.</summary>
    public static byte[] Commitment(ReadOnlySpan<byte> ephemeralIdentity, ReadOnlySpan<byte> nonce) =>
        SHA256.HashData([.. ephemeralIdentity, .. nonce]);

    /// <summary>The code that phone and client both show.</summary>
    public static string VerificationCode(ReadOnlySpan<byte> primaryNonce, ReadOnlySpan<byte> companionNonce, ReadOnlySpan<byte> primaryKey)
    {
        var hash = SHA256.HashData([.. companionNonce, .. primaryKey]);
        ulong bits = 0;
        for (var i = 0; i < CodeBytes; i++)
        {
            bits = (bits << 8) | (byte)(primaryNonce[i] ^ hash[i]);
        }

        return string.Create(LinkCode.Length, bits, static (code, value) =>
        {
            for (var i = code.Length - 1; i >= 0; i--)
            {
                code[i] = LinkCode.Alphabet[(int)(value & ((1 << CodeBits) - 1))];
                value >>= CodeBits;
            }
        });
    }

    /// <summary>The key of the encrypted pairing request.</summary>
    public static byte[] RequestKey(ReadOnlySpan<byte> sharedSecret, int deviceType, string reference)
    {
        var salt = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Companion Pairing {deviceType} with ref {reference}"));
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, sharedSecret, key, salt, "Pairing Information Encryption Key"u8);
        return key;
    }

    /// <summary>Opens the encrypted pairing request; <see langword="null"/> when it is not authentic.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> payload)
    {
        if (iv.Length != IvSize || payload.Length < TagSize)
        {
            return null;
        }

        var plain = new byte[payload.Length - TagSize];
        using var gcm = new AesGcm(key, TagSize);
        try
        {
            gcm.Decrypt(iv, payload[..plain.Length], payload[plain.Length..], plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
