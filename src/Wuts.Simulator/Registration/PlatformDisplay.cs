using System.Collections.Frozen;

namespace Wuts.Simulator.Registration;

/// <summary>
/// Which platform a client may name when it asks for a pair code: <c>Browser (OS)</c>, both from lists, and a client type
/// that is known. Protocol sections 7.3 and 8.3.
/// </summary>
internal static class PlatformDisplay
{
    private const string ClientTypes = "123456789cdef";

    private static readonly FrozenSet<string> Browsers =
        FrozenSet.Create(StringComparer.Ordinal, "Chrome", "Edge", "Firefox", "IE", "Opera", "Safari");

    private static readonly FrozenSet<string> Systems = FrozenSet.Create(
        StringComparer.Ordinal,
        "Windows", "Mac OS", "Linux", "Android", "iOS", "Ubuntu", "Debian", "Fedora", "Arch Linux", "Chrome OS");

    /// <summary>Whether a display name is one that the server accepts.</summary>
    public static bool IsAcceptable(string display)
    {
        var open = display.IndexOf(" (", StringComparison.Ordinal);
        return open > 0
            && display.EndsWith(')')
            && Browsers.Contains(display[..open])
            && Systems.Contains(display[(open + 2)..^1]);
    }

    /// <summary>Whether a client type is known; 0, "unknown", is not accepted for pairing by code.</summary>
    public static bool IsKnownType(string type) => type.Length == 1 && ClientTypes.Contains(type[0]);
}
