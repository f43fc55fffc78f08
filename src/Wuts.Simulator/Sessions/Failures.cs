using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>The stanza that refuses a login. Protocol section 6.9.</summary>
internal static class Failures
{
    /// <summary>Where the simulator says it is.</summary>
    private const string Location = "sim";

    public static Node Build(int reason, params ReadOnlySpan<(string Name, AttributeValue Value)> more) =>
        new("failure", [("reason", reason), ("location", Location), .. more]);
}
