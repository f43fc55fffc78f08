using System.Diagnostics.Metrics;

namespace Wuts.Hosting.Metrics;

/// <summary>Upper bounds of histograms.</summary>
internal static class Buckets
{
    /// <summary>For durations in seconds: from a cached answer to the limit of a query, 60 s.</summary>
    public static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>For everything else: powers of four.</summary>
    public static readonly double[] Sizes = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576];

    /// <summary>The bounds of an instrument.</summary>
    public static double[] For(Instrument instrument) => instrument.Unit == "s" ? Seconds : Sizes;
}
