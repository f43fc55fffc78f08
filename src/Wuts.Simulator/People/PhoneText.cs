namespace Wuts.Simulator.People;

/// <summary>How the server reads a phone number in a user query. Sync sections 4.1 and 4.5.</summary>
internal static class PhoneText
{
    private static readonly string[] Suffixes = ["@c.us", "@s.whatsapp.net"];

    // The calling codes of two digits; 1 and 7 have one, all others three.
    private static readonly HashSet<string> TwoDigitCodes = new(StringComparer.Ordinal)
    {
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53",
        "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94",
        "95", "98",
    };

    /// <summary>The digits that the server looks up; <see langword="null"/> when the text is no phone number.</summary>
    /// <param name="text">What the client wrote.</param>
    /// <param name="ownPhone">The number of the account that asks: without a plus its country is meant.</param>
    public static string? ToDigits(string text, string ownPhone)
    {
        foreach (var suffix in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                text = text[..^suffix.Length];
                break;
            }
        }

        var digits = text.StartsWith('+') ? text[1..] : CallingCode(ownPhone) + text.TrimStart('0');
        return AccountDirectory.IsPhoneNumber(digits) ? digits : null;
    }

    /// <summary>The calling code of the country of a number.</summary>
    public static string CallingCode(string phone) => phone[0] is '1' or '7' ? phone[..1]
        : TwoDigitCodes.Contains(phone[..2]) ? phone[..2]
        : phone[..3];

    /// <summary>
    /// The other way in which the same mobile number is written, where a country has two: Brazil with and without the ninth
    /// digit, Mexico with and without the 1, Argentina with and without the 9.
    /// </summary>
    public static string? OtherSpelling(string digits) => digits switch
    {
        ['5', '5', _, _, '9', ..] when digits.Length == 13 => string.Concat(digits.AsSpan(0, 4), digits.AsSpan(5)),
        ['5', '5', _, _, ..] when digits.Length == 12 => string.Concat(digits.AsSpan(0, 4), "9", digits.AsSpan(4)),
        ['5', '2', '1', ..] when digits.Length == 13 => string.Concat("52", digits.AsSpan(3)),
        ['5', '2', ..] when digits.Length == 12 => string.Concat("521", digits.AsSpan(2)),
        ['5', '4', '9', ..] when digits.Length == 13 => string.Concat("54", digits.AsSpan(3)),
        ['5', '4', ..] when digits.Length == 12 => string.Concat("549", digits.AsSpan(2)),
        _ => null,
    };
}
