using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Contacts;

/// <summary>
/// Numbers that one and the same line may be registered under: mobile numbers of Brazil with and without the ninth digit, of
/// Mexico with and without the 1, of Argentina with and without the 9 after the country code. Sync section 4.5, contract wawp B3.
/// </summary>
internal static class NumberSpelling
{
    private const int BrazilArea = 2;

    /// <summary>The other number that the same line may have.</summary>
    /// <param name="phone">The number.</param>
    /// <param name="other">The other spelling, when the result is true.</param>
    public static bool TryGetOther(PhoneNumber phone, out PhoneNumber other)
    {
        var digits = phone.Digits;
        var spelt = digits switch
        {
            ['5', '5', ..] => Brazil(digits),
            ['5', '2', ..] => AfterCountry(digits, '1'),
            ['5', '4', ..] => AfterCountry(digits, '9'),
            _ => null,
        };
        other = spelt is null ? default : PhoneNumber.Parse(spelt);
        return spelt is not null;
    }

    // Country, area, and eight digits that begin with 6 to 9 for a mobile line, perhaps after a 9.
    private static string? Brazil(string digits)
    {
        const int subscriber = 2 + BrazilArea;
        return digits.Length switch
        {
            subscriber + 8 when digits[subscriber] is >= '6' and <= '9' => digits.Insert(subscriber, "9"),
            subscriber + 9 when digits[subscriber] == '9' && digits[subscriber + 1] is >= '6' and <= '9' => digits.Remove(subscriber, 1),
            _ => null,
        };
    }

    // Country and ten digits of which the first is no 0, perhaps with a digit between them.
    private static string? AfterCountry(string digits, char mark) => digits.Length switch
    {
        12 when digits[2] != '0' => digits.Insert(2, mark.ToString()),
        13 when digits[2] == mark && digits[3] != '0' => digits.Remove(2, 1),
        _ => null,
    };
}
