using System.Buffers;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Strings of one to 127 characters that are stored two characters to a byte: digits with <c>-</c> and <c>.</c> ("nibble"), or
/// upper-case hexadecimal ("hex"). Protocol section 5.5.
/// </summary>
internal static class PackedText
{
    /// <summary>Characters that one packed string can hold.</summary>
    public const int MaxLength = 127;

    /// <summary>Bit of the length byte: the last low nibble is padding.</summary>
    public const byte OddFlag = 0x80;

    // '\0' marks the values that stand for no character.
    private const string NibbleAlphabet = "0123456789-.\0\0\0\0";
    private const string HexAlphabet = "0123456789ABCDEF";

    private static readonly SearchValues<char> NibbleCharacters = SearchValues.Create("0123456789-.");
    private static readonly SearchValues<char> HexCharacters = SearchValues.Create(HexAlphabet);

    /// <summary>The tag a text is packed with, or 0 when it cannot be packed.</summary>
    public static byte TagFor(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return 0;
        }

        if (!text.ContainsAnyExcept(NibbleCharacters))
        {
            return WireTag.Nibble8;
        }

        return text.ContainsAnyExcept(HexCharacters) ? (byte)0 : WireTag.Hex8;
    }

    /// <summary>Packs a text that <see cref="TagFor"/> accepted into <c>(length + 1) / 2</c> bytes.</summary>
    public static void Pack(ReadOnlySpan<char> text, Span<byte> destination)
    {
        var pairs = text.Length / 2;
        for (var i = 0; i < pairs; i++)
        {
            destination[i] = (byte)((ValueOf(text[2 * i]) << 4) | ValueOf(text[(2 * i) + 1]));
        }

        if (text.Length % 2 != 0)
        {
            destination[pairs] = (byte)((ValueOf(text[^1]) << 4) | 0xF);
        }
    }

    /// <summary>
    /// Unpacks into a new string of <c>2 * packed.Length</c> characters, one less when the count is odd. A value that stands for
    /// no character becomes <c>\0</c>, which no packed string contains otherwise.
    /// </summary>
    public static string Unpack(byte tag, ReadOnlySpan<byte> packed, bool isOdd)
    {
        var length = (packed.Length * 2) - (isOdd ? 1 : 0);
        return tag == WireTag.Hex8
            ? string.Create(length, packed, static (characters, bytes) => Fill(characters, bytes, HexAlphabet))
            : string.Create(length, packed, static (characters, bytes) => Fill(characters, bytes, NibbleAlphabet));
    }

    private static void Fill(Span<char> characters, ReadOnlySpan<byte> packed, string alphabet)
    {
        var pairs = characters.Length / 2;
        for (var i = 0; i < pairs; i++)
        {
            characters[2 * i] = alphabet[packed[i] >> 4];
            characters[(2 * i) + 1] = alphabet[packed[i] & 0xF];
        }

        if (characters.Length % 2 != 0)
        {
            characters[^1] = alphabet[packed[pairs] >> 4];
        }
    }

    private static int ValueOf(char character) => character switch
    {
        >= 'A' => character - 'A' + 10,
        >= '0' => character - '0',
        '-' => 10,
        _ => 11,
    };
}
