using System.Globalization;
using Wuts.Benchmarks.Comparison;
using Wuts.Benchmarks.Gateway;
using Wuts.Benchmarks.Idle;
using Wuts.Benchmarks.Reporting;
using Wuts.Benchmarks.Storage;
using Wuts.Benchmarks.Sync;

namespace Wuts.Benchmarks;

/// <summary>
/// <c>gateway</c> compares the host with bare Kestrel, which <c>bare-server</c> is;
/// <c>compare-nodes</c> and <c>compare-app-state</c> run our work and Baileys' side by side; <c>measure-storage</c> times the stores on both databases; <c>measure-sync</c> reports the peak
/// memory of large accounts; <c>idle-clients [count]</c> weighs connected clients; <c>report [count]</c> runs all of them and the
/// short benchmarks; <c>make-appstate folder contacts</c> writes an address book as files; every other command line goes to
/// BenchmarkDotNet, for example <c>--filter '*Node*'</c>.
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
            case ["compare-app-state"]:
                return await AppStateComparison.RunAsync(Console.Out, CancellationToken.None);
            case ["idle-clients", .. var rest]:
                return await IdleClients.RunAsync(Count(rest), Console.Out, CancellationToken.None);
            case ["report", .. var rest]:
                return await Report.RunAsync(Count(rest), Console.Out, CancellationToken.None);
            case ["gateway"]:
                return await GatewayComparison.RunAsync(Console.Out);
            case ["bare-server", var file, .. var rest]:
                return await BareServer.RunAsync(file, rest);
            case ["measure-storage"]:
                return await StorageReport.RunAsync(Console.Out, CancellationToken.None);
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
