using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Pairing;

public class AdvSignaturesTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("pairing-qr.json");

    [Theory]
    [InlineData("e2ee")]
    [InlineData("hosted")]
    public void Recorded_account_signature_is_reproduced_and_verifies(string account)
    {
        var vector = Vectors.GetProperty(account);
        var recorded = vector.GetProperty("accountSignature");
        var (signed, details) = Parse(vector);
        var identity = vector.GetProperty("companionIdentity").HexOf("public");
        var prefix = account == "hosted" ? AdvSignatures.HostedAccountPrefix : AdvSignatures.AccountPrefix;
        Assert.Equal(recorded.TextOf("prefix"), Hex.Text(prefix));
        Assert.Equal(recorded.TextOf("message"), Hex.Text([.. prefix, .. signed.Details.Span, .. identity]));

        var signature = new byte[XEdDsa.SignatureSize];
        XEdDsa.Sign(
            vector.GetProperty("phoneIdentity").HexOf("private"), recorded.HexOf("message"), recorded.HexOf("random"), signature);

        Assert.Equal(recorded.TextOf("signature"), Hex.Text(signature));
        Assert.True(AdvSignatures.VerifyAccount(signed, details, identity));
        Assert.False(AdvSignatures.VerifyAccount(signed, details, KeyPair.Generate().PublicKey));
        details.DeviceType = account == "hosted" ? ADVEncryptionType.E2Ee : ADVEncryptionType.Hosted;
        Assert.False(AdvSignatures.VerifyAccount(signed, details, identity));
    }

    [Theory]
    [InlineData("e2ee")]
    [InlineData("hosted")]
    public void Recorded_details_have_the_recorded_fields(string account)
    {
        var recorded = Vectors.GetProperty(account).GetProperty("deviceIdentity");
        var (signed, details) = Parse(Vectors.GetProperty(account));

        Assert.Equal(recorded.TextOf("protobuf"), Hex.Text(signed.Details.Span));
        Assert.Equal(recorded.TextOf("protobuf"), Hex.Text(details.ToByteArray()));
        Assert.Equal(recorded.GetProperty("rawId").GetUInt32(), details.RawId);
        Assert.Equal(recorded.GetProperty("timestamp").GetUInt64(), details.Timestamp);
        Assert.Equal(recorded.GetProperty("keyIndex").GetUInt32(), details.KeyIndex);
        Assert.Equal(recorded.GetProperty("accountType").GetInt32(), (int)details.AccountType);
        Assert.Equal(recorded.GetProperty("deviceType").GetInt32(), (int)details.DeviceType);
    }

    [Theory]
    [InlineData("e2ee")]
    [InlineData("hosted")]
    public void Device_signature_is_made_with_the_plain_prefix(string account)
    {
        var vector = Vectors.GetProperty(account);
        var recorded = vector.GetProperty("deviceSignature");
        var (signed, _) = Parse(vector);
        var identity = KeyPair.FromPrivateKey(vector.GetProperty("companionIdentity").HexOf("private"));
        Assert.Equal(recorded.TextOf("prefix"), Hex.Text(AdvSignatures.DevicePrefix));

        var signature = AdvSignatures.SignDevice(identity, signed.Details.Span, signed.AccountSignatureKey.Span);

        Assert.True(XEdDsa.Verify(identity.PublicKey, recorded.HexOf("message"), signature));
        Assert.True(XEdDsa.Verify(identity.PublicKey, recorded.HexOf("message"), recorded.HexOf("signatureWithoutRandom")));
        signed.DeviceSignature = ByteString.CopyFrom(recorded.HexOf("signatureWithoutRandom"));
        Assert.True(AdvSignatures.VerifyDevice(signed, identity.PublicKey));
    }

    [Fact]
    public void Device_signature_with_the_hosted_prefix_is_accepted_and_others_are_not()
    {
        var vector = Vectors.GetProperty("hosted");
        var alternative = vector.GetProperty("deviceSignatureAlternative");
        var identity = KeyPair.FromPrivateKey(vector.GetProperty("companionIdentity").HexOf("private"));
        var (signed, _) = Parse(vector);
        Assert.Equal(alternative.TextOf("prefix"), Hex.Text(AdvSignatures.HostedDevicePrefix));
        var message = alternative.HexOf("message");

        signed.DeviceSignature = ByteString.CopyFrom(XEdDsa.Sign(identity.PrivateKey, message));
        Assert.True(AdvSignatures.VerifyDevice(signed, identity.PublicKey));

        message[1] = 5;
        signed.DeviceSignature = ByteString.CopyFrom(XEdDsa.Sign(identity.PrivateKey, message));
        Assert.False(AdvSignatures.VerifyDevice(signed, identity.PublicKey));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Key_index_list_verifies_under_its_own_prefix_only(bool hosted)
    {
        var phone = KeyPair.Generate();
        var details = new ADVKeyIndexList { RawId = 7, CurrentIndex = 3, ValidIndexes = { 0, 3 } }.ToByteArray();
        byte[] prefix = [6, (byte)(hosted ? 7 : 2)];
        var list = new ADVSignedKeyIndexList
        {
            Details = ByteString.CopyFrom(details),
            AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(phone.PrivateKey, [.. prefix, .. details])),
        };

        Assert.True(AdvSignatures.VerifyKeyIndexList(list, phone.PublicKey, hosted));
        Assert.False(AdvSignatures.VerifyKeyIndexList(list, phone.PublicKey, !hosted));
        Assert.False(AdvSignatures.VerifyKeyIndexList(list, KeyPair.Generate().PublicKey, hosted));
        Assert.False(AdvSignatures.VerifyKeyIndexList(list, new byte[31], hosted));
    }

    [Fact]
    public void Companion_of_somebody_else_needs_both_signatures()
    {
        var vector = Vectors.GetProperty("e2ee");
        var identity = vector.GetProperty("companionIdentity").HexOf("public");
        var phone = vector.GetProperty("phoneIdentity").HexOf("public");
        var (signed, _) = Parse(vector);
        Assert.False(AdvSignatures.VerifyCompanion(signed.ToByteArray(), identity, phone));

        signed.DeviceSignature = ByteString.CopyFrom(vector.GetProperty("deviceSignature").HexOf("signatureWithoutRandom"));
        Assert.True(AdvSignatures.VerifyCompanion(signed.ToByteArray(), identity, phone));
        Assert.False(AdvSignatures.VerifyCompanion(signed.ToByteArray(), KeyPair.Generate().PublicKey, phone));
        Assert.False(AdvSignatures.VerifyCompanion([0xff], identity, phone));
    }

    [Fact]
    public void Account_key_inside_a_device_identity_is_only_a_claim()
    {
        var vector = Vectors.GetProperty("e2ee");
        var (impostor, companion) = (KeyPair.Generate(), KeyPair.Generate());
        var (signed, _) = Parse(vector);
        signed.AccountSignatureKey = ByteString.CopyFrom(impostor.PublicKey);
        signed.AccountSignature = ByteString.CopyFrom(
            XEdDsa.Sign(impostor.PrivateKey, [.. AdvSignatures.AccountPrefix, .. signed.Details.Span, .. companion.PublicKey]));
        signed.DeviceSignature = ByteString.CopyFrom(
            AdvSignatures.SignDevice(companion, signed.Details.Span, impostor.PublicKey));

        Assert.True(AdvSignatures.VerifyCompanion(signed.ToByteArray(), companion.PublicKey, impostor.PublicKey));
        Assert.False(AdvSignatures.VerifyCompanion(
            signed.ToByteArray(), companion.PublicKey, vector.GetProperty("phoneIdentity").HexOf("public")));
    }

    private static (ADVSignedDeviceIdentity Signed, ADVDeviceIdentity Details) Parse(JsonElement vector)
    {
        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(vector.HexOf("signedDeviceIdentity"));
        return (signed, ADVDeviceIdentity.Parser.ParseFrom(signed.Details));
    }
}
