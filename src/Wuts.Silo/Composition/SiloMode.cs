namespace Wuts.Silo.Composition;

/// <summary>What a process of the cluster does.</summary>
internal enum SiloRole
{
    /// <summary>Owns devices and serves the API.</summary>
    All,

    /// <summary>Owns devices; over HTTP it only tells its health.</summary>
    Silo,

    /// <summary>Serves the API and calls the silos.</summary>
    Api,
}

/// <summary>What the process was started for, and the arguments that are left for the configuration.</summary>
/// <param name="Role"><c>--role all|silo|api</c>; all by default.</param>
/// <param name="Demo"><c>--demo</c>: with a simulated WhatsApp, and data that are gone at the end.</param>
/// <param name="Arguments">The other arguments.</param>
internal sealed record SiloMode(SiloRole Role, bool Demo, string[] Arguments)
{
    private const string RoleOption = "--role";
    private const string DemoSwitch = "--demo";

    /// <summary>Takes the arguments of a process apart.</summary>
    /// <exception cref="ArgumentException">The role has no meaning, or not together with the demo.</exception>
    public static SiloMode Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var role = SiloRole.All;
        var demo = false;
        var others = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == DemoSwitch)
            {
                demo = true;
            }
            else if (arguments[i] == RoleOption)
            {
                role = ParseRole(++i < arguments.Count ? arguments[i] : "");
            }
            else if (arguments[i].StartsWith(RoleOption + "=", StringComparison.Ordinal))
            {
                role = ParseRole(arguments[i][(RoleOption.Length + 1)..]);
            }
            else
            {
                others.Add(arguments[i]);
            }
        }

        return demo && role != SiloRole.All
            ? throw new ArgumentException($"{DemoSwitch} runs everything in one process: it goes with {RoleOption} all only.", nameof(arguments))
            : new SiloMode(role, demo, [.. others]);
    }

    private static SiloRole ParseRole(string text) => text switch
    {
        "all" => SiloRole.All,
        "silo" => SiloRole.Silo,
        "api" => SiloRole.Api,
        _ => throw new ArgumentException($"{RoleOption} is set to \"{text}\". It must be all, silo or api."),
    };
}
