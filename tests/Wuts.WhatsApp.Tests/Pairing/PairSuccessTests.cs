using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Pairing;

public class PairSuccessTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("pairing-qr.json");

    [Theory]
    [InlineData("e2ee")]
    [InlineData("hosted")]
    public void Recorded_stanza_is_accepted_signed_and_answered(string account)
    {
        var vector = Vectors.GetProperty(account);
        var identity = Key(vector, "companionIdentity");
        var stanza = NodeReader.Read(vector.GetProperty("pairSuccess").HexOf("hex"));
        Assert.True(PairSuccess.IsPairSuccess(stanza));

        var outcome = PairSuccess.Process(stanza, vector.GetProperty("advSecret").HexOf("hex"), identity);

        var device = Assert.IsType<PairSuccessOutcome.Accepted>(outcome).Device;
        Assert.Equal(Jid.Parse("15550001234:7@s.whatsapp.net"), device.OwnJid);
        Assert.Equal(Jid.Parse("100000012345678:7@lid"), device.OwnLid);
        Assert.Equal("android", device.Platform);
        Assert.Null(device.BusinessName);
        Assert.Equal(1752021890, device.ServerTime.ToUnixTimeSeconds());
        Assert.Equal(vector.GetProperty("phoneIdentity").TextOf("public"), Hex.Text(device.AccountKey));
        Assert.Equal(vector.TextOf("clientProps"), Hex.Text(device.Properties!.ToByteArray()));
        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(device.SignedIdentity);
        Assert.True(XEdDsa.Verify(
            identity.PublicKey, vector.GetProperty("deviceSignature").HexOf("message"), signed.DeviceSignature.Span));
        signed.ClearDeviceSignature();
        Assert.Equal(vector.TextOf("signedDeviceIdentity"), Hex.Text(signed.ToByteArray()));
        AssertReply(vector, outcome.Reply);
    }

    [Theory]
    [InlineData("e2ee")]
    [InlineData("hosted")]
    public void Reply_with_the_recorded_signature_has_the_recorded_bytes(string account)
    {
        var vector = Vectors.GetProperty(account);
        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(vector.HexOf("signedDeviceIdentity"));
        signed.DeviceSignature = ByteString.CopyFrom(vector.GetProperty("deviceSignature").HexOf("signatureWithoutRandom"));
        var keyIndex = vector.GetProperty("deviceIdentity").GetProperty("keyIndex").GetUInt32();

        var reply = PairSuccess.BuildReply("4177847320", keyIndex, signed);

        Assert.Equal(vector.GetProperty("reply").TextOf("hex"), Hex.Text(NodeWriter.Encode(reply)));
        Assert.Equal(NodeText.Of(NodeJson.Read(vector.GetProperty("reply").GetProperty("node"))), NodeText.Of(reply));
        Assert.Equal(
            vector.TextOf("replyDeviceIdentity"), Hex.Text(reply.Children[0].Child("device-identity")!.ContentBytes.Span));
        Assert.False(signed.AccountSignatureKey.IsEmpty);
    }

    [Theory]
    [InlineData("e2ee")]
    [InlineData("hosted")]
    public void Container_is_reproduced_by_the_phone(string account)
    {
        var vector = Vectors.GetProperty(account);
        var container = Container(vector, vector.HexOf("signedDeviceIdentity"), vector.GetProperty("advSecret").HexOf("hex"));

        Assert.Equal(vector.GetProperty("hosted").GetBoolean(), container.AccountType == ADVEncryptionType.Hosted);
        Assert.Equal(vector.GetProperty("hmac").TextOf("value"), Hex.Text(container.Hmac.Span));
        Assert.Equal(vector.TextOf("signedDeviceIdentityHmac"), Hex.Text(container.ToByteArray()));
        Assert.True(AdvSignatures.VerifyContainer(container, Convert.FromBase64String(vector.GetProperty("advSecret").TextOf("base64"))));
        Assert.Equal(vector.GetProperty("pairSuccess").TextOf("hex"), Hex.Text(NodeWriter.Encode(Stanza(vector, container))));
    }

    [Fact]
    public void Other_secret_is_a_mismatch_of_the_hmac()
    {
        var vector = Vectors.GetProperty("e2ee");
        var stanza = NodeReader.Read(vector.GetProperty("pairSuccess").HexOf("hex"));

        var outcome = PairSuccess.Process(stanza, new byte[32], Key(vector, "companionIdentity"));

        AssertRejected(outcome, PairingFault.HmacMismatch, 401, "hmac-mismatch");
    }

    [Fact]
    public void Container_that_hides_or_claims_hosting_is_a_mismatch_of_the_hmac()
    {
        foreach (var account in new[] { "e2ee", "hosted" })
        {
            var vector = Vectors.GetProperty(account);
            var secret = vector.GetProperty("advSecret").HexOf("hex");
            var container = Container(vector, vector.HexOf("signedDeviceIdentity"), secret);
            container.AccountType = account == "hosted" ? ADVEncryptionType.E2Ee : ADVEncryptionType.Hosted;

            var outcome = PairSuccess.Process(Stanza(vector, container), secret, Key(vector, "companionIdentity"));

            AssertRejected(outcome, PairingFault.HmacMismatch, 401, "hmac-mismatch");
        }
    }

    [Fact]
    public void Identity_that_the_account_did_not_sign_is_a_mismatch_of_the_signature()
    {
        var vector = Vectors.GetProperty("e2ee");
        var stanza = NodeReader.Read(vector.GetProperty("pairSuccess").HexOf("hex"));

        var outcome = PairSuccess.Process(stanza, vector.GetProperty("advSecret").HexOf("hex"), KeyPair.Generate());

        AssertRejected(outcome, PairingFault.SignatureMismatch, 401, "signature-mismatch");
    }

    [Theory]
    [InlineData("no key", PairingFault.SignatureMismatch)]
    [InlineData("long key", PairingFault.SignatureMismatch)]
    [InlineData("no signature", PairingFault.SignatureMismatch)]
    [InlineData("short signature", PairingFault.SignatureMismatch)]
    [InlineData("other details", PairingFault.SignatureMismatch)]
    [InlineData("details that are none", PairingFault.Malformed)]
    public void Damaged_identity_is_refused(string damage, PairingFault expected)
    {
        var vector = Vectors.GetProperty("e2ee");
        var secret = vector.GetProperty("advSecret").HexOf("hex");
        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(vector.HexOf("signedDeviceIdentity"));
        switch (damage)
        {
            case "no key":
                signed.ClearAccountSignatureKey();
                break;
            case "long key":
                signed.AccountSignatureKey = ByteString.CopyFrom(new byte[33]);
                break;
            case "no signature":
                signed.ClearAccountSignature();
                break;
            case "short signature":
                signed.AccountSignature = ByteString.CopyFrom(new byte[63]);
                break;
            case "other details":
                signed.Details = ByteString.CopyFrom(0x18, 9);
                break;
            default:
                signed.Details = ByteString.CopyFrom(0xff);
                break;
        }

        var stanza = Stanza(vector, Container(vector, signed.ToByteArray(), secret));

        var rejected = Assert.IsType<PairSuccessOutcome.Rejected>(PairSuccess.Process(stanza, secret, Key(vector, "companionIdentity")));
        Assert.Equal(expected, rejected.Fault);
    }

    public static TheoryData<string, string?, Node[]> DamagedStanzas
    {
        get
        {
            var body = NodeReader.Read(Vectors.GetProperty("e2ee").GetProperty("pairSuccess").HexOf("hex")).Children[0];
            var (identity, device) = (body.Child("device-identity")!, body.Child("device")!);
            var phone = Jid.Parse("15550001234@s.whatsapp.net");
            return new()
            {
                { "no time", null, [identity, device] },
                { "time that is none", "soon", [identity, device] },
                { "time after the calendar", "99999999999999", [identity, device] },
                { "no device", "1", [identity] },
                { "no identity", "1", [device] },
                { "empty identity", "1", [new Node("device-identity", [], Array.Empty<byte>()), device] },
                { "identity beyond the limit", "1", [new Node("device-identity", [], new byte[501]), device] },
                { "identity that is none", "1", [new Node("device-identity", [], [0xff, 0xff]), device] },
                { "the phone itself", "1", [identity, new Node("device", [("jid", phone)])] },
                { "a LID for a number", "1", [identity, new Node("device", [("jid", device["lid"])])] },
                { "another device's LID", "1", [identity, new Node("device", [("jid", device["jid"]), ("lid", "1:8@lid")])] },
                { "a number for a LID", "1", [identity, new Node("device", [("jid", device["jid"]), ("lid", device["jid"])])] },
            };
        }
    }

    [Theory]
    [MemberData(nameof(DamagedStanzas))]
    public void Damaged_stanza_is_answered_with_an_internal_error(string _, string? time, Node[] children)
    {
        var vector = Vectors.GetProperty("e2ee");
        var stanza = new Node(
            "iq",
            [("from", Jid.WhatsApp), ("type", "set"), ("id", "4177847320"), ("t", time), ("xmlns", "md")],
            [new Node("pair-success", [], children)]);

        var outcome = PairSuccess.Process(stanza, vector.GetProperty("advSecret").HexOf("hex"), Key(vector, "companionIdentity"));

        AssertRejected(outcome, PairingFault.Malformed, 500, "internal-error");
    }

    [Fact]
    public void Number_without_lid_is_accepted_and_unreadable_properties_are_left_out()
    {
        var vector = Vectors.GetProperty("e2ee");
        var body = NodeReader.Read(vector.GetProperty("pairSuccess").HexOf("hex")).Children[0];
        var stanza = new Node("iq", [("from", Jid.WhatsApp), ("type", "set"), ("id", "1"), ("t", "1"), ("xmlns", "md")],
        [
            new Node("pair-success", [],
            [
                body.Child("device-identity")!,
                new Node("device", [("jid", Jid.Parse("15550001234:7@s.whatsapp.net"))]),
                new Node("biz", [("name", "Shop")]),
                new Node("client-props", [], [0xff]),
            ]),
        ]);

        var outcome = PairSuccess.Process(stanza, vector.GetProperty("advSecret").HexOf("hex"), Key(vector, "companionIdentity"));

        var device = Assert.IsType<PairSuccessOutcome.Accepted>(outcome).Device;
        Assert.Null(device.OwnLid);
        Assert.Null(device.Platform);
        Assert.Null(device.Properties);
        Assert.Equal("Shop", device.BusinessName);
    }

    [Fact]
    public void Failure_to_store_is_an_internal_error() =>
        AssertError(PairSuccess.BuildError("9", PairingFault.NotStored), "9", 500, "internal-error");

    [Fact]
    public void Only_the_servers_own_request_with_one_child_counts()
    {
        var child = new Node("pair-success");
        Assert.True(PairSuccess.IsPairSuccess(Request(Jid.WhatsApp, child)));
        Assert.False(PairSuccess.IsPairSuccess(Request(Jid.WhatsApp, child, new Node("extra"))));
        Assert.False(PairSuccess.IsPairSuccess(Request(Jid.Parse("15550001234@s.whatsapp.net"), child)));
        Assert.False(PairSuccess.IsPairSuccess(Request(Jid.WhatsApp, new Node("pair-device"))));

        static Node Request(Jid from, params Node[] children) =>
            new("iq", [("from", from), ("type", "set"), ("id", "1"), ("xmlns", "md")], children);
    }

    private static void AssertReply(JsonElement vector, Node reply)
    {
        var expected = NodeReader.Read(vector.GetProperty("reply").HexOf("hex"));
        var (sent, recorded) = (reply.Children[0].Child("device-identity")!, expected.Children[0].Child("device-identity")!);
        Assert.Equal(expected["id"], reply["id"]);
        Assert.Equal(recorded["key-index"], sent["key-index"]);
        var (mine, theirs) = (
            ADVSignedDeviceIdentity.Parser.ParseFrom(sent.ContentBytes.Span),
            ADVSignedDeviceIdentity.Parser.ParseFrom(recorded.ContentBytes.Span));
        Assert.NotEqual(theirs.DeviceSignature, mine.DeviceSignature);
        mine.DeviceSignature = theirs.DeviceSignature;
        Assert.Equal(theirs, mine);
    }

    private static void AssertRejected(PairSuccessOutcome outcome, PairingFault fault, int code, string text)
    {
        Assert.Equal(fault, Assert.IsType<PairSuccessOutcome.Rejected>(outcome).Fault);
        AssertError(outcome.Reply, "4177847320", code, text);
    }

    private static void AssertError(Node reply, string id, int code, string text)
    {
        Assert.Equal(("iq", "error", id, "s.whatsapp.net"), (reply.Tag, reply["type"], reply["id"], reply["to"]));
        var error = Assert.Single(reply.Children.ToArray());
        Assert.Equal(("error", code, text), (error.Tag, int.Parse(error["code"]!, null), error["text"]));
    }

    private static ADVSignedDeviceIdentityHMAC Container(JsonElement vector, byte[] signed, byte[] secret)
    {
        var prefix = vector.GetProperty("hmac").HexOf("prefix");
        var container = new ADVSignedDeviceIdentityHMAC
        {
            Details = ByteString.CopyFrom(signed),
            Hmac = ByteString.CopyFrom(HMACSHA256.HashData(secret, (byte[])[.. prefix, .. signed])),
        };
        if (prefix.Length > 0)
        {
            container.AccountType = ADVEncryptionType.Hosted;
        }

        return container;
    }

    private static Node Stanza(JsonElement vector, ADVSignedDeviceIdentityHMAC container)
    {
        var recorded = NodeJson.Read(vector.GetProperty("pairSuccess").GetProperty("node"));
        var children = recorded.Children[0].Children.ToArray();
        children[0] = new Node("device-identity", [], container.ToByteArray());
        return new Node("iq", recorded.Attributes, [new Node("pair-success", [], children)]);
    }

    private static KeyPair Key(JsonElement vector, string name)
    {
        var pair = KeyPair.FromPrivateKey(vector.GetProperty(name).HexOf("private"));
        Assert.Equal(vector.GetProperty(name).TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }
}
