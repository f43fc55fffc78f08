using System.Diagnostics.Metrics;
using Wuts.Core.Devices;
using Wuts.Core.Metrics;
using Wuts.Testing;

namespace Wuts.Core.Tests.Metrics;

public sealed class DeviceMetricsTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly GatewayMetrics _metrics;
    private readonly Factory _factory = new();
    private readonly Dictionary<string, List<(double Value, Dictionary<string, object?> Labels)>> _read = [];

    public DeviceMetricsTests() => _metrics = new GatewayMetrics(_factory, _clock, perDevice: true);

    public void Dispose()
    {
        _metrics.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public void A_device_tells_its_state_how_long_it_was_connected_and_how_often_again()
    {
        var id = DeviceId.New();
        _metrics.DeviceMoved(id, null, DeviceState.Connecting);
        _clock.Advance(TimeSpan.FromSeconds(3));
        _metrics.DeviceMoved(id, DeviceState.Connecting, DeviceState.Connected);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _metrics.DeviceMoved(id, DeviceState.Connected, DeviceState.Reconnecting);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _metrics.DeviceMoved(id, DeviceState.Reconnecting, DeviceState.Connected);
        _metrics.DeviceMoved(id, DeviceState.Connected, DeviceState.Connected);
        _clock.Advance(TimeSpan.FromSeconds(7));

        Read();

        Assert.Equal(("Connected", id.ToString()), (Single("wuts.device.state").Labels["state"], Single("wuts.device.state").Labels["device"]));
        Assert.Equal(17, Single("wuts.device.connected").Value);
        Assert.Equal(1, Single("wuts.device.reconnects").Value);
        Assert.Equal(0, Single("wuts.devices.left_out").Value);
    }

    [Fact]
    public void A_device_that_lives_here_no_more_is_told_of_no_more()
    {
        var id = DeviceId.New();
        _metrics.DeviceMoved(id, null, DeviceState.Connected);
        _metrics.DeviceMoved(id, DeviceState.Connected, null);

        Read();

        Assert.False(_read.ContainsKey("wuts.device.state"));
        Assert.False(_read.ContainsKey("wuts.device.connected"));
    }

    [Fact]
    public void What_there_is_no_room_for_is_counted_and_gets_room_when_another_goes()
    {
        var ids = Enumerable.Range(0, DeviceMetrics.MaxDevices + 2).Select(_ => DeviceId.New()).ToList();
        foreach (var id in ids)
        {
            _metrics.DeviceMoved(id, null, DeviceState.Connected);
        }

        Read();
        Assert.Equal(DeviceMetrics.MaxDevices, _read["wuts.device.state"].Count);
        Assert.Equal(2, Single("wuts.devices.left_out").Value);

        _metrics.DeviceMoved(ids[0], DeviceState.Connected, null);
        _metrics.DeviceMoved(ids[^1], DeviceState.Connected, DeviceState.Reconnecting);

        Read();
        Assert.Contains(_read["wuts.device.state"], told => told.Labels["device"]!.Equals(ids[^1].ToString()));
        Assert.Equal(1, Single("wuts.devices.left_out").Value);
    }

    [Fact]
    public void Without_the_switch_no_device_is_told_of()
    {
        using var factory = new Factory();
        using var metrics = new GatewayMetrics(factory, _clock);
        metrics.DeviceMoved(DeviceId.New(), null, DeviceState.Connected);

        Assert.Equal([GatewayMetrics.MeterName], factory.Meters.Select(meter => meter.Name));
    }

    private (double Value, Dictionary<string, object?> Labels) Single(string instrument) => Assert.Single(_read[instrument]);

    private void Read()
    {
        _read.Clear();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == _factory && instrument.Meter.Name == DeviceMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_read.TryGetValue(instrument.Name, out var told))
        {
            _read.Add(instrument.Name, told = []);
        }

        told.Add((value, tags.ToArray().ToDictionary()));
    }

    private sealed class Factory : IMeterFactory
    {
        public List<Meter> Meters { get; } = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            Meters.Add(new Meter(options));
            return Meters[^1];
        }

        public void Dispose() => Meters.ForEach(meter => meter.Dispose());
    }
}
