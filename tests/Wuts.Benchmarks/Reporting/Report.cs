using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Wuts.Benchmarks.Comparison;
using Wuts.Benchmarks.Idle;

namespace Wuts.Benchmarks.Reporting;

/// <summary>
/// The command <c>report</c>: every figure of <c>docs/performance.md</c> in one run of some minutes. Short jobs inside this
/// process; medians, because other work on the machine only ever makes a sample slower.
/// </summary>
internal static class Report
{
    private static readonly Type[] Benchmarks = [typeof(CurveBenchmarks), typeof(NoiseFrameBenchmarks), typeof(HandshakeBenchmarks)];

    /// <summary>Measures and prints; returns 0 when every figure that has a limit keeps it, else 1.</summary>
    public static async Task<int> RunAsync(int clients, TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var type in Benchmarks)
        {
            await PrintAsync(output, BenchmarkRunner.Run(type, Config()));
        }

        await output.WriteLineAsync("## Node codec against Baileys");
        var nodes = await NodeComparison.RunAsync(output, cancellationToken);
        await output.WriteLineAsync();
        await output.WriteLineAsync("## Idle clients");
        return nodes | await IdleClients.RunAsync(clients, output, cancellationToken);
    }

    // The logger is null on purpose: the table is all that anybody wants to see of hundreds of lines.
    private static ManualConfig Config() => ManualConfig.CreateEmpty()
        .AddLogger(NullLogger.Instance)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithOptions(ConfigOptions.DisableLogFile)
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(7)
            .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(150)));

    private static async Task PrintAsync(TextWriter output, Summary summary)
    {
        await output.WriteLineAsync($"## {summary.BenchmarksCases[0].Descriptor.Type.Name}");
        await output.WriteLineAsync($"| {"Benchmark",-32} | {"Median µs",10} | {"Allocated B",11} | {"Ratio",6} |");
        await output.WriteLineAsync($"|{new string('-', 34)}|{new string('-', 11)}:|{new string('-', 12)}:|{new string('-', 7)}:|");
        foreach (var report in summary.Reports)
        {
            if (report.ResultStatistics is not { } statistics)
            {
                throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} did not run.");
            }

            var parameters = report.BenchmarkCase.Parameters.Items.Select(static item => $" {item.Value}");
            var name = report.BenchmarkCase.Descriptor.WorkloadMethod.Name + string.Concat(parameters);
            var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name,-32} | {statistics.Median / 1000,10:F2} | {allocated,11} | {Ratio(summary, report, statistics.Median),6} |"));
        }

        await output.WriteLineAsync();
    }

    // How many times faster than the baseline of the same run; empty where there is none.
    private static string Ratio(Summary summary, BenchmarkReport report, double median)
    {
        var descriptor = report.BenchmarkCase.Descriptor;
        var baseline = summary.Reports.FirstOrDefault(other =>
            other.BenchmarkCase.Descriptor.Baseline && other.BenchmarkCase.Descriptor.Categories.SequenceEqual(descriptor.Categories));
        return baseline?.ResultStatistics is { } its && !descriptor.Baseline
            ? (its.Median / median).ToString("F2", CultureInfo.InvariantCulture)
            : "";
    }
}
