using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// Dictionary version 3: the 235 strings that take one byte and the 4 × 256 that take two. Protocol section 5.3.
/// </summary>
/// <remarks>
/// The strings are interned, so that comparing a decoded tag with a literal of the same text is a reference comparison.
/// Looking a string up is the most frequent step of encoding. The table is made for it: it hashes at most eight characters, which
/// tell nearly all tokens apart, and since its content is fixed nobody can choose strings that collide more.
/// </remarks>
internal static class TokenDictionary
{
    private const int MaxTokenLength = 48;
    private const int SingleCount = WireTag.LastToken + 1;
    private const int PageCount = 4;
    private const int PageSize = 256;
    private const int SlotBits = 12;
    private const int SlotMask = (1 << SlotBits) - 1;

    // Index 0 is no token; then the single-byte tokens under their own byte, and behind them the pages.
    private static readonly string[] Tokens = LoadAll();

    // Indexes into Tokens; 0 is free. A third is used, so a search ends after 1.2 slots on average and 10 at most.
    private static readonly ushort[] Slots = Index();

    /// <summary>The string of a single-byte token, 1 to 235.</summary>
    public static string Single(byte tag) => Tokens[tag];

    /// <summary>The string of a double-byte token: one of the tags 236 to 239 and the byte behind it.</summary>
    public static string Double(byte tag, byte index) => Tokens[SingleCount + ((tag - WireTag.Dictionary0) * PageSize) + index];

    /// <summary>
    /// Finds the wire form of a string: below 256 it is the byte of a single-byte token, otherwise the two bytes of a
    /// double-byte token, first byte high.
    /// </summary>
    public static bool TryGetCode(string text, out ushort code)
    {
        code = 0;
        if (text.Length is 0 or > MaxTokenLength)
        {
            return false;
        }

        for (var slot = Hash(text); ; slot++)
        {
            int index = Slots[slot & SlotMask];
            if (index == 0)
            {
                return false;
            }

            if (Tokens[index] == text)
            {
                code = (ushort)(index < SingleCount ? index : (WireTag.Dictionary0 << 8) + index - SingleCount);
                return true;
            }
        }
    }

    // The first four and the last four characters and the length; of shorter strings all characters.
    private static int Hash(string text)
    {
        const ulong First = 0x9E3779B97F4A7C15;
        const ulong Second = 0xC2B2AE3D27D4EB4F;

        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        ulong head;
        ulong tail = (uint)text.Length;
        if (bytes.Length >= sizeof(ulong))
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            tail += BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..]);
        }
        else
        {
            head = text[0] | ((ulong)text[text.Length / 2] << 16) | ((ulong)text[^1] << 32);
        }

        var mixed = (head * First) ^ (tail * Second);
        mixed ^= mixed >> 32;
        return (int)((mixed * First) >> (64 - SlotBits));
    }

    private static ushort[] Index()
    {
        var slots = new ushort[1 << SlotBits];
        for (var i = (int)WireTag.FirstToken; i < Tokens.Length; i++)
        {
            var slot = Hash(Tokens[i]);
            while (slots[slot & SlotMask] != 0)
            {
                slot++;
            }

            slots[slot & SlotMask] = (ushort)i;
        }

        return slots;
    }

    private static string[] LoadAll()
    {
        var tokens = new string[SingleCount + (PageCount * PageSize)];
        Load("single", tokens.AsSpan(0, SingleCount));
        for (var page = 0; page < PageCount; page++)
        {
            Load($"double-{page}", tokens.AsSpan(SingleCount + (page * PageSize), PageSize));
        }

        return tokens;
    }

    private static void Load(string name, Span<string> tokens)
    {
        var resource = $"{typeof(TokenDictionary).Namespace}.Tokens.{name}.txt";
        using var stream = typeof(TokenDictionary).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        foreach (ref var token in tokens)
        {
            token = string.Intern(reader.ReadLine() ?? throw new InvalidOperationException($"The resource {resource} is too short."));
        }
    }
}
