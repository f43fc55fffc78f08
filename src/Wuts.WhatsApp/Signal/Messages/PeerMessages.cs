using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>How urgently the server wakes the phone for a peer message.</summary>
internal enum PushPriority
{
    /// <summary>For key requests and the like.</summary>
    High,

    /// <summary>For history on demand.</summary>
    HighForce,
}

/// <summary>The stanza of a message to the own phone. Sync section 1.13.</summary>
internal static class PeerMessages
{
    // <message id to type=text category=peer push_priority>
    //   <meta appdata=default/> <enc v=2 type=pkmsg|msg count?>…</enc> <device-identity>…</device-identity>?
    // </message>

    /// <summary>Builds the stanza.</summary>
    /// <param name="id">Message id; the same when it is sent again.</param>
    /// <param name="device">The own device.</param>
    /// <param name="encrypted">The encrypted content.</param>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="resend">0 for the first time, otherwise the attempt of the retry receipt that is answered.</param>
    public static Node Build(string id, LocalDevice device, SessionEncryption encrypted, PushPriority priority, int resend = 0)
    {
        List<Node> children =
        [
            new("meta", [("appdata", "default")]),
            new(
                "enc",
                [
                    ("v", "2"),
                    ("type", encrypted.IsPreKeyMessage ? "pkmsg" : "msg"),
                    ("count", resend > 0 ? resend : default(AttributeValue)),
                ],
                encrypted.Payload),
        ];
        if (encrypted.IsPreKeyMessage)
        {
            children.Add(new Node("device-identity", [], device.SignedIdentity));
        }

        return new Node(
            "message",
            [
                ("id", id),
                ("to", device.Account.PrimaryPhone),
                ("type", "text"),
                ("category", "peer"),
                ("push_priority", priority == PushPriority.High ? "high" : "high_force"),
            ],
            [.. children]);
    }
}
