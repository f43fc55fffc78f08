using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// The server's offer of references for QR codes. A new offer on the same connection replaces the one before.
/// Protocol section 7.2.
/// </summary>
internal static class PairDevice
{
    /// <summary>How long the first QR code of an offer is shown.</summary>
    public static readonly TimeSpan FirstLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long each later QR code of an offer is shown.</summary>
    public static readonly TimeSpan NextLifetime = TimeSpan.FromSeconds(20);

    // <iq from="s.whatsapp.net" type="set" id="…" xmlns="md"><pair-device><ref>[n B]</ref> … </pair-device></iq>

    /// <summary>Reads an offer. It has at least one reference; empty ones are left out.</summary>
    public static bool TryParse(Node stanza, [NotNullWhen(true)] out IReadOnlyList<string>? references)
    {
        references = null;
        if (!PairingIq.IsRequest(stanza, "pair-device"))
        {
            return false;
        }

        var found = new List<string>();
        foreach (var child in stanza.Children[0].Children)
        {
            if (child.Tag == "ref" && child.ContentText is { Length: > 0 } reference)
            {
                found.Add(reference);
            }
        }

        references = found.Count > 0 ? found : null;
        return references is not null;
    }

    /// <summary>Builds the answer to an offer.</summary>
    public static Node BuildReply(Node offer) => PairingIq.Result(offer["id"]!);
}
