using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// Signatures with X25519 keys in the form libsignal makes them (protocol section 10.2): an Ed25519 signature under the same scalar
/// whose last bit carries the sign of the Edwards public key. Signing takes the same time for every private key.
/// </summary>
public static class XEdDsa
{
    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = Ed25519.SignatureSize;

    /// <summary>Length in bytes of the randomness that goes into a signature.</summary>
    internal const int RandomSize = 64;

    private const byte SignMask = 0x80;

    /// <summary>Separates the hash for the nonce from the one for the challenge: no point has this encoding.</summary>
    private static ReadOnlySpan<byte> NoncePrefix =>
    [
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    ];

    /// <summary>Signs a message with fresh randomness, so signing twice gives two signatures.</summary>
    /// <param name="privateKey">32 bytes, clamped or not.</param>
    /// <param name="message">Any number of bytes.</param>
    /// <returns>64 bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message)
    {
        Span<byte> random = stackalloc byte[RandomSize];
        RandomNumberGenerator.Fill(random);
        var signature = new byte[SignatureSize];
        Sign(privateKey, message, random, signature);
        Secrets.Clear(random);
        return signature;
    }

    /// <summary>Signs a message with given randomness: 64 bytes that nobody can guess and that are never used twice.</summary>
    internal static void Sign(
        ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> random64, Span<byte> signature)
    {
        X25519.CheckKey(privateKey, nameof(privateKey));
        if (random64.Length != RandomSize)
        {
            throw new ArgumentException("The randomness has 64 bytes.", nameof(random64));
        }

        if (signature.Length != SignatureSize)
        {
            throw new ArgumentException("A signature has 64 bytes.", nameof(signature));
        }

        Span<byte> scalar = stackalloc byte[Scalar.Size];
        Span<byte> nonce = stackalloc byte[Scalar.Size];
        Span<byte> publicKey = stackalloc byte[EdwardsPoint.Size];
        Span<byte> challenge = stackalloc byte[Scalar.Size];
        X25519.Clamp(privateKey, scalar);
        BasePoint.Multiply(scalar).Encode(publicKey);

        Span<byte> r = stackalloc byte[EdwardsPoint.Size];
        Ed25519.HashToScalar(NoncePrefix, scalar, message, random64, nonce);
        var point = BasePoint.Multiply(nonce);
        point.Encode(r);
        Ed25519.HashToScalar(r, publicKey, message, [], challenge);

        r.CopyTo(signature);
        Scalar.MultiplyAdd(challenge, scalar, nonce, signature[EdwardsPoint.Size..]);
        signature[SignatureSize - 1] |= (byte)(publicKey[EdwardsPoint.Size - 1] & SignMask);

        Secrets.Clear(scalar);
        Secrets.Clear(nonce);
        Secrets.Clear(ref point);
    }

    /// <summary>
    /// Whether the signature was made over the message by the owner of the key. Takes the form with a sign bit and the published
    /// one, which has none (protocol section 10.3).
    /// </summary>
    /// <param name="publicKey">The X25519 public key: 32 bytes, without a type byte.</param>
    /// <param name="message">The signed bytes.</param>
    /// <param name="signature">64 bytes.</param>
    /// <returns>
    /// False also for a key or a signature of another length, for a key that is not below p = 2^255 − 19 or has a small order, and for
    /// an S from the group order upward. What comes from a peer can so be passed on as it is.
    /// </returns>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != X25519.KeySize || signature.Length != SignatureSize)
        {
            return false;
        }

        Span<byte> plain = stackalloc byte[SignatureSize];
        Span<byte> edwardsKey = stackalloc byte[EdwardsPoint.Size];
        signature.CopyTo(plain);
        plain[SignatureSize - 1] &= unchecked((byte)~SignMask);
        return TryConvertKey(publicKey, edwardsKey, signature[SignatureSize - 1] & SignMask) && Ed25519.Verify(edwardsKey, message, plain);
    }

    /// <summary>Converts u to the encoding of y = (u − 1) / (u + 1). False when u is not below p or is p − 1.</summary>
    private static bool TryConvertKey(ReadOnlySpan<byte> publicKey, Span<byte> edwardsKey, int sign)
    {
        var u = FieldElement.Load(publicKey);
        u.Store(edwardsKey);
        var divisor = u + FieldElement.One;
        if (!edwardsKey.SequenceEqual(publicKey) || divisor.IsZero())
        {
            return false;
        }

        ((u - FieldElement.One) * FieldElement.Invert(divisor)).Store(edwardsKey);
        edwardsKey[EdwardsPoint.Size - 1] |= (byte)sign;
        return true;
    }
}
