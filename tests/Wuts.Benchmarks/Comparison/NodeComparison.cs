using System.Globalization;
using Wuts.Benchmarks.Nodes;

namespace Wuts.Benchmarks.Comparison;

/// <summary>
/// The command <c>compare-nodes</c>: the same nodes through our codec and through Baileys', on the same machine at the same
/// time. Rounds of the two alternate, so that whatever else the machine does hits both; the figure is the median of the rounds.
/// </summary>
internal static class NodeComparison
{
    /// <summary>How many times faster than Baileys our codec is to be, for every node and in both directions.</summary>
    public const double RequiredRatio = 10;

    private const int Rounds = 5;

    /// <summary>Measures, prints a table, and returns 0 when every ratio reaches <see cref="RequiredRatio"/>, else 1.</summary>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var own = new OwnCodec(TypicalNodes.Load());
        var baileys = new BaileysCodec(RepositoryRoot(), TypicalNodes.FilePath);
        await baileys.InstallAsync(cancellationToken);
        own.WarmUp();

        var ours = new List<Measurement>();
        var theirs = new List<Measurement>();
        for (var round = 1; round <= Rounds; round++)
        {
            await output.WriteLineAsync($"round {round} of {Rounds}");
            ours.AddRange(own.Round());
            theirs.AddRange(await baileys.RoundAsync(cancellationToken));
        }

        return await PrintAsync(output, Medians(ours), Medians(theirs));
    }

    private static async Task<int> PrintAsync(
        TextWriter output, Dictionary<(string Name, string Op), double> ours, Dictionary<(string Name, string Op), double> theirs)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"| {"Node",-23} | {"Op",-6} | {"Ours ns",9} | {"Baileys ns",10} | {"Ratio",6} |");
        await output.WriteLineAsync($"|{Rule(25)}|{Rule(8)}|{Rule(10)}:|{Rule(11)}:|{Rule(7)}:|");
        var smallest = double.PositiveInfinity;
        foreach (var (key, own) in ours)
        {
            var ratio = theirs[key] / own;
            smallest = Math.Min(smallest, ratio);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"| {key.Name,-23} | {key.Op,-6} | {own,9:F1} | {theirs[key],10:F1} | {ratio,6:F1} |"));
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Smallest ratio {smallest:F1}; required {RequiredRatio:F0}."));
        return smallest >= RequiredRatio ? 0 : 1;
    }

    private static string Rule(int width) => new('-', width);

    private static Dictionary<(string Name, string Op), double> Medians(IEnumerable<Measurement> measurements) =>
        measurements.GroupBy(static m => (m.Name, m.Op)).ToDictionary(
            static group => group.Key,
            static group => group.Select(static m => m.NsPerOp).Order().ElementAt(group.Count() / 2));

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wuts.Orleans.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("compare-nodes runs inside the repository, since it starts tests/interop/bench/nodes.mjs.");
    }
}
