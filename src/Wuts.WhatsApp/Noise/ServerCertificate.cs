using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Noise;

/// <summary>Which check of the server's certificate chain failed. Protocol section 2.4.</summary>
public enum ServerCertificateFault
{
    /// <summary>The chain passed every check.</summary>
    None,

    /// <summary>The chain or its details cannot be parsed, or a certificate, signature or key is missing or has a wrong length.</summary>
    Malformed,

    /// <summary>The intermediate certificate is not signed by the root key, or says that another root issued it.</summary>
    UntrustedIntermediate,

    /// <summary>The leaf certificate is not signed by the intermediate key, or says that another one issued it.</summary>
    UntrustedLeaf,

    /// <summary>The chain is genuine but belongs to another server: the leaf key is not the key of this handshake.</summary>
    WrongServerKey,

    /// <summary>A certificate is not valid yet at the given time.</summary>
    NotYetValid,

    /// <summary>A certificate is no longer valid at the given time.</summary>
    Expired,
}

/// <summary>Verifies the chain root → intermediate → leaf that proves who the server is. Protocol section 2.4.</summary>
internal static class ServerCertificate
{
    // The root is not part of the chain; certificates that it issued name serial 0.
    private const uint RootSerial = 0;

    /// <summary>Public key of WhatsApp's own root, 32 bytes.</summary>
    public static ReadOnlySpan<byte> WhatsAppRootKey =>
    [
        0x14, 0x23, 0x75, 0x57, 0x4d, 0x0a, 0x58, 0x71, 0x66, 0xaa, 0xe7, 0x1e, 0xbe, 0x51, 0x64, 0x37,
        0xc4, 0xa2, 0x8b, 0x73, 0xe3, 0x69, 0x5c, 0x6c, 0xe1, 0xf7, 0xf9, 0x54, 0x5d, 0xa8, 0xee, 0x6b,
    ];

    /// <summary>Makes every check of the chain; the dates come last, so that a date fault means that all else is in order.</summary>
    /// <param name="chain">The serialized chain from the server hello.</param>
    /// <param name="serverKey">The server static key of this handshake.</param>
    /// <param name="rootKey">The key that must have signed the intermediate certificate.</param>
    /// <param name="now">The time at which the certificates must be valid.</param>
    /// <param name="validUntil">When the first of the two certificates expires; only meaningful without a fault.</param>
    /// <returns>The first fault found, or <see cref="ServerCertificateFault.None"/>.</returns>
    public static ServerCertificateFault Verify(
        ReadOnlySpan<byte> chain,
        ReadOnlySpan<byte> serverKey,
        ReadOnlySpan<byte> rootKey,
        DateTimeOffset now,
        out DateTimeOffset validUntil)
    {
        validUntil = default;
        if (!TryParse(chain, out var intermediate, out var leaf))
        {
            return ServerCertificateFault.Malformed;
        }

        if (!intermediate.IsSignedBy(rootKey) || intermediate.Details.IssuerSerial != RootSerial)
        {
            return ServerCertificateFault.UntrustedIntermediate;
        }

        if (!leaf.IsSignedBy(intermediate.Details.Key.Span) || leaf.Details.IssuerSerial != intermediate.Details.Serial)
        {
            return ServerCertificateFault.UntrustedLeaf;
        }

        if (!leaf.Details.Key.Span.SequenceEqual(serverKey))
        {
            return ServerCertificateFault.WrongServerKey;
        }

        // Compared as unsigned seconds: the dates are the server's and need not fit into any calendar.
        var seconds = (ulong)Math.Max(0, now.ToUnixTimeSeconds());
        if (seconds < Math.Max(intermediate.Details.NotBefore, leaf.Details.NotBefore))
        {
            return ServerCertificateFault.NotYetValid;
        }

        var notAfter = Math.Min(intermediate.Details.NotAfter, leaf.Details.NotAfter);
        if (seconds > notAfter)
        {
            return ServerCertificateFault.Expired;
        }

        var lastSecond = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        validUntil = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(notAfter, lastSecond));
        return ServerCertificateFault.None;
    }

    private static bool TryParse(
        ReadOnlySpan<byte> chain, [NotNullWhen(true)] out Signed? intermediate, [NotNullWhen(true)] out Signed? leaf)
    {
        intermediate = leaf = null;
        try
        {
            var parsed = CertChain.Parser.ParseFrom(chain);
            return Signed.TryCreate(parsed.Intermediate, out intermediate) && Signed.TryCreate(parsed.Leaf, out leaf);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    // One certificate: what is signed stays as it was received, and is parsed beside it.
    private sealed record Signed(
        ByteString SignedBytes, ByteString Signature, CertChain.Types.NoiseCertificate.Types.Details Details)
    {
        public static bool TryCreate(CertChain.Types.NoiseCertificate? certificate, [NotNullWhen(true)] out Signed? signed)
        {
            signed = null;
            if (certificate is not { HasDetails: true, HasSignature: true } || certificate.Signature.Length != XEdDsa.SignatureSize)
            {
                return false;
            }

            var details = CertChain.Types.NoiseCertificate.Types.Details.Parser.ParseFrom(certificate.Details);
            if (details.Key.Length != X25519.KeySize)
            {
                return false;
            }

            signed = new Signed(certificate.Details, certificate.Signature, details);
            return true;
        }

        public bool IsSignedBy(ReadOnlySpan<byte> key) => XEdDsa.Verify(key, SignedBytes.Span, Signature.Span);
    }
}
