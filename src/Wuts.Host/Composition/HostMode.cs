namespace Wuts.Host.Composition;

/// <summary>
/// What the process was started for, and the arguments that are left for the configuration: a switch without a value would swallow
/// the argument behind it there.
/// </summary>
/// <param name="Demo"><c>--demo</c>: with a simulated WhatsApp, and data that are gone at the end.</param>
/// <param name="Link"><c>--link</c>: link a phone from the terminal first.</param>
/// <param name="Arguments">The other arguments.</param>
internal sealed record HostMode(bool Demo, bool Link, string[] Arguments)
{
    private const string DemoSwitch = "--demo";
    private const string LinkSwitch = "--link";

    /// <summary>Takes the arguments of a process apart.</summary>
    /// <exception cref="ArgumentException">The switches exclude each other.</exception>
    public static HostMode Parse(IReadOnlyCollection<string> arguments)
    {
        var mode = new HostMode(
            arguments.Contains(DemoSwitch), arguments.Contains(LinkSwitch), [.. arguments.Where(argument => argument is not (DemoSwitch or LinkSwitch))]);
        return mode is { Demo: true, Link: true }
            ? throw new ArgumentException($"{DemoSwitch} and {LinkSwitch} exclude each other: the demo has no phone but its own.")
            : mode;
    }
}
