using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Tells the server that what it called dirty was read again. Protocol section 6.5, sync section 10.8.</summary>
public static class DirtyQuery
{
    /// <summary>XML namespace of the query.</summary>
    public const string Xmlns = "urn:xmpp:whatsapp:dirty";

    // <iq xmlns="urn:xmpp:whatsapp:dirty" type="set" to="s.whatsapp.net"><clean type="…" timestamp="(as received)"/></iq>

    /// <summary>Builds the query; only send it after the refresh succeeded.</summary>
    /// <param name="id">Stanza id, unique on the connection.</param>
    /// <param name="type">The dirty type, for example <c>groups</c>.</param>
    /// <param name="timestamp">The timestamp exactly as it was received.</param>
    public static Node BuildClean(string id, string type, string timestamp) =>
        Iq.Set(id, Xmlns, Jid.WhatsApp, new Node("clean", [("type", type), ("timestamp", timestamp)]));
}
