using Wuts.Api.Http;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp;

/// <summary>
/// Addresses as this dialect reads and writes them: <c>@c.us</c> and never <c>@s.whatsapp.net</c> on the way out. Contract wawp 1.3.
/// </summary>
internal static class WawpAddress
{
    /// <summary>What may stand in a parameter: a bare number, a phone address, a LID or a group.</summary>
    public static readonly AddressRules Rules = new() { MinDigits = 5, Separators = "" };

    /// <summary>Reads a LID, for which the suffix may be left out where only a LID can be meant. B7.</summary>
    public static bool TryReadLid(string text, out Jid jid)
    {
        var written = text.AsSpan().Trim();
        var isBare = !written.IsEmpty && !written.ContainsAnyExceptInRange('0', '9');
        return Rules.TryRead(isBare ? $"{written}@{JidServers.Lid}" : text, AddressKinds.Lid, out jid, out _);
    }

    /// <summary>The written form of this dialect.</summary>
    public static string Format(Jid jid)
    {
        var plain = jid.ToBase();
        return plain.IsPhone ? $"{plain.User}@{JidServers.LegacyUser}" : plain.ToString();
    }

    /// <summary>The written form, or <see langword="null"/>.</summary>
    public static string? Format(Jid? jid) => jid is { } known ? Format(known) : null;
}
