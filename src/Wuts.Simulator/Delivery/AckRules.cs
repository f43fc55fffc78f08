using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Delivery;

/// <summary>What an ack has to look like. Protocol section 6.3.</summary>
internal static class AckRules
{
    /// <summary>Whether stanzas with this tag need an ack.</summary>
    public static bool NeedsAck(string tag) => tag is "message" or "notification" or "receipt" or "call";

    /// <summary>What is wrong with an ack for a stanza with the same class, id and sender; <see langword="null"/> when nothing is.</summary>
    public static string? Fault(Node stanza, Node ack)
    {
        if (ack["participant"] != stanza["participant"])
        {
            return "participant is not copied from the stanza";
        }

        if (ack["recipient"] != stanza["recipient"])
        {
            return "recipient is not copied from the stanza";
        }

        if (ack["type"] is { } type)
        {
            return type == stanza["type"] ? null : "type is not that of the stanza";
        }

        // Clients differ in whether they repeat the type of a message, and of an identity change.
        return stanza["type"] is null || stanza.Tag == "message" || stanza.Child("identity") is not null
            ? null
            : "type is missing";
    }
}
