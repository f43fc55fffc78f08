using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>
/// The keys of a client and its payloads, as small as the protocol allows, so that the simulator is tested without the
/// library's own client. Every field can be spoiled.
/// </summary>
internal sealed class TestDevice
{
    public KeyPair Noise { get; set; } = KeyPair.Generate();

    public KeyPair Identity { get; } = KeyPair.Generate();

    public KeyPair SignedPreKey { get; } = KeyPair.Generate();

    public byte[] RegistrationId { get; } = [0, 0, 0x12, 0x34];

    public byte[] AdvSecret { get; set; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>The address after pairing.</summary>
    public Jid Jid { get; set; }

    public byte[] SignedPreKeySignature => XEdDsa.Sign(Identity.PrivateKey, [5, .. SignedPreKey.PublicKey]);

    /// <summary>What the device tells the phone about itself.</summary>
    public DeviceProps Properties { get; } = new() { Os = "Linux", PlatformType = DeviceProps.Types.PlatformType.Chrome };

    /// <summary>The text of the QR for a reference.</summary>
    public string Qr(string reference) => string.Join(
        ',',
        "https://wa.me/settings/linked_devices#" + reference,
        Convert.ToBase64String(Noise.PublicKey),
        Convert.ToBase64String(Identity.PublicKey),
        Convert.ToBase64String(AdvSecret),
        "1");

    /// <summary>The payload of a client that is not paired.</summary>
    public ClientPayload Registration() => new()
    {
        Passive = false,
        Pull = false,
        UserAgent = UserAgent(),
        DevicePairingData = new()
        {
            ERegid = ByteString.CopyFrom(RegistrationId),
            EKeytype = ByteString.CopyFrom(5),
            EIdent = ByteString.CopyFrom(Identity.PublicKey),
            ESkeyId = ByteString.CopyFrom(0, 0, 1),
            ESkeyVal = ByteString.CopyFrom(SignedPreKey.PublicKey),
            ESkeySig = ByteString.CopyFrom(SignedPreKeySignature),
            BuildHash = ByteString.CopyFrom(MD5.HashData(Encoding.ASCII.GetBytes("2.3000.1045649367"))),
            DeviceProps = Properties.ToByteString(),
        },
    };

    /// <summary>The payload of a paired client.</summary>
    public ClientPayload Login() => new()
    {
        Username = ulong.Parse(Jid.User, CultureInfo.InvariantCulture),
        Device = Jid.Device,
        Passive = true,
        Pull = true,
        UserAgent = UserAgent(),
    };

    /// <summary>The request that uploads one-time pre-keys with the ids 1 to <paramref name="count"/>.</summary>
    public Node PreKeyUpload(string id, int count = 20, int firstId = 1) => new(
        "iq",
        [("id", id), ("to", Jid.WhatsApp), ("type", "set"), ("xmlns", "encrypt")],
        [
            new Node("registration", [], RegistrationId),
            new Node("type", [], [5]),
            new Node("identity", [], Identity.PublicKey.ToArray()),
            new Node("list", [], [.. Enumerable.Range(firstId, count).Select(OneTimeKey)]),
            SignedKeyNode(),
        ]);

    public Node SignedKeyNode(byte[]? signature = null) => new("skey", [],
    [
        new Node("id", [], [0, 0, 1]),
        new Node("value", [], SignedPreKey.PublicKey.ToArray()),
        new Node("signature", [], signature ?? SignedPreKeySignature),
    ]);

    /// <summary>The answer to pair-success, with the client's own signature.</summary>
    public Node PairReply(Node pairSuccess, byte[]? prefix = null, uint? keyIndex = null)
    {
        var container = ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(
            pairSuccess.Child("pair-success")!.Child("device-identity")!.ContentBytes.Span);
        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(container.Details);
        var details = ADVDeviceIdentity.Parser.ParseFrom(signed.Details);
        byte[] message = [.. prefix ?? [6, 1], .. signed.Details.Span, .. Identity.PublicKey, .. signed.AccountSignatureKey.Span];
        signed.DeviceSignature = ByteString.CopyFrom(XEdDsa.Sign(Identity.PrivateKey, message));
        signed.ClearAccountSignatureKey();
        var index = (keyIndex ?? details.KeyIndex).ToString(CultureInfo.InvariantCulture);
        return new Node("iq", [("id", pairSuccess["id"]), ("to", Jid.WhatsApp), ("type", "result")],
            [new Node("pair-device-sign", [], [new Node("device-identity", [("key-index", index)], signed.ToByteArray())])]);
    }

    private static Node OneTimeKey(int id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, id);
        return new Node("key", [], [new Node("id", [], bytes[1..]), new Node("value", [], KeyPair.Generate().PublicKey.ToArray())]);
    }

    private static ClientPayload.Types.UserAgent UserAgent() => new()
    {
        Platform = ClientPayload.Types.UserAgent.Types.Platform.Web,
        AppVersion = new() { Primary = 2, Secondary = 3000, Tertiary = 1045649367 },
    };
}
