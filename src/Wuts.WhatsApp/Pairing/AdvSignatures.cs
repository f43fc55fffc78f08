using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// Signatures by which an account vouches for its companions. A two-byte prefix says what is signed, so that a signature
/// cannot be used for something else. Protocol sections 3.5, 7.5 and 7.6.
/// </summary>
internal static class AdvSignatures
{
    /// <summary>Phone: details and the companion's identity key.</summary>
    public static ReadOnlySpan<byte> AccountPrefix => [6, 0];

    /// <summary>Companion: details, its identity key and the account key.</summary>
    public static ReadOnlySpan<byte> DevicePrefix => [6, 1];

    /// <summary>Phone: the list of valid key indexes.</summary>
    public static ReadOnlySpan<byte> KeyIndexListPrefix => [6, 2];

    /// <summary>Phone of a hosted account, as <see cref="AccountPrefix"/>; also in front of what the container's HMAC protects.</summary>
    public static ReadOnlySpan<byte> HostedAccountPrefix => [6, 5];

    /// <summary>Hosted companion, as <see cref="DevicePrefix"/>. Accepted but not made: most clients sign with the plain one.</summary>
    public static ReadOnlySpan<byte> HostedDevicePrefix => [6, 6];

    /// <summary>Phone of a hosted account, as <see cref="KeyIndexListPrefix"/>.</summary>
    public static ReadOnlySpan<byte> HostedKeyIndexListPrefix => [6, 7];

    /// <summary>Whether the container was made by somebody who knows the ADV secret.</summary>
    public static bool VerifyContainer(ADVSignedDeviceIdentityHMAC container, ReadOnlySpan<byte> advSecret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, advSecret);
        if (container.AccountType == ADVEncryptionType.Hosted)
        {
            hmac.AppendData(HostedAccountPrefix);
        }

        hmac.AppendData(container.Details.Span);
        return CryptographicOperations.FixedTimeEquals(hmac.GetHashAndReset(), container.Hmac.Span);
    }

    /// <summary>Whether the account key vouches for the companion's identity key.</summary>
    /// <param name="signed">Details, account key and account signature; keys and signatures of wrong length do not verify.</param>
    /// <param name="details">The parsed details, which say whether the device is hosted.</param>
    /// <param name="identityKey">Identity public key of the companion.</param>
    public static bool VerifyAccount(ADVSignedDeviceIdentity signed, ADVDeviceIdentity details, ReadOnlySpan<byte> identityKey)
    {
        var prefix = details.DeviceType == ADVEncryptionType.Hosted ? HostedAccountPrefix : AccountPrefix;
        return Verify(signed.AccountSignatureKey.Span, [.. prefix, .. signed.Details.Span, .. identityKey], signed.AccountSignature.Span);
    }

    /// <summary>Makes the companion's own signature.</summary>
    public static byte[] SignDevice(KeyPair identity, ReadOnlySpan<byte> details, ReadOnlySpan<byte> accountKey) =>
        XEdDsa.Sign(identity.PrivateKey, [.. DevicePrefix, .. details, .. identity.PublicKey, .. accountKey]);

    /// <summary>Whether the companion signed that it belongs to the account.</summary>
    public static bool VerifyDevice(ADVSignedDeviceIdentity signed, ReadOnlySpan<byte> identityKey)
    {
        byte[] message = [.. DevicePrefix, .. signed.Details.Span, .. identityKey, .. signed.AccountSignatureKey.Span];
        if (Verify(identityKey, message, signed.DeviceSignature.Span))
        {
            return true;
        }

        HostedDevicePrefix.CopyTo(message);
        return Verify(identityKey, message, signed.DeviceSignature.Span);
    }

    /// <summary>Whether the phone signed its list of valid key indexes.</summary>
    /// <param name="list">The signed list.</param>
    /// <param name="accountKey">Identity key of the phone, from a source that is trusted already.</param>
    /// <param name="hosted">Whether the account is hosted.</param>
    public static bool VerifyKeyIndexList(ADVSignedKeyIndexList list, ReadOnlySpan<byte> accountKey, bool hosted)
    {
        var prefix = hosted ? HostedKeyIndexListPrefix : KeyIndexListPrefix;
        return Verify(accountKey, [.. prefix, .. list.Details.Span], list.AccountSignature.Span);
    }

    /// <summary>
    /// Verifies both signatures of somebody else's companion, as it comes with a pre-key bundle or a message.
    /// </summary>
    /// <param name="deviceIdentity">A serialized signed device identity; the account key inside is only a claim.</param>
    /// <param name="identityKey">Identity key that the device claims.</param>
    /// <param name="accountKey">Identity key of the account's phone, from a source that is trusted already.</param>
    /// <returns>Whether the message can be parsed and both signatures verify under the trusted key.</returns>
    public static bool VerifyCompanion(
        ReadOnlySpan<byte> deviceIdentity, ReadOnlySpan<byte> identityKey, ReadOnlySpan<byte> accountKey)
    {
        try
        {
            var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(deviceIdentity);
            signed.AccountSignatureKey = ByteString.CopyFrom(accountKey);
            var details = ADVDeviceIdentity.Parser.ParseFrom(signed.Details);
            return VerifyAccount(signed, details, identityKey) && VerifyDevice(signed, identityKey);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        key.Length == X25519.KeySize && signature.Length == XEdDsa.SignatureSize && XEdDsa.Verify(key, message, signature);
}
