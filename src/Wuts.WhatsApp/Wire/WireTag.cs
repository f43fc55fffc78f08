namespace Wuts.WhatsApp.Wire;

/// <summary>The number in front of a protobuf value: field number and type.</summary>
internal static class WireTag
{
    private const ulong LargestField = (1 << 29) - 1;

    /// <summary>Takes a tag apart and refuses numbers and types that do not exist.</summary>
    public static void Split(ulong tag, long offset, out int field, out WireType type)
    {
        var number = tag >> 3;
        type = (WireType)(tag & 7);
        if (number is 0 or > LargestField || type is not (WireType.Varint or WireType.Fixed64 or WireType.Bytes or WireType.Fixed32))
        {
            WireFormatException.ThrowTag(offset);
        }

        field = (int)number;
    }
}
