using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// The signed device identity that comes with the first messages of a companion: the account vouches for the companion's
/// identity key, and the companion for the account. Protocol section 9.7.
/// </summary>
internal static class DeviceIdentities
{
    private const byte Scheme = 0x06;
    private const byte AccountSignature = 0x00;
    private const byte HostedAccountSignature = 0x05;
    private const byte DeviceSignature = 0x01;
    private const byte HostedDeviceSignature = 0x06;

    /// <summary>Whether an account vouches for an identity key.</summary>
    /// <param name="encoded">The <c>device-identity</c>; empty when there was none.</param>
    /// <param name="identity">The identity key of the companion, bare.</param>
    /// <param name="accountKey">The account signature key that is trusted. The one inside the blob is only a claim.</param>
    public static bool IsVouchedFor(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> accountKey)
    {
        if (encoded.IsEmpty)
        {
            return false;
        }

        try
        {
            var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(encoded);
            var isHosted = ADVDeviceIdentity.Parser.ParseFrom(signed.Details).DeviceType == ADVEncryptionType.Hosted;
            byte[] byAccount =
                [Scheme, isHosted ? HostedAccountSignature : AccountSignature, .. signed.Details.Span, .. identity];
            byte[] byDevice = [Scheme, DeviceSignature, .. signed.Details.Span, .. identity, .. accountKey];
            if (!XEdDsa.Verify(accountKey, byAccount, signed.AccountSignature.Span))
            {
                return false;
            }

            if (XEdDsa.Verify(identity, byDevice, signed.DeviceSignature.Span))
            {
                return true;
            }

            byDevice[1] = HostedDeviceSignature;
            return XEdDsa.Verify(identity, byDevice, signed.DeviceSignature.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
