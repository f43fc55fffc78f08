using System.Globalization;
using Wuts.Benchmarks.Comparison;
using Wuts.Benchmarks.Idle;
using Wuts.Benchmarks.Reporting;
using Wuts.Benchmarks.Sync;

namespace Wuts.Benchmarks;

/// <summary>
/// <c>compare-nodes</c> runs our codec and Baileys' side by side; <c>idle-clients [count]</c> weighs connected clients;
/// <c>report [count]</c> runs both and the short benchmarks; <c>measure-sync</c> reports time and peak memory of large accounts;
/// <c>make-appstate folder contacts</c> writes an address book as files; every other command line goes to BenchmarkDotNet, for
/// example <c>--filter '*Node*'</c>.
/// </summary>
internal static class Program
{
    private const int DefaultClients = 1000;

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["compare-nodes"]:
                return await NodeComparison.RunAsync(Console.Out, CancellationToken.None);
            case ["idle-clients", .. var rest]:
                return await IdleClients.RunAsync(Count(rest), Console.Out, CancellationToken.None);
            case ["report", .. var rest]:
                return await Report.RunAsync(Count(rest), Console.Out, CancellationToken.None);
            case ["measure-sync"]:
                return await MemoryReport.RunAsync(Console.Out, CancellationToken.None);
            case ["measure-sync", var kind, var file, var key]:
                return await MemoryReport.MeasureAsync(kind, file, key, Console.Out, CancellationToken.None);
            case ["make-appstate", var folder, var contacts]:
                return await AppStateFiles.WriteAsync(folder, contacts, Console.Out, CancellationToken.None);
            default:
                BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                return 0;
        }
    }

    private static int Count(string[] rest) => rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : DefaultClients;
}
