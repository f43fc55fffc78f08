using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Strings of one to 127 characters that are stored two characters to a byte: digits with <c>-</c> and <c>.</c> ("nibble"), or
/// upper-case hexadecimal ("hex"). Protocol section 5.5.
/// </summary>
internal static class PackedText
{
    /// <summary>Characters that one packed string is written with at most.</summary>
    public const int MaxLength = 127;

    /// <summary>Bit of the length byte: the last low nibble is padding.</summary>
    public const byte OddFlag = 0x80;

    // '?' marks the values that stand for no character.
    private const char Invalid = '?';
    private const string NibbleAlphabet = "0123456789-.????";
    private const string HexAlphabet = "0123456789ABCDEF";

    // By character: its value in the low four bits, and which of the two alphabets lacks it.
    private const byte NotNibble = 0x10;
    private const byte NotHex = 0x20;
    private const byte InNeither = NotNibble | NotHex;

    private static readonly byte[] Values = ValuesByCharacter();
    private static readonly CharacterPair[] NibblePairs = PairsOf(NibbleAlphabet);
    private static readonly CharacterPair[] HexPairs = PairsOf(HexAlphabet);

    /// <summary>
    /// Packs a text into the first <c>(length + 1) / 2</c> bytes of the destination. False, with some of them overwritten, when it
    /// is empty, too long, or has characters that no alphabet contains.
    /// </summary>
    public static bool TryPack(ReadOnlySpan<char> text, Span<byte> destination, out byte tag)
    {
        tag = 0;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var seen = 0;
        var pairs = MemoryMarshal.Cast<char, CharacterPair>(text);
        destination = destination[..((text.Length + 1) / 2)];
        for (var i = 0; i < pairs.Length; i++)
        {
            var first = ValueOf(pairs[i].First);
            var second = ValueOf(pairs[i].Second);
            destination[i] = (byte)((first << 4) | (second & 0xF));
            seen |= first | second;
            if ((seen & InNeither) == InNeither)
            {
                return false;
            }
        }

        if (text.Length > 2 * pairs.Length)
        {
            var last = ValueOf(text[^1]);
            destination[^1] = (byte)((last << 4) | 0xF);
            seen |= last;
        }

        tag = (seen & NotNibble) == 0 ? WireTag.Nibble8 : WireTag.Hex8;
        return (seen & InNeither) != InNeither;
    }

    /// <summary>
    /// Whether every value stands for a character. Looking at the packed bytes is cheaper than at the text: reading a string
    /// in larger pieces than those in which it was just written stalls the processor.
    /// </summary>
    public static bool IsValid(byte tag, ReadOnlySpan<byte> packed, bool isOdd) =>
        tag == WireTag.Hex8 || !HasLargerNibble(packed, isOdd, than: 0xB);

    /// <summary>The first byte of a nibble text that <see cref="IsValid"/> did not accept for what it holds.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> packed)
    {
        var index = 0;
        while (packed[index] >> 4 <= 0xB && (packed[index] & 0xF) <= 0xB)
        {
            index++;
        }

        return index;
    }

    /// <summary>Whether a nibble text is nothing but digits.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> packed, bool isOdd) => !HasLargerNibble(packed, isOdd, than: 9);

    /// <summary>
    /// Unpacks what <see cref="IsValid"/> accepted into a new string of <c>2 * packed.Length</c> characters, one less when the
    /// count is odd.
    /// </summary>
    public static string Unpack(byte tag, ReadOnlySpan<byte> packed, bool isOdd)
    {
        var length = (packed.Length * 2) - (isOdd ? 1 : 0);
        return tag == WireTag.Hex8
            ? string.Create(length, packed, static (characters, bytes) => Fill(characters, bytes, HexPairs))
            : string.Create(length, packed, static (characters, bytes) => Fill(characters, bytes, NibblePairs));
    }

    private static void Fill(Span<char> characters, ReadOnlySpan<byte> packed, CharacterPair[] alphabet)
    {
        var pairs = MemoryMarshal.Cast<char, CharacterPair>(characters);
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = alphabet[packed[i]];
        }

        if (characters.Length > 2 * pairs.Length)
        {
            characters[^1] = alphabet[packed[^1]].First;
        }
    }

    // Eight bytes at a time. The addend lifts every nibble that is larger into the fifth bit.
    private static bool HasLargerNibble(ReadOnlySpan<byte> packed, bool isOdd, int than)
    {
        const ulong LowNibbles = 0x0F0F0F0F0F0F0F0F;
        const ulong FifthBits = 0x1010101010101010;

        var addend = (ulong)(0xF - than) * 0x0101010101010101;
        var sums = 0UL;
        if (isOdd)
        {
            sums = (ulong)(packed[^1] >> 4) + addend;
            packed = packed[..^1];
        }

        while (packed.Length >= sizeof(ulong))
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(packed);
            sums |= ((eight & LowNibbles) + addend) | (((eight >> 4) & LowNibbles) + addend);
            packed = packed[sizeof(ulong)..];
        }

        foreach (var one in packed)
        {
            sums |= ((ulong)(one & 0xF) + addend) | ((ulong)(one >> 4) + addend);
        }

        return (sums & FifthBits) != 0;
    }

    private static int ValueOf(char character)
    {
        var values = Values;
        return character < values.Length ? values[character] : InNeither;
    }

    private static byte[] ValuesByCharacter()
    {
        var values = new byte[128];
        for (var i = 0; i < values.Length; i++)
        {
            var nibble = NibbleAlphabet.IndexOf((char)i, StringComparison.Ordinal);
            var hex = HexAlphabet.IndexOf((char)i, StringComparison.Ordinal);
            values[i] = ((char)i, nibble, hex) switch
            {
                (Invalid, _, _) or (_, < 0, < 0) => InNeither,
                (_, < 0, _) => (byte)(NotNibble | hex),
                (_, _, < 0) => (byte)(NotHex | nibble),
                _ => (byte)hex,
            };
        }

        return values;
    }

    private static CharacterPair[] PairsOf(string alphabet) =>
        [.. Enumerable.Range(0, 256).Select(value => new CharacterPair(alphabet[value >> 4], alphabet[value & 0xF]))];

    /// <summary>What one byte holds, in the layout of two characters of a string.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = sizeof(char))]
    private readonly record struct CharacterPair(char First, char Second);
}
