using System.Globalization;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Pairing;

/// <summary>Why a pairing was refused by this side.</summary>
public enum PairingFault
{
    /// <summary>The device identity is not protected with the ADV secret that was shown: not our QR code, or another one since.</summary>
    HmacMismatch,

    /// <summary>The account key does not vouch for this device.</summary>
    SignatureMismatch,

    /// <summary>The stanza lacks something or cannot be parsed.</summary>
    Malformed,

    /// <summary>The result could not be stored.</summary>
    NotStored,
}

/// <summary>What a pairing gave. All of it must be stored before the reply is sent.</summary>
/// <param name="OwnJid">Own phone-number JID with device.</param>
/// <param name="OwnLid">Own LID with device, when the server said it.</param>
/// <param name="SignedIdentity">The complete serialized signed device identity, which pre-key messages carry ("account").</param>
/// <param name="AccountKey">Identity key of the own phone: the trusted Signal identity of device 0 of the own LID and number.</param>
/// <param name="ServerTime">The server's time.</param>
/// <param name="Platform">Kind of the phone, for example <c>android</c>; information only.</param>
/// <param name="BusinessName">Name of the business, for business accounts.</param>
/// <param name="Properties">What the phone tells about the account; <see langword="null"/> when it told nothing readable.</param>
internal sealed record PairedDevice(
    Jid OwnJid,
    Jid? OwnLid,
    byte[] SignedIdentity,
    byte[] AccountKey,
    DateTimeOffset ServerTime,
    string? Platform,
    string? BusinessName,
    ClientPairingProps? Properties);

/// <summary>What came of a pair-success stanza. The reply is to be sent in either case.</summary>
internal abstract record PairSuccessOutcome(Node Reply)
{
    /// <summary>Paired. Store the device, then send the reply; if storing fails, send <see cref="PairSuccess.BuildError"/>.</summary>
    public sealed record Accepted(PairedDevice Device, Node Reply) : PairSuccessOutcome(Reply);

    /// <summary>Not paired. Send the reply, disconnect, report.</summary>
    public sealed record Rejected(PairingFault Fault, Node Reply) : PairSuccessOutcome(Reply);
}

/// <summary>The stanza that ends a pairing, and the answers to it. Protocol section 7.5.</summary>
internal static class PairSuccess
{
    // Genuine ones have some 150 bytes.
    private const int MaxContainerSize = 500;

    // <iq from="s.whatsapp.net" type="set" id xmlns="md" t>
    //   <pair-success>
    //     <device-identity>[ADVSignedDeviceIdentityHMAC]</device-identity>
    //     <device jid lid?/> <platform name/> <biz name/>? <client-props>[ClientPairingProps]</client-props>?
    //   </pair-success>
    // </iq>

    /// <summary>Whether the stanza is one; it then gets an answer, whatever is in it.</summary>
    public static bool IsPairSuccess(Node stanza) => PairingIq.IsRequest(stanza, "pair-success");

    /// <summary>Verifies a stanza for which <see cref="IsPairSuccess"/> holds, signs, and makes the answer.</summary>
    /// <param name="stanza">The stanza.</param>
    /// <param name="advSecret">The ADV secret of the QR code or of the pairing by code.</param>
    /// <param name="identity">Own identity key.</param>
    public static PairSuccessOutcome Process(Node stanza, ReadOnlySpan<byte> advSecret, KeyPair identity)
    {
        try
        {
            return Verify(stanza, advSecret, identity);
        }
        catch (InvalidProtocolBufferException)
        {
            return Rejected(stanza, PairingFault.Malformed);
        }
    }

    // <iq to="s.whatsapp.net" type="error" id><error code="…" text="…"/></iq>

    /// <summary>Builds the answer that refuses a pairing.</summary>
    public static Node BuildError(string id, PairingFault fault) => fault switch
    {
        PairingFault.HmacMismatch => PairingIq.Error(id, 401, "hmac-mismatch"),
        PairingFault.SignatureMismatch => PairingIq.Error(id, 401, "signature-mismatch"),
        _ => PairingIq.Error(id, 500, "internal-error"),
    };

    // <iq to="s.whatsapp.net" type="result" id>
    //   <pair-device-sign><device-identity key-index="3">[ADVSignedDeviceIdentity]</device-identity></pair-device-sign>
    // </iq>

    /// <summary>Builds the answer that confirms a pairing. The account key is left out: the server knows it.</summary>
    internal static Node BuildReply(string id, uint keyIndex, ADVSignedDeviceIdentity signed)
    {
        var sent = signed.Clone();
        sent.ClearAccountSignatureKey();
        var identity = new Node("device-identity", [("key-index", keyIndex)], sent.ToByteArray());
        return PairingIq.Result(id, new Node("pair-device-sign", [], [identity]));
    }

    private static PairSuccessOutcome Verify(Node stanza, ReadOnlySpan<byte> advSecret, KeyPair identity)
    {
        var body = stanza.Children[0];
        var bytes = body.Child("device-identity")?.ContentBytes ?? default;
        if (bytes.Length is 0 or > MaxContainerSize || !TryReadServerTime(stanza, out var serverTime)
            || !TryReadAddresses(body, out var jid, out var lid))
        {
            return Rejected(stanza, PairingFault.Malformed);
        }

        var container = ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(bytes.Span);
        if (!AdvSignatures.VerifyContainer(container, advSecret))
        {
            return Rejected(stanza, PairingFault.HmacMismatch);
        }

        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(container.Details);
        var details = ADVDeviceIdentity.Parser.ParseFrom(signed.Details);
        if (!AdvSignatures.VerifyAccount(signed, details, identity.PublicKey))
        {
            return Rejected(stanza, PairingFault.SignatureMismatch);
        }

        var signature = AdvSignatures.SignDevice(identity, signed.Details.Span, signed.AccountSignatureKey.Span);
        signed.DeviceSignature = ByteString.CopyFrom(signature);
        var device = new PairedDevice(
            jid,
            lid,
            signed.ToByteArray(),
            signed.AccountSignatureKey.ToByteArray(),
            serverTime,
            body.Child("platform")?["name"],
            body.Child("biz")?["name"],
            ReadProperties(body));
        return new PairSuccessOutcome.Accepted(device, BuildReply(stanza["id"]!, details.KeyIndex, signed));
    }

    private static PairSuccessOutcome.Rejected Rejected(Node stanza, PairingFault fault) =>
        new(fault, BuildError(stanza["id"]!, fault));

    private static bool TryReadServerTime(Node stanza, out DateTimeOffset time)
    {
        time = default;
        if (!long.TryParse(stanza["t"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static bool TryReadAddresses(Node body, out Jid jid, out Jid? lid)
    {
        jid = default;
        lid = null;
        if (!body.TryGetChild("device", out var device) || !device.TryGetJid("jid", out jid) || !jid.IsPhone || jid.Device == 0)
        {
            return false;
        }

        if (device.TryGetJid("lid", out var found))
        {
            lid = found;
        }

        return lid is null || (found.IsLid && found.Device == jid.Device);
    }

    // Hints only: a pairing does not fail for them.
    private static ClientPairingProps? ReadProperties(Node body)
    {
        if (!body.TryGetChild("client-props", out var properties))
        {
            return null;
        }

        try
        {
            return ClientPairingProps.Parser.ParseFrom(properties.ContentBytes.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
