using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>The envelope of queries and their answers. Protocol section 6.1.</summary>
internal static class Iq
{
    // <iq id="…" xmlns="…" type="get" to="…"> … </iq>
    public static Node Get(string id, string xmlns, Jid to, params ReadOnlySpan<Node> children) =>
        Envelope(id, xmlns, "get", to, children);

    // <iq id="…" xmlns="…" type="set" to="…"> … </iq>
    public static Node Set(string id, string xmlns, Jid to, params ReadOnlySpan<Node> children) =>
        Envelope(id, xmlns, "set", to, children);

    /// <summary>Whether the answer is an error, and which.</summary>
    public static bool IsError(Node answer, out QueryError error)
    {
        if (answer["type"] != "error")
        {
            error = default;
            return false;
        }

        error = answer.TryGetChild("error", out var child) ? QueryError.Read(child) : new QueryError(0, "", null);
        return true;
    }

    /// <summary>Throws <see cref="QueryRefusedException"/> when the answer is an error.</summary>
    public static void ThrowIfError(Node answer, string xmlns)
    {
        if (IsError(answer, out var error))
        {
            throw new QueryRefusedException(xmlns, error);
        }
    }

    /// <summary>A Unix time in seconds from an attribute; <see langword="null"/> when it is missing or out of range.</summary>
    public static DateTimeOffset? Time(Node node, string attribute) =>
        long.TryParse(node[attribute], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A decimal number from an attribute; <see langword="null"/> when it is missing or does not fit.</summary>
    public static int? Number(Node node, string attribute) =>
        int.TryParse(node[attribute], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A person's or group's address without device from an attribute; <see langword="null"/> when it is missing.</summary>
    public static Jid? BaseJid(Node node, string attribute) =>
        node.TryGetJid(attribute, out var jid) && !jid.IsServer ? jid.ToBase() : null;

    private static Node Envelope(string id, string xmlns, string type, Jid to, ReadOnlySpan<Node> children)
    {
        ReadOnlySpan<(string, AttributeValue)> attributes = [("id", id), ("xmlns", xmlns), ("type", type), ("to", to)];
        return children.IsEmpty ? new Node("iq", attributes) : new Node("iq", attributes, children);
    }
}
