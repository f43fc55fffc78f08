using System.Globalization;
using Wuts.Simulator.Media;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator.EndToEnd;

/// <summary>Which receipts a message may get. Sync section 1.10.</summary>
internal static class ReceiptRules
{
    /// <summary>What is wrong with a receipt; <see langword="null"/> when nothing is.</summary>
    public static string? Fault(LinkedDevice device, SentMessage message, Node receipt, string type, Jid to)
    {
        var isAllowed = message.Kind switch
        {
            MessageKind.Peer => type is "" or "inactive" or "sender" or "peer_msg",
            MessageKind.History => type is "" or "inactive" or "sender" or "peer_msg" or "hist_sync" or "server-error",
            MessageKind.OwnCopy => type == "sender",
            _ => type is "" or "inactive",
        };
        if (!isAllowed)
        {
            return $"A receipt of type '{type}' does not fit its message ({message.Topic}).";
        }

        if (type == "server-error" && RetryEnvelope.Fault(receipt) is { } fault)
        {
            return fault;
        }

        if (type is "peer_msg" or "hist_sync" or "server-error" && to != device.Account.Jid)
        {
            return $"A receipt of type {type} goes to the own phone number without a device.";
        }

        return to != message.From && type is "" or "inactive" or "sender" ? "A receipt does not go to where its message came from." : null;
    }
}

/// <summary>Retry receipts of devices. Sync section 1.11.</summary>
internal static class RetryRules
{
    private const int MaxRetries = 5;

    /// <summary>Reads a retry receipt.</summary>
    /// <param name="device">Whose it is.</param>
    /// <param name="message">What it asks for again.</param>
    /// <param name="receipt">The receipt.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="keys">The keys that come along, if any; their signature has not been checked.</param>
    /// <returns>What is wrong with it; <see langword="null"/> when nothing is.</returns>
    public static string? Read(LinkedDevice device, SentMessage message, Node receipt, Jid to, out PreKeyBundle? keys)
    {
        keys = null;
        var isPeer = message.Kind is MessageKind.Peer or MessageKind.History;
        if (to != message.From || (receipt["category"] == "peer") != isPeer)
        {
            return "A retry receipt goes to where its message came from, with category peer for a peer message.";
        }

        if (receipt.Child("retry") is not { } retry || retry["id"] != message.Id || retry["v"] != "1"
            || !int.TryParse(retry["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return "A retry receipt has a retry element with count, id and v.";
        }

        if (count != message.Retries + 1 || count > MaxRetries)
        {
            return $"The count of a retry receipt is {count}, not {message.Retries + 1}, or more than {MaxRetries}.";
        }

        if (Content(receipt, "registration") is not { } registration || !registration.Span.SequenceEqual(device.Registration.RegistrationId))
        {
            return "registration of a retry receipt is not the device's registration id.";
        }

        if (!receipt.TryGetChild("keys", out var node))
        {
            return count > 1 ? "A second retry receipt comes with keys." : null;
        }

        if (ReadKeys(device, node) is not { } read)
        {
            return "The keys of a retry receipt are incomplete, or not the device's.";
        }

        keys = read;
        return PeerRules.IdentityFault(device, Content(node, "device-identity") ?? default, "A retry receipt with keys");
    }

    private static PreKeyBundle? ReadKeys(LinkedDevice device, Node keys)
    {
        if (Content(keys, "type") is not { Length: 1 } type || type.Span[0] != Phones.PhoneKeys.Curve25519KeyType
            || Content(keys, "identity") is not { } identity || !identity.Span.SequenceEqual(device.Registration.Identity)
            || keys.Child("key") is not { } oneTime || keys.Child("skey") is not { } signed
            || Content(oneTime, "id") is not { Length: 3 } oneTimeId || Content(oneTime, "value") is not { Length: X25519.KeySize } oneTimeKey
            || Content(signed, "id") is not { Length: 3 } signedId || Content(signed, "value") is not { Length: X25519.KeySize } signedKey
            || Content(signed, "signature") is not { Length: XEdDsa.SignatureSize } signature)
        {
            return null;
        }

        return new PreKeyBundle
        {
            RegistrationId = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(device.Registration.RegistrationId),
            IdentityKey = device.Registration.Identity,
            SignedPreKeyId = DeviceBundles.IdOf(signedId.Span),
            SignedPreKey = signedKey.ToArray(),
            SignedPreKeySignature = signature.ToArray(),
            OneTimePreKey = new RemotePreKey(DeviceBundles.IdOf(oneTimeId.Span), oneTimeKey.ToArray()),
        };
    }

    private static ReadOnlyMemory<byte>? Content(Node parent, string tag) => parent.Child(tag)?.ContentBytes;
}
