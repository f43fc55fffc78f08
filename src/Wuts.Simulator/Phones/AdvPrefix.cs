namespace Wuts.Simulator.Phones;

/// <summary>The two bytes in front of what is signed for a device identity. Protocol section 3.5.</summary>
internal static class AdvPrefix
{
    public static ReadOnlySpan<byte> Account => [6, 0];

    public static ReadOnlySpan<byte> Device => [6, 1];

    public static ReadOnlySpan<byte> KeyIndexList => [6, 2];

    public static ReadOnlySpan<byte> HostedAccount => [6, 5];

    public static ReadOnlySpan<byte> HostedKeyIndexList => [6, 7];
}
