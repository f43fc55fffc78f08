namespace Wuts.WhatsApp.Binary;

/// <summary>The tag bytes of the node format. Protocol section 5.2.</summary>
internal static class WireTag
{
    /// <summary>Bit of the format byte: a zlib stream follows.</summary>
    public const byte CompressedFlag = 2;

    public const byte ListEmpty = 0;
    public const byte FirstToken = 1;
    public const byte LastToken = 235;
    public const byte Dictionary0 = 236;
    public const byte Dictionary3 = 239;
    public const byte InteropJid = 245;
    public const byte MessengerJid = 246;
    public const byte DeviceJid = 247;
    public const byte List8 = 248;
    public const byte List16 = 249;
    public const byte JidPair = 250;
    public const byte Hex8 = 251;
    public const byte Binary8 = 252;
    public const byte Binary20 = 253;
    public const byte Binary32 = 254;
    public const byte Nibble8 = 255;
}
