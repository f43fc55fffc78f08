namespace Wuts.WhatsApp.PreKeys;

/// <summary>Ids of pre-keys: 24 bits, counting up from 1, and starting over at 1 after the last. Protocol section 9.1.</summary>
public static class PreKeyIds
{
    /// <summary>The first id; 0 is never used.</summary>
    public const uint First = 1;

    /// <summary>The greatest id that fits into 24 bits.</summary>
    public const uint Last = 0xFF_FFFF;

    /// <summary>Length of an id on the wire in bytes, big endian.</summary>
    internal const int Size = 3;

    /// <summary>The id that follows the given one.</summary>
    public static uint Next(uint id) => id >= Last ? First : id + 1;

    internal static byte[] ToBytes(uint id) => [(byte)(id >> 16), (byte)(id >> 8), (byte)id];

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out uint id)
    {
        id = bytes.Length == Size ? (uint)((bytes[0] << 16) | (bytes[1] << 8) | bytes[2]) : 0;
        return bytes.Length == Size;
    }

    internal static void Check(uint id)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(id, First);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, Last);
    }
}
