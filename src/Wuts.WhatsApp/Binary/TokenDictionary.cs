using System.Collections.Frozen;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Dictionary version 3: the 235 strings that take one byte and the 4 × 256 that take two. Protocol section 5.3.
/// </summary>
/// <remarks>
/// The strings are interned, so that comparing a decoded tag with a literal of the same text is a reference comparison.
/// </remarks>
internal static class TokenDictionary
{
    /// <summary>Characters of the longest token.</summary>
    public const int MaxTokenLength = 48;

    private const int SingleCount = WireTag.LastToken + 1;
    private const int PageCount = 4;
    private const int PageSize = 256;

    private static readonly string[] Singles = Load("single", SingleCount);
    private static readonly string[] Doubles = [.. Enumerable.Range(0, PageCount).SelectMany(page => Load($"double-{page}", PageSize))];
    private static readonly FrozenDictionary<string, ushort> Codes = Index();

    /// <summary>The string of a single-byte token, 1 to 235.</summary>
    public static string Single(byte tag) => Singles[tag];

    /// <summary>The string of a double-byte token: one of the tags 236 to 239 and the byte behind it.</summary>
    public static string Double(byte tag, byte index) => Doubles[((tag - WireTag.Dictionary0) * PageSize) + index];

    /// <summary>
    /// Finds the wire form of a string: below 256 it is the byte of a single-byte token, otherwise the two bytes of a
    /// double-byte token, first byte high.
    /// </summary>
    public static bool TryGetCode(string text, out ushort code)
    {
        if (text.Length <= MaxTokenLength)
        {
            return Codes.TryGetValue(text, out code);
        }

        code = 0;
        return false;
    }

    private static FrozenDictionary<string, ushort> Index()
    {
        var codes = new Dictionary<string, ushort>(StringComparer.Ordinal);
        for (var i = (int)WireTag.FirstToken; i < SingleCount; i++)
        {
            codes.Add(Singles[i], (ushort)i);
        }

        for (var i = 0; i < Doubles.Length; i++)
        {
            codes.Add(Doubles[i], (ushort)((WireTag.Dictionary0 << 8) + i));
        }

        return codes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string[] Load(string name, int count)
    {
        var resource = $"{typeof(TokenDictionary).Namespace}.Tokens.{name}.txt";
        using var stream = typeof(TokenDictionary).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);

        var tokens = new string[count];
        for (var i = 0; i < count; i++)
        {
            var token = reader.ReadLine() ?? throw new InvalidOperationException($"The resource {resource} has less than {count} lines.");
            tokens[i] = string.Intern(token);
        }

        return tokens;
    }
}
