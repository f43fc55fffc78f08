using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Presence stanzas. Sync section 11.</summary>
public static class Presence
{
    // <presence type="available|unavailable" name="{push name}"/>

    /// <summary>
    /// Announces the own presence. "Available" makes the account appear online and silences the phone: a gateway stays unavailable.
    /// </summary>
    /// <exception cref="ArgumentException">The push name is empty; the server needs it.</exception>
    public static Node Build(bool available, string pushName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pushName);
        return new Node("presence", [("type", available ? "available" : "unavailable"), ("name", pushName)]);
    }

    // <presence type="subscribe" to="{jid}"><tctoken>…</tctoken>?</presence>

    /// <summary>Asks for a person's presence.</summary>
    public static Node BuildSubscribe(Jid person, PrivacyToken? token) => token is null
        ? new Node("presence", [("type", "subscribe"), ("to", person.ToBase())])
        : new Node("presence", [("type", "subscribe"), ("to", person.ToBase())], [new Node("tctoken", [], token.Bytes.ToArray())]);
}
