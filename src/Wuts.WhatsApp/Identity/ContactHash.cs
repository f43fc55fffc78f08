using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Identity;

/// <summary>
/// The four characters by which some notifications name a contact. Many people share one: treat a match as "one of these".
/// Sync section 10.3.
/// </summary>
public static class ContactHash
{
    /// <summary>Characters of the longest user part that has a hash.</summary>
    public const int LongestUser = 64;

    private const int HashedBytes = 3;

    private static ReadOnlySpan<byte> Suffix => "WA_ADD_NOTIF"u8;

    /// <summary>The hash of a person's user part, by phone number or by LID: both have one.</summary>
    public static string Of(Jid person)
    {
        Span<byte> input = stackalloc byte[Encoding.UTF8.GetMaxByteCount(LongestUser) + 12];
        if (person.User.Length > LongestUser)
        {
            throw new ArgumentException("The user part is too long.", nameof(person));
        }

        var length = Encoding.UTF8.GetBytes(person.User, input);
        Suffix.CopyTo(input[length..]);
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(input[..(length + Suffix.Length)], hash);
        return Convert.ToBase64String(hash[..HashedBytes]);
    }
}
