using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// Receipts for messages that were received. They replace the acknowledgement. None of them says that anything was read.
/// Sync section 1.10.
/// </summary>
internal static class Receipts
{
    // <receipt id to participant? recipient? type?/>

    /// <summary>
    /// The receipt that every handled message gets: <c>peer_msg</c> for a peer message, <c>sender</c> for what another own device
    /// sent, <c>inactive</c> for the rest, or no type while the device shows itself as available.
    /// </summary>
    public static Node Delivery(MessageSource source, OwnAccount own, bool isAvailable)
    {
        if (source is { IsPeer: true, IsFromMe: true })
        {
            return ToSelf(source.Id, own, "peer_msg");
        }

        return new Node("receipt",
        [
            ("id", source.Id),
            ("to", source.From),
            ("participant", source.Participant),
            ("recipient", source.Recipient),
            ("type", source.IsFromMe ? "sender" : isAvailable ? null : "inactive"),
        ]);
    }

    /// <summary>Tells the phone that a piece of history has been handled. Without it, the phone shows the device as syncing.</summary>
    public static Node History(string messageId, OwnAccount own) => ToSelf(messageId, own, "hist_sync");

    private static Node ToSelf(string messageId, OwnAccount own, string type) =>
        new("receipt", [("id", messageId), ("to", own.PrimaryPhone), ("type", type)]);
}
