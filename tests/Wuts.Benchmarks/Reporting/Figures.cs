using BenchmarkDotNet.Reports;

namespace Wuts.Benchmarks.Reporting;

/// <summary>What BenchmarkDotNet found out about the methods of a class.</summary>
internal sealed class Figures(Summary summary)
{
    /// <summary>The median time in nanoseconds and the bytes allocated by one call.</summary>
    /// <param name="method">Name of the method.</param>
    /// <param name="parameter">The value of its one parameter, where it has one.</param>
    /// <exception cref="InvalidOperationException">It did not run.</exception>
    public (double Nanoseconds, long Allocated) Of(string method, int? parameter = null)
    {
        var report = summary.Reports.FirstOrDefault(report =>
            report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method
            && (parameter is null || report.BenchmarkCase.Parameters.Items.Any(item => item.Value.Equals(parameter))));
        return report?.ResultStatistics is { } statistics
            ? (statistics.Median, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0)
            : throw new InvalidOperationException($"{method} did not run.");
    }
}
