using System.Globalization;
using Wuts.Benchmarks.Nodes;
using Wuts.Benchmarks.Reporting;

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
        var baileys = new BaileysProcess();
        await baileys.InstallAsync(cancellationToken);
        own.WarmUp();

        var ours = new List<Measurement>();
        var theirs = new List<Measurement>();
        for (var round = 1; round <= Rounds; round++)
        {
            ours.AddRange(own.Round());
            theirs.AddRange(await baileys.RunScriptAsync<Measurement>("nodes.mjs", [TypicalNodes.FilePath], cancellationToken));
        }

        return await PrintAsync(output, Medians(ours), Medians(theirs));
    }

    private static async Task<int> PrintAsync(
        TextWriter output, Dictionary<(string Name, string Op), double> ours, Dictionary<(string Name, string Op), double> theirs)
    {
        await MarkdownTable.WriteHeadAsync(output, "Node", "Direction", "Ours:", "Baileys:", "Times faster:");
        var smallest = double.PositiveInfinity;
        foreach (var (key, own) in ours)
        {
            var ratio = theirs[key] / own;
            smallest = Math.Min(smallest, ratio);
            await MarkdownTable.WriteRowAsync(
                output, key.Name, key.Op, MarkdownTable.Time(own), MarkdownTable.Time(theirs[key]), MarkdownTable.Ratio(ratio));
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Smallest ratio {smallest:F1}; required {RequiredRatio:F0}."));
        return smallest >= RequiredRatio ? 0 : 1;
    }

    private static Dictionary<(string Name, string Op), double> Medians(IEnumerable<Measurement> measurements) =>
        measurements.GroupBy(static m => (m.Name, m.Op)).ToDictionary(
            static group => group.Key,
            static group => group.Select(static m => m.NsPerOp).Order().ElementAt(group.Count() / 2));
}
