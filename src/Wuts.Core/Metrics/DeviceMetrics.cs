using System.Diagnostics.Metrics;
using Wuts.Core.Devices;

namespace Wuts.Core.Metrics;

/// <summary>
/// How single devices are doing, by their ids: never by a number or a name. Of at most <see cref="MaxDevices"/> living devices at a
/// time, those that came first; the others are counted. Safe for concurrent use.
/// </summary>
public sealed class DeviceMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Wuts.Core.Devices";

    /// <summary>The most devices that have series of their own.</summary>
    public const int MaxDevices = 5000;

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<DeviceId, Life> _told = [];
    private readonly HashSet<DeviceId> _leftOut = [];

    internal DeviceMetrics(IMeterFactory? factory, TimeProvider time)
    {
        _time = time;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _meter.CreateObservableGauge("wuts.device.state", States, null, "1 for the present state of a device");
        _meter.CreateObservableCounter("wuts.device.connected", Connected, "s", "For how long a device was connected since it came to life here");
        _meter.CreateObservableCounter("wuts.device.reconnects", Reconnects, "{connection}", "How often a device was connected again since it came to life here");
        _meter.CreateObservableGauge("wuts.devices.left_out", LeftOut, "{device}", "Living devices without series of their own, since there are too many");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>A device reached a state; <see langword="null"/> stands for not living.</summary>
    internal void Moved(DeviceId id, DeviceState? to)
    {
        lock (_gate)
        {
            if (to is not { } state)
            {
                _told.Remove(id);
                _leftOut.Remove(id);
            }
            else if (_told.TryGetValue(id, out var life))
            {
                life.Enter(state, _time);
            }
            else if (_told.Count < MaxDevices)
            {
                _leftOut.Remove(id);
                _told.Add(id, life = new Life());
                life.Enter(state, _time);
            }
            else
            {
                _leftOut.Add(id);
            }
        }
    }

    private List<Measurement<int>> States() => Tell((device, life) => new Measurement<int>(1, device, new("state", life.State.ToString())));

    private List<Measurement<double>> Connected() => Tell((device, life) => new Measurement<double>(life.ConnectedFor(_time).TotalSeconds, device));

    private List<Measurement<long>> Reconnects() => Tell((device, life) => new Measurement<long>(life.Reconnects, device));

    private int LeftOut()
    {
        lock (_gate)
        {
            return _leftOut.Count;
        }
    }

    private List<Measurement<T>> Tell<T>(Func<KeyValuePair<string, object?>, Life, Measurement<T>> measure)
        where T : struct
    {
        lock (_gate)
        {
            return [.. _told.Select(told => measure(new("device", told.Key.ToString()), told.Value))];
        }
    }

    private sealed class Life
    {
        private TimeSpan _before;
        private long? _since;
        private bool _wasConnected;

        public DeviceState State { get; private set; }

        public long Reconnects { get; private set; }

        public TimeSpan ConnectedFor(TimeProvider time) => _since is { } since ? _before + time.GetElapsedTime(since) : _before;

        public void Enter(DeviceState state, TimeProvider time)
        {
            State = state;
            if (state != DeviceState.Connected)
            {
                _before = ConnectedFor(time);
                _since = null;
            }
            else if (_since is null)
            {
                _since = time.GetTimestamp();
                Reconnects += _wasConnected ? 1 : 0;
                _wasConnected = true;
            }
        }
    }
}
