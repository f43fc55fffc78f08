using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

/// <summary>Builds acknowledgements. Protocol section 6.3.</summary>
internal static class Acks
{
    /// <summary>The client did not understand the stanza's content.</summary>
    public const int ParsingError = 487;

    /// <summary>The client failed for a reason of its own.</summary>
    public const int Unhandled = 500;

    /// <summary>
    /// Whether the server waits for an acknowledgement of this stanza. Unknown kinds are acknowledged as well: the server
    /// would deliver them for ever. What has no id or sender cannot be.
    /// </summary>
    public static bool IsExpectedFor(Node stanza) =>
        stanza.Tag is not ("iq" or "ack" or "ib" or "success" or "failure" or "stream:error" or "xmlstreamend" or "presence" or "chatstate")
        && stanza["id"] is not null && stanza.TryGetJid("from", out _);

    // <ack id="(same)" class="(tag of the stanza)" to="(its from)" participant? recipient? type? from? error?/>

    /// <summary>Builds the acknowledgement of a stanza.</summary>
    /// <param name="stanza">What is acknowledged.</param>
    /// <param name="ownDevice">The own device by phone number; named only when a message is acknowledged.</param>
    /// <param name="error">A code that makes it a negative one.</param>
    /// <param name="ack">The acknowledgement.</param>
    /// <returns>Whether the stanza can be acknowledged: it has an id and a sender.</returns>
    public static bool TryBuild(Node stanza, Jid? ownDevice, int? error, [NotNullWhen(true)] out Node? ack)
    {
        if (stanza["id"] is not { } id || !stanza.TryGetJid("from", out var from))
        {
            ack = null;
            return false;
        }

        ack = new Node("ack",
        [
            ("id", id),
            ("class", stanza.Tag),
            ("to", from),
            ("participant", Copy(stanza, "participant")),
            ("recipient", Copy(stanza, "recipient")),
            ("type", Copy(stanza, "type")),
            ("from", stanza.Tag == "message" && ownDevice is { } own ? own : default(AttributeValue)),
            ("error", error is { } code ? code : default(AttributeValue)),
        ]);
        return true;
    }

    private static AttributeValue Copy(Node stanza, string name) => stanza.TryGetAttribute(name, out var value) ? value : default;
}
