using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Wuts.Core.Metrics;

namespace Wuts.Hosting.Metrics;

/// <summary>
/// Listens to the instruments of this host and to those of the runtime, and keeps what they measure until it is asked for. No
/// exporter package: the text format is small, and everything in it is ours to bound.
/// </summary>
internal sealed class MetricsRegistry : IDisposable
{
    /// <summary>The most series of an instrument that does not tell of single devices; a label that gets out of hand must not fill the memory.</summary>
    public const int MaxSeries = 2000;

    private const string RuntimeMeter = "System.Runtime";

    private readonly IMeterFactory _factory;
    private readonly MeterListener _listener;
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _reading = new();
    private long _dropped;

    public MetricsRegistry(IMeterFactory factory)
    {
        _factory = factory;
        _listener = new MeterListener { InstrumentPublished = OnPublished };
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Take(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, state) => Take((double)value, tags, state));
        _listener.Start();
    }

    /// <summary>How many measurements had no room.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Asks the instruments that only tell when asked, and hands everything out, ordered by name.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        lock (_reading)
        {
            // What is not told any more is gone.
            foreach (var family in _families.Values.Where(family => family.Instrument.IsObservable))
            {
                family.Series.Clear();
            }

            _listener.RecordObservableInstruments();
            return [.. _families.Values.OrderBy(family => family.Instrument.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    // Other hosts in the same process have factories of their own.
    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == OrleansInstruments.MeterName && !OrleansInstruments.Told.Contains(instrument.Name))
        {
            return;
        }

        if (instrument.Meter.Scope == _factory || instrument.Meter is { Name: RuntimeMeter, Scope: null })
        {
            listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, FamilyOf));
        }
    }

    // Single devices are bounded where they are told of, and more of them than of anything else is no accident.
    private static int RoomFor(Instrument instrument) => instrument.Meter.Name == DeviceMetrics.MeterName ? DeviceMetrics.MaxDevices : MaxSeries;

    private static MetricFamily FamilyOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Histogram<>) ? new MetricFamily(instrument, MetricKind.Histogram, Buckets.For(instrument))
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? new MetricFamily(instrument, MetricKind.Counter, [])
            : new MetricFamily(instrument, MetricKind.Gauge, []);
    }

    private void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var family = (MetricFamily)state!;
        var labels = new MetricLabels(tags);
        if (!family.Series.TryGetValue(labels, out var series))
        {
            if (family.Series.Count >= RoomFor(family.Instrument))
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            series = family.Series.GetOrAdd(labels, static (_, bounds) => new MetricSeries(bounds), family.Bounds);
        }

        if (family.Instrument.IsObservable || family.Instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>))
        {
            series.Set(value);
        }
        else
        {
            series.Add(value, family.Kind == MetricKind.Histogram);
        }
    }
}
