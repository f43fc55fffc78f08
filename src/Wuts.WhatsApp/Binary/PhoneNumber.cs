using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// A phone number in international form: 7 to 15 ASCII digits of which the first is not 0, without <c>+</c> (E.164). It is a
/// type of its own so that what needs a phone number cannot be handed a <see cref="Lid"/>, which looks the same.
/// </summary>
public readonly record struct PhoneNumber
{
    /// <summary>Digits of the shortest number.</summary>
    public const int MinLength = 7;

    /// <summary>Digits of the longest number.</summary>
    public const int MaxLength = 15;

    private readonly string? _digits;

    private PhoneNumber(string digits) => _digits = digits;

    /// <summary>The digits; empty only for <c>default</c>.</summary>
    public string Digits => _digits ?? "";

    /// <summary>Whether this is <c>default</c>, that is, no number at all.</summary>
    public bool IsEmpty => _digits is null;

    /// <summary>Reads a number without throwing. Nothing is trimmed or repaired.</summary>
    /// <param name="text">Digits only.</param>
    /// <param name="number">The number when the result is true.</param>
    /// <param name="problem">What is wrong, as a sentence that does not repeat the text, when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out PhoneNumber number, [NotNullWhen(false)] out string? problem)
    {
        problem = FindProblem(text);
        number = problem is null ? new PhoneNumber(text!) : default;
        return problem is null;
    }

    /// <summary>Reads a number.</summary>
    /// <exception cref="FormatException">The text is not a number; the message says why.</exception>
    public static PhoneNumber Parse(string text) =>
        TryParse(text, out var number, out var problem) ? number : throw new FormatException(problem);

    /// <summary>
    /// The number that an address names, whatever its device. False for all other addresses, and for the few service
    /// accounts at <c>s.whatsapp.net</c> whose user is no number.
    /// </summary>
    public static bool TryFrom(Jid jid, out PhoneNumber number)
    {
        number = default;
        return jid.IsPhone && TryParse(jid.User, out number, out _);
    }

    /// <summary>The address of the number, or of one device of it.</summary>
    /// <param name="device">0 to 255; 0 is the phone itself.</param>
    /// <exception cref="InvalidOperationException">This is <c>default</c>.</exception>
    public Jid ToJid(byte device = 0) =>
        new(_digits ?? throw new InvalidOperationException("An empty phone number has no JID."), JidServers.User, device);

    /// <summary>The address of the number.</summary>
    public static implicit operator Jid(PhoneNumber number) => number.ToJid();

    /// <summary>The digits. They are personal: keep them out of logs.</summary>
    public override string ToString() => Digits;

    private static string? FindProblem(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "The phone number is empty.";
        }

        if (text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return text[0] == '+'
                ? "A phone number is written without a leading +."
                : "A phone number consists of the digits 0 to 9 only.";
        }

        if (text.Length is < MinLength or > MaxLength)
        {
            return $"A phone number has {MinLength} to {MaxLength} digits.";
        }

        return text[0] == '0' ? "A phone number begins with the country code, which never begins with 0." : null;
    }
}
