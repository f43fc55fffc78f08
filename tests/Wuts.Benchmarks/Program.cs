using System.Globalization;
using Wuts.Benchmarks.Comparison;
using Wuts.Benchmarks.Idle;

namespace Wuts.Benchmarks;

/// <summary>
/// <c>compare-nodes</c> runs our codec and Baileys' side by side; <c>idle-clients [count]</c> weighs connected clients; every
/// other command line goes to BenchmarkDotNet, for example <c>--filter '*Node*'</c>.
/// </summary>
internal static class Program
{
    private const int DefaultClients = 1000;

    private static async Task<int> Main(string[] args)
    {
        if (args is ["compare-nodes"])
        {
            return await NodeComparison.RunAsync(Console.Out, CancellationToken.None);
        }

        if (args is ["idle-clients", ..])
        {
            var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : DefaultClients;
            return await IdleClients.RunAsync(count, Console.Out, CancellationToken.None);
        }

        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
