using System.Text;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Attribute names that are frequent on the wire and in no dictionary. Decoded nodes share one string of each, so that a group
/// with a thousand participants does not hold a thousand copies.
/// </summary>
internal static class CommonNames
{
    private static readonly string[] Names =
    [
        "addressing_mode", "appdata", "creator_pn", "creator_username", "participant_lid", "participant_pn", "peer_recipient_lid",
        "peer_recipient_pn", "phone_number", "recipient_lid", "recipient_pn", "s_o_pn", "s_o_username", "sender_lid", "sender_pn",
        "username", "verified_level",
    ];

    // By length in bytes, which tells most of them apart already.
    private static readonly (byte[] Utf8, string Name)[][] ByLength =
        [.. Enumerable.Range(0, Names.Max(static name => name.Length) + 1)
            .Select(static length => Names.Where(name => name.Length == length).Select(static name => (Encoding.UTF8.GetBytes(name), name)).ToArray())];

    /// <summary>The shared string of a name in UTF-8, or <see langword="null"/> when it is not one of them.</summary>
    public static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length < ByLength.Length)
        {
            foreach (var (candidate, name) in ByLength[utf8.Length])
            {
                if (utf8.SequenceEqual(candidate))
                {
                    return name;
                }
            }
        }

        return null;
    }
}
