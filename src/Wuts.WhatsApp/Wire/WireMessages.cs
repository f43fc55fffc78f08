namespace Wuts.WhatsApp.Wire;

/// <summary>Reads one field out of a small message; protobuf wraps many single values like that. The last occurrence counts.</summary>
internal static class WireMessages
{
    /// <summary>The bytes of a field, or none.</summary>
    public static ReadOnlySpan<byte> ReadBytesField(ReadOnlySpan<byte> message, int number)
    {
        ReadOnlySpan<byte> content = default;
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == number)
            {
                content = reader.ReadBytes(type);
            }
            else
            {
                reader.Skip(type);
            }
        }

        return content;
    }

    /// <summary>The number in a field, or 0.</summary>
    public static ulong ReadNumberField(ReadOnlySpan<byte> message, int number)
    {
        var content = 0UL;
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == number)
            {
                content = reader.ReadVarint(type);
            }
            else
            {
                reader.Skip(type);
            }
        }

        return content;
    }
}
