using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.EndToEnd;

/// <summary>What a message is to the device that gets it; it decides which receipts are due. Sync section 1.10.</summary>
internal enum MessageKind
{
    /// <summary>From the own phone, for the device itself.</summary>
    Peer,

    /// <summary>From the own phone, and announces a piece of history.</summary>
    History,

    /// <summary>From somebody else.</summary>
    Chat,

    /// <summary>A copy of what another own device sent to somebody.</summary>
    OwnCopy,
}

/// <summary>A message on its way to one device, kept until every due receipt has come, so that it can be encrypted again.</summary>
internal sealed class SentMessage
{
    /// <summary>Id of the message; the same in every delivery.</summary>
    public required string Id { get; init; }

    public required MessageKind Kind { get; init; }

    /// <summary>Whom the stanza is from: a chat for groups, otherwise the sender.</summary>
    public required Jid From { get; init; }

    /// <summary>The encoded content, without padding.</summary>
    public required byte[] Plaintext { get; init; }

    /// <summary>Whose sessions it is encrypted with.</summary>
    public required MessageSender Sender { get; init; }

    /// <summary>Further attributes of the stanza: <c>notify</c>, <c>participant</c>, the sender's other address.</summary>
    public (string Name, AttributeValue Value)[] Attributes { get; init; } = [];

    /// <summary>What stands in front of the encrypted part.</summary>
    public Node[] Preamble { get; init; } = [];

    /// <summary>What the message is about, for the event log.</summary>
    public string Topic { get; init; } = "message";

    /// <summary>The number of the latest retry receipt.</summary>
    public int Retries { get; set; }

    /// <summary>Receipts that have come, by type; <c>""</c> is the one without a type.</summary>
    public HashSet<string> Receipts { get; } = new(StringComparer.Ordinal);

    /// <summary>When the device took the message off the queue, by the clock's timestamps; <see langword="null"/> before that.</summary>
    public long? TakenAt { get; set; }

    /// <summary>The receipts without which the message is not done.</summary>
    public string[] Due => Kind switch
    {
        MessageKind.Peer => ["peer_msg"],
        MessageKind.History => ["peer_msg", "hist_sync"],
        _ => [],
    };

    /// <summary>Whether every due receipt has come, or at least one where none in particular is due.</summary>
    public bool IsDone => Due is { Length: > 0 } due ? due.All(Receipts.Contains) : Receipts.Count > 0;

    /// <summary>The stanza for a device.</summary>
    public Node ToStanza(SealedContent content, DateTimeOffset now)
    {
        (string, AttributeValue)[] attributes =
        [
            ("from", From),
            ("id", Id),
            ("type", "text"),
            ("t", now.ToUnixTimeSeconds()),
            ("category", Kind is MessageKind.Peer or MessageKind.History ? "peer" : null),
            .. Attributes,
        ];
        var encrypted = new Node(
            "enc",
            [("v", "2"), ("type", content.Type), ("count", Retries > 0 ? (AttributeValue)Retries : default)],
            content.Payload);
        return new Node("message", attributes, [.. Preamble, encrypted]);
    }
}
