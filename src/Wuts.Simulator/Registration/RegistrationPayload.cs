using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.Simulator.Phones;
using Wuts.Simulator.Sessions;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Registration;

/// <summary>Checks what a client says about itself when it registers. Protocol sections 3.3, 4.2 and 7.7 step 2.</summary>
internal static class RegistrationPayload
{
    /// <summary>The checked registration.</summary>
    /// <exception cref="RefusedException">A field is missing or wrong; the client is told with failure 400.</exception>
    public static CompanionRegistration Check(ClientPayload payload, byte[] noiseKey)
    {
        var data = payload.DevicePairingData ?? throw Bad("A payload without username needs devicePairingData.");
        var registrationId = Field(data.ERegid, 4, "eRegid");
        if (Field(data.EKeytype, 1, "eKeytype")[0] != PhoneKeys.Curve25519KeyType)
        {
            throw Bad("eKeytype is not 05.");
        }

        var identity = Field(data.EIdent, X25519.KeySize, "eIdent");
        var signed = new SignedPreKeyRecord(
            Field(data.ESkeyId, 3, "eSkeyId"),
            Field(data.ESkeyVal, X25519.KeySize, "eSkeyVal"),
            Field(data.ESkeySig, XEdDsa.SignatureSize, "eSkeySig"));
        if (!XEdDsa.Verify(identity, [PhoneKeys.Curve25519KeyType, .. signed.PublicKey], signed.Signature))
        {
            throw new RefusedException(
                RefusalKind.BadSignature,
                "eSkeySig is not the identity key's signature over 05 and eSkeyVal.",
                Failures.Build(400));
        }

        CheckBuildHash(payload, Field(data.BuildHash, MD5.HashSizeInBytes, "buildHash"));
        return new CompanionRegistration(noiseKey, identity, registrationId, signed, ReadProperties(data.DeviceProps));
    }

    private static void CheckBuildHash(ClientPayload payload, byte[] buildHash)
    {
        var version = payload.UserAgent?.AppVersion ?? throw Bad("userAgent.appVersion is missing.");
        var text = string.Create(CultureInfo.InvariantCulture, $"{version.Primary}.{version.Secondary}.{version.Tertiary}");
        if (!MD5.HashData(Encoding.ASCII.GetBytes(text)).AsSpan().SequenceEqual(buildHash))
        {
            throw Bad("buildHash is not the MD5 of the version in userAgent.");
        }
    }

    private static DeviceProps ReadProperties(ByteString? bytes)
    {
        if (bytes is null or { IsEmpty: true })
        {
            throw Bad("deviceProps is missing.");
        }

        try
        {
            return DeviceProps.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Bad("deviceProps is not valid protobuf.", e);
        }
    }

    private static byte[] Field(ByteString? value, int length, string name) => value?.Length == length
        ? value.ToByteArray()
        : throw Bad($"{name} has {value?.Length ?? 0} bytes, not {length}.");

    private static RefusedException Bad(string reason, Exception? cause = null) =>
        new(RefusalKind.BadPayload, reason, Failures.Build(400), cause);
}
