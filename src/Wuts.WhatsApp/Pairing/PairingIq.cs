using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Pairing;

/// <summary>The envelopes of the multi-device namespace (<c>md</c>). Protocol section 6.1.</summary>
internal static class PairingIq
{
    public const string Namespace = "md";

    // <iq to="s.whatsapp.net" type="get" id="…" xmlns="md"> … </iq>
    public static Node Get(string id, params ReadOnlySpan<Node> children) => Request(id, "get", children);

    // <iq to="s.whatsapp.net" type="set" id="…" xmlns="md"> … </iq>
    public static Node Set(string id, params ReadOnlySpan<Node> children) => Request(id, "set", children);

    // <iq to="s.whatsapp.net" type="result" id="…"> … </iq>
    public static Node Result(string id, params ReadOnlySpan<Node> children)
    {
        ReadOnlySpan<(string, AttributeValue)> attributes = [("to", Jid.WhatsApp), ("type", "result"), ("id", id)];
        return children.IsEmpty ? new Node("iq", attributes) : new Node("iq", attributes, children);
    }

    // <iq to="s.whatsapp.net" type="error" id="…"><error code="…" text="…"/></iq>
    public static Node Error(string id, int code, string text) => new(
        "iq", [("to", Jid.WhatsApp), ("type", "error"), ("id", id)], [new Node("error", [("code", code), ("text", text)])]);

    /// <summary>Whether the server asks for something in this namespace whose only child has the given tag.</summary>
    public static bool IsRequest(Node stanza, string childTag) =>
        stanza.Tag == "iq" && stanza["type"] == "set" && stanza["xmlns"] == Namespace && stanza["id"] is not null && IsFromServer(stanza)
        && stanza.Children.Length == 1 && stanza.Children[0].Tag == childTag;

    /// <summary>Whether this is a notification of the server itself with the given type.</summary>
    public static bool IsNotification(Node stanza, string type) =>
        stanza.Tag == "notification" && stanza["type"] == type && IsFromServer(stanza);

    private static bool IsFromServer(Node stanza) => stanza.TryGetJid("from", out var from) && from == Jid.WhatsApp;

    private static Node Request(string id, string type, ReadOnlySpan<Node> children) =>
        new("iq", [("to", Jid.WhatsApp), ("type", type), ("id", id), ("xmlns", Namespace)], children);
}
