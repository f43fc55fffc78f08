using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>Verification of ordinary Ed25519 signatures (RFC 8032 section 5.1.7), which XEdDSA rests on.</summary>
internal static class Ed25519
{
    /// <summary>Length of an encoded public key in bytes.</summary>
    public const int KeySize = EdwardsPoint.Size;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = EdwardsPoint.Size + Scalar.Size;

    /// <summary>
    /// Whether the signature was made over the message by the owner of the key. Refused besides wrong signatures: S from L upward,
    /// keys that are no canonical encoding of a point, and keys of small order, under which anybody can sign. Everything here is
    /// public, so time may depend on it.
    /// </summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeySize || signature.Length != SignatureSize)
        {
            return false;
        }

        var r = signature[..EdwardsPoint.Size];
        var s = signature[EdwardsPoint.Size..];
        if (!Scalar.IsCanonical(s) || !EdwardsPoint.TryDecode(publicKey, out var a) || a.HasSmallOrder())
        {
            return false;
        }

        Span<byte> h = stackalloc byte[Scalar.Size];
        HashToScalar(r, publicKey, message, [], h);

        // R = S·B − h·A, compared in its encoded form.
        Span<byte> expected = stackalloc byte[EdwardsPoint.Size];
        DoubleScalar.Multiply(s, h, -a).Encode(expected);
        return expected.SequenceEqual(r);
    }

    /// <summary>SHA-512 over the concatenation of the parts, modulo L.</summary>
    public static void HashToScalar(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth, Span<byte> scalar)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(first);
        hash.AppendData(second);
        hash.AppendData(third);
        hash.AppendData(fourth);
        Span<byte> digest = stackalloc byte[Scalar.WideSize];
        hash.GetHashAndReset(digest);
        Scalar.Reduce(digest, scalar);
        Secrets.Clear(digest);
    }
}
