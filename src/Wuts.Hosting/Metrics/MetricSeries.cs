using System.Diagnostics.Metrics;

namespace Wuts.Hosting.Metrics;

/// <summary>The values of one instrument for one set of labels. Safe for concurrent use.</summary>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;
    private long _count;

    /// <summary>Adds to a sum, or to the sum of a histogram with one more observation in its bucket.</summary>
    public void Add(double value, bool isObservation)
    {
        lock (_gate)
        {
            _value += value;
            if (isObservation)
            {
                _count++;
                var index = Array.BinarySearch(bounds, value);
                _buckets[index >= 0 ? index : ~index]++;
            }
        }
    }

    /// <summary>Sets the value, for instruments that tell how things stand.</summary>
    public void Set(double value)
    {
        lock (_gate)
        {
            _value = value;
        }
    }

    /// <summary>What holds now.</summary>
    public MetricPoint Read()
    {
        lock (_gate)
        {
            return new MetricPoint(_value, _count, [.. _buckets]);
        }
    }
}

/// <summary>Values of one moment.</summary>
/// <param name="Value">The value, or the sum of a histogram.</param>
/// <param name="Count">Observations of a histogram.</param>
/// <param name="Buckets">Observations per bucket, not added up; the last is beyond every bound.</param>
internal sealed record MetricPoint(double Value, long Count, long[] Buckets);

/// <summary>An instrument with everything that was measured with it.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Kind">What Prometheus calls it.</param>
/// <param name="Bounds">Upper bounds of a histogram's buckets.</param>
internal sealed record MetricFamily(Instrument Instrument, MetricKind Kind, double[] Bounds)
{
    /// <summary>Series by their labels, written as Prometheus has them between the braces.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<MetricLabels, MetricSeries> Series { get; } = new();
}

/// <summary>Kinds of metrics in the words of Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Observations in buckets.</summary>
    Histogram,
}
