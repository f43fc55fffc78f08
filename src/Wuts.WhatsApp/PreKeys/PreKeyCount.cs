using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>How many one-time pre-keys of this device the server still has. Protocol sections 9.3 and 9.4.</summary>
internal static class PreKeyCount
{
    // <iq xmlns="encrypt" type="get" to="s.whatsapp.net" id><count/></iq>    →    <count value="812"/>

    /// <summary>Builds the query.</summary>
    public static Node Build(string id) => PreKeyNodes.Request(id, "get", new Node("count"));

    /// <summary>Reads the answer.</summary>
    /// <exception cref="QueryRefusedException">The server refused.</exception>
    /// <exception cref="UnexpectedAnswerException">The answer has no count.</exception>
    public static int Parse(Node answer)
    {
        Iq.ThrowIfError(answer, PreKeyNodes.Namespace);
        return TryRead(answer, out var count)
            ? count
            : throw new UnexpectedAnswerException(PreKeyNodes.Namespace, "it has no count");
    }

    // <notification from="s.whatsapp.net" type="encrypt" id t><count value="3"/></notification>

    /// <summary>Reads the server's notice that few are left. False for every other stanza.</summary>
    public static bool TryParseNotification(Node stanza, out int count)
    {
        count = 0;
        return stanza.Tag == "notification" && stanza["type"] == PreKeyNodes.Namespace
            && stanza.TryGetJid("from", out var from) && from == Jid.WhatsApp && TryRead(stanza, out count);
    }

    private static bool TryRead(Node stanza, out int count) =>
        int.TryParse(stanza.Child("count")?["value"], NumberStyles.None, CultureInfo.InvariantCulture, out count);
}
