using System.Globalization;
using Wuts.Cluster.Scene;

namespace Wuts.Cluster.Trials;

/// <summary>What the system says of a process.</summary>
/// <param name="Resident">Memory that it occupies, in bytes.</param>
/// <param name="Cpu">Time that it has used.</param>
internal sealed record ProcessFigures(long Resident, TimeSpan Cpu)
{
    private const double TicksPerSecond = 100;

    /// <summary>Reads them.</summary>
    public static ProcessFigures Of(SiloProcess process)
    {
        var resident = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));

        // The name of the program, in parentheses, may hold blanks; user and system time are the 12th and 13th field after it.
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessFigures(
            long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024,
            TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
