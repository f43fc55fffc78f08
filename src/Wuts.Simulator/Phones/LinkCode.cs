using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator.Phones;

/// <summary>The phone's arithmetic of pairing by code. Protocol sections 8.2 and 8.5.</summary>
internal static class LinkCode
{
    public const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
    public const int Length = 8;
    public const int WrappedSize = SaltSize + IvSize + X25519.KeySize;
    public const int BundleSize = SaltSize + NonceSize + (3 * X25519.KeySize) + TagSize;

    private const int SaltSize = 32;
    private const int IvSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Iterations = 131072;

    /// <summary>A code as typed, without dash and in upper case; <see langword="null"/> when it cannot be one.</summary>
    public static string? Normalise(string typed)
    {
        var code = typed.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant();
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }

    /// <summary>Protects a public key with a code.</summary>
    public static byte[] Wrap(string code, ReadOnlySpan<byte> publicKey, SimulatorRandom random)
    {
        var wrapped = new byte[WrappedSize];
        random.Fill(wrapped.AsSpan(0, SaltSize + IvSize));
        Crypt(code, wrapped, publicKey, wrapped.AsSpan(SaltSize + IvSize));
        return wrapped;
    }

    /// <summary>Recovers a public key. A wrong code gives another key, without any sign of it.</summary>
    public static byte[] Unwrap(string code, ReadOnlySpan<byte> wrapped)
    {
        var publicKey = new byte[X25519.KeySize];
        Crypt(code, wrapped, wrapped[(SaltSize + IvSize)..], publicKey);
        return publicKey;
    }

    /// <summary>Opens the key bundle of companion_finish; <see langword="null"/> when the code was wrong.</summary>
    public static OpenedBundle? OpenBundle(ReadOnlySpan<byte> ephemeralSecret, ReadOnlySpan<byte> bundle)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256, ephemeralSecret, key, bundle[..SaltSize], "link_code_pairing_key_bundle_encryption_key"u8);
        var sealedPart = bundle[(SaltSize + NonceSize)..];
        var plain = new byte[3 * X25519.KeySize];
        using var gcm = new AesGcm(key, TagSize);
        try
        {
            gcm.Decrypt(bundle.Slice(SaltSize, NonceSize), sealedPart[..plain.Length], sealedPart[plain.Length..], plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return new OpenedBundle(plain[..32], plain[32..64], plain[64..]);
    }

    /// <summary>The secret that both sides protect the device identity with.</summary>
    public static byte[] DeriveAdvSecret(ReadOnlySpan<byte> ephemeralSecret, ReadOnlySpan<byte> identitySecret, ReadOnlySpan<byte> random)
    {
        byte[] material = [.. ephemeralSecret, .. identitySecret, .. random];
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 32, info: "adv_secret"u8.ToArray());
    }

    private static void Crypt(string code, ReadOnlySpan<byte> header, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> key = stackalloc byte[32];
        Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), header[..SaltSize], key, Iterations, HashAlgorithmName.SHA256);
        AesCtr.Transform(key, header.Slice(SaltSize, IvSize), input, output);
    }
}

/// <summary>What a companion tells the phone at the end of pairing by code; each part has 32 bytes.</summary>
internal sealed record OpenedBundle(byte[] CompanionIdentity, byte[] PrimaryIdentity, byte[] Random);
