using System.Globalization;
using Wuts.Benchmarks.Reporting;
using Wuts.Benchmarks.Sync;

namespace Wuts.Benchmarks.Comparison;

/// <summary>
/// The command <c>compare-app-state</c>: the same snapshots and patches, byte for byte, through our app state and through
/// Baileys'. Rounds of the two alternate, so that whatever else the machine does hits both; the figure is the median of the rounds.
/// </summary>
internal static class AppStateComparison
{
    /// <summary>How many times faster than Baileys ours is to be, in every case.</summary>
    public const double RequiredRatio = 5;

    private const int Rounds = 3;
    private const string Script = "app-state.mjs";

    private static readonly (string Title, string Name, int Contacts)[] Cases =
    [
        ("Snapshot of 10,000 contacts", "snapshot", 10_000),
        ("Snapshot of 100,000 contacts", "snapshot", 100_000),
        ("1,000 patches, 100 contacts", "patches", 100),
        ("1,000 patches, 10,000 contacts", "patches", 10_000),
    ];

    /// <summary>Measures, prints a table, and returns 0 when every ratio reaches <see cref="RequiredRatio"/>, else 1.</summary>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var baileys = new BaileysProcess();
        await baileys.InstallAsync(cancellationToken);
        await MarkdownTable.WriteHeadAsync(
            output, "Work", "Ours:", "Baileys:", "Times faster:", "Baileys' peak memory:");
        var smallest = double.PositiveInfinity;
        foreach (var (title, name, contacts) in Cases)
        {
            var workload = new AppStateWorkload(contacts);
            var own = new OwnAppState(workload, await workload.NewStoreAsync());
            var folder = Directory.CreateTempSubdirectory("wuts-bench-");
            try
            {
                await AppStateFiles.WriteAsync(workload, folder.FullName, cancellationToken);
                string[] work = [folder.FullName, name];
                var ours = new List<double>();
                var theirs = new List<double>();
                for (var round = 0; round < Rounds; round++)
                {
                    ours.Add(await own.RoundAsync(name, cancellationToken));
                    var lines = await baileys.RunScriptAsync<Sample>(Script, ["time", .. work], cancellationToken);
                    theirs.Add(lines.Single().Ms * 1_000_000);
                }

                var peak = (await baileys.RunScriptAsync<Peak>(Script, ["peak", .. work], cancellationToken)).Single();
                var ratio = Median(theirs) / Median(ours);
                smallest = Math.Min(smallest, ratio);
                await MarkdownTable.WriteRowAsync(
                    output, title, MarkdownTable.Time(Median(ours)), MarkdownTable.Time(Median(theirs)), MarkdownTable.Ratio(ratio),
                    MarkdownTable.Size(peak.KiB * 1024.0));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Smallest ratio {smallest:F1}; required {RequiredRatio:F0}."));
        return smallest >= RequiredRatio ? 0 : 1;
    }

    private static double Median(List<double> rounds) => rounds.Order().ElementAt(rounds.Count / 2);

    private sealed record Sample(double Ms);

    private sealed record Peak(long KiB);
}
