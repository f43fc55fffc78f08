namespace Wuts.Testing;

/// <summary>Short spelling for the hexadecimal data that vector files consist of.</summary>
public static class Hex
{
    /// <summary>Bytes from hexadecimal text; blanks are ignored.</summary>
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Lower-case hexadecimal text.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
