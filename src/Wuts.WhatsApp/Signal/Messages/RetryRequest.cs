using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// A retry receipt that was received: somebody could not decrypt a message of this device. Sync section 1.11.
/// </summary>
/// <param name="MessageId">The message.</param>
/// <param name="Sender">The device that asks.</param>
/// <param name="Attempt">Which attempt of that device this is, from 1.</param>
/// <param name="Keys">Its keys, to start a new session from; <see langword="null"/> when it sent none.</param>
internal sealed record RetryRequest(string MessageId, Jid Sender, int Attempt, PreKeyBundle? Keys)
{
    /// <summary>Reads a receipt. <see langword="false"/> when it is not a retry receipt, or is malformed.</summary>
    public static bool TryParse(Node receipt, [NotNullWhen(true)] out RetryRequest? request)
    {
        request = null;
        if (receipt is not { Tag: "receipt" }
            || receipt["type"] != "retry"
            || !receipt.TryGetJid("from", out var from)
            || receipt.Child("retry") is not { } retry
            || (retry["id"] ?? receipt["id"]) is not { Length: > 0 } id)
        {
            return false;
        }

        PreKeyBundle? keys = null;
        if (receipt.TryGetChild("keys", out var keysNode)
            && (!BundleNodes.TryReadRegistrationId(receipt, out var registrationId)
                || !BundleNodes.TryRead(keysNode, registrationId, out keys)))
        {
            return false;
        }

        var attempt = int.TryParse(retry["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 1;
        request = new RetryRequest(id, receipt.TryGetJid("participant", out var participant) ? participant : from, attempt, keys);
        return true;
    }
}
