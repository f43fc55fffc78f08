using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Pairing;

/// <summary>What the companion draws at random for the last step of a pairing by code.</summary>
/// <param name="Salt">32 bytes.</param>
/// <param name="Nonce">12 bytes.</param>
/// <param name="Shared">32 bytes, which the phone reads out of the bundle. Secret.</param>
internal sealed record LinkCodeRandom(byte[] Salt, byte[] Nonce, byte[] Shared)
{
    public static LinkCodeRandom New() => new(
        RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(12), RandomNumberGenerator.GetBytes(32));
}

/// <summary>
/// The key agreement at the end of a pairing by code: a bundle by which the two sides learn that they mean each other, and
/// the ADV secret that pair-success is then protected with. Protocol section 8.5.
/// </summary>
internal static class LinkCodeKeys
{
    /// <summary>Length of a bundle: salt, nonce, three encrypted keys, tag.</summary>
    public const int BundleSize = SaltSize + NonceSize + PlaintextSize + TagSize;

    private const int SaltSize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int PlaintextSize = 3 * X25519.KeySize;

    /// <summary>Agrees with the phone.</summary>
    /// <param name="ephemeral">The companion's ephemeral key.</param>
    /// <param name="identity">The companion's identity key.</param>
    /// <param name="primaryEphemeral">The phone's ephemeral key, unwrapped with the code.</param>
    /// <param name="primaryIdentity">The phone's identity key.</param>
    /// <param name="random">Fresh random values.</param>
    /// <param name="bundle">The bundle for the phone, <see cref="BundleSize"/> bytes.</param>
    /// <param name="advSecret">The new ADV secret, 32 bytes.</param>
    /// <returns>False when one of the phone's keys is of small order.</returns>
    public static bool TryAgree(
        KeyPair ephemeral,
        KeyPair identity,
        ReadOnlySpan<byte> primaryEphemeral,
        ReadOnlySpan<byte> primaryIdentity,
        LinkCodeRandom random,
        out byte[] bundle,
        out byte[] advSecret)
    {
        (bundle, advSecret) = ([], []);
        Span<byte> secrets = stackalloc byte[3 * X25519.KeySize];
        var ephemeralShared = secrets[..32];
        var identityShared = secrets[32..64];
        if (!X25519.TryAgree(ephemeral.PrivateKey, primaryEphemeral, ephemeralShared)
            || !X25519.TryAgree(identity.PrivateKey, primaryIdentity, identityShared))
        {
            return false;
        }

        random.Shared.CopyTo(secrets[64..]);
        bundle = SealBundle(ephemeralShared, identity.PublicKey, primaryIdentity, random);
        advSecret = new byte[32];
        HkdfSha256.Derive(secrets, salt: default, "adv_secret"u8, advSecret);
        CryptographicOperations.ZeroMemory(secrets);
        return true;
    }

    private static byte[] SealBundle(
        ReadOnlySpan<byte> ephemeralShared, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> primaryIdentity, LinkCodeRandom random)
    {
        Span<byte> key = stackalloc byte[32];
        HkdfSha256.Derive(ephemeralShared, random.Salt, "link_code_pairing_key_bundle_encryption_key"u8, key);
        Span<byte> plaintext = [.. identity, .. primaryIdentity, .. random.Shared];
        byte[] bundle = [.. random.Salt, .. random.Nonce, .. plaintext, .. new byte[TagSize]];
        var sealedKeys = bundle.AsSpan(SaltSize + NonceSize, PlaintextSize);
        using (var cipher = new AesGcm(key, TagSize))
        {
            cipher.Encrypt(random.Nonce, plaintext, sealedKeys, bundle.AsSpan(^TagSize));
        }

        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(plaintext);
        return bundle;
    }
}
