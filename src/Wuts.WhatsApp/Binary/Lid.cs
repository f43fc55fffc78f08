using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// A hidden identity ("LID"): the number that stands for an account where its phone number is not shown. Its user part is digits,
/// and in old addresses dots. It is a type of its own so that it cannot be taken for a <see cref="PhoneNumber"/>.
/// </summary>
public readonly record struct Lid
{
    /// <summary>Characters of the longest user part that is accepted. Those in use have 15 or less.</summary>
    public const int MaxLength = 32;

    private const string Suffix = "@" + JidServers.Lid;

    private readonly string? _user;

    private Lid(string user) => _user = user;

    /// <summary>The part before <c>@lid</c>; empty only for <c>default</c>.</summary>
    public string User => _user ?? "";

    /// <summary>Whether this is <c>default</c>, that is, no identity at all.</summary>
    public bool IsEmpty => _user is null;

    /// <summary>Reads an identity, with or without <c>@lid</c>, without throwing. A device is not accepted.</summary>
    /// <param name="text">For example <c>100000012345678@lid</c>.</param>
    /// <param name="lid">The identity when the result is true.</param>
    /// <param name="problem">What is wrong, as a sentence that does not repeat the text, when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out Lid lid, [NotNullWhen(false)] out string? problem)
    {
        lid = default;
        var user = text is not null && text.EndsWith(Suffix, StringComparison.Ordinal) ? text[..^Suffix.Length] : text;
        problem = FindProblem(user);
        if (problem is null)
        {
            lid = new Lid(user!);
        }

        return problem is null;
    }

    /// <summary>Reads an identity, with or without <c>@lid</c>.</summary>
    /// <exception cref="FormatException">The text is not an identity; the message says why.</exception>
    public static Lid Parse(string text) =>
        TryParse(text, out var lid, out var problem) ? lid : throw new FormatException(problem);

    /// <summary>The identity that an address names, whatever its device. False for all other addresses.</summary>
    public static bool TryFrom(Jid jid, out Lid lid)
    {
        lid = jid.IsLid && FindProblem(jid.User) is null ? new Lid(jid.User) : default;
        return !lid.IsEmpty;
    }

    /// <summary>The address of the identity, or of one device of it.</summary>
    /// <param name="device">0 to 255; 0 is the phone itself.</param>
    /// <exception cref="InvalidOperationException">This is <c>default</c>.</exception>
    public Jid ToJid(byte device = 0) =>
        new(_user ?? throw new InvalidOperationException("An empty LID has no JID."), JidServers.Lid, device);

    /// <summary>The address of the identity.</summary>
    public static implicit operator Jid(Lid lid) => lid.ToJid();

    /// <summary>The written form with <c>@lid</c>, because bare digits would read as a phone number.</summary>
    public override string ToString() => _user is null ? "" : _user + Suffix;

    private static string? FindProblem(string? user)
    {
        if (string.IsNullOrEmpty(user))
        {
            return "The LID is empty.";
        }

        if (user.Length > MaxLength)
        {
            return $"A LID has at most {MaxLength} characters.";
        }

        foreach (var character in user)
        {
            if (!char.IsAsciiDigit(character) && character != '.')
            {
                return "A LID consists of the digits 0 to 9 and dots only.";
            }
        }

        return char.IsAsciiDigit(user[0]) && char.IsAsciiDigit(user[^1]) ? null : "A LID begins and ends with a digit.";
    }
}
