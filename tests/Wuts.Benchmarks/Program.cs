using Wuts.Benchmarks.Comparison;

namespace Wuts.Benchmarks;

/// <summary>
/// <c>compare-nodes</c> runs our codec and Baileys' side by side; every other command line goes to BenchmarkDotNet, for
/// example <c>--filter '*Node*'</c>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["compare-nodes"])
        {
            return await NodeComparison.RunAsync(Console.Out, CancellationToken.None);
        }

        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
