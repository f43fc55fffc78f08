using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.Signal;

/// <summary>AES-256-CBC with PKCS#7 padding, as it is used for every Signal payload.</summary>
internal static class PayloadCipher
{
    /// <summary>Encrypts.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        return aes.EncryptCbc(plaintext, iv);
    }

    /// <summary>Decrypts what has been authenticated. <see langword="false"/>: the sender padded it wrongly.</summary>
    public static bool TryDecrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext, [NotNullWhen(true)] out byte[]? plaintext)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var size = aes.BlockSize / 8;
        if (ciphertext.IsEmpty || ciphertext.Length % size != 0)
        {
            plaintext = null;
            return false;
        }

        try
        {
            plaintext = aes.DecryptCbc(ciphertext, iv);
            return true;
        }
        catch (CryptographicException)
        {
            plaintext = null;
            return false;
        }
    }
}
