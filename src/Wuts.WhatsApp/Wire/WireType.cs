namespace Wuts.WhatsApp.Wire;

/// <summary>How the value of a protobuf field is laid out. Groups (3 and 4) do not occur in this protocol and are refused.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
