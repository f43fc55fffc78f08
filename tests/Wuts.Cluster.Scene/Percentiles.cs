namespace Wuts.Cluster.Scene;

/// <summary>Durations, and what of them is said.</summary>
internal sealed record Percentiles(int Count, TimeSpan Median, TimeSpan P99, TimeSpan Longest)
{
    /// <summary>The percentiles by nearest rank: each is a value that was measured.</summary>
    public static Percentiles Of(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Order().ToList();
        TimeSpan At(double share) => sorted.Count == 0 ? TimeSpan.Zero : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
        return new Percentiles(sorted.Count, At(0.5), At(0.99), At(1));
    }
}
