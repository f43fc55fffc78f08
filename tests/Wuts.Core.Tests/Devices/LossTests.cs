using System.Diagnostics.Metrics;
using Wuts.Core.Events;
using Wuts.Core.Metrics;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Simulator.History;
using Wuts.Testing;
using Wuts.WhatsApp.History;

namespace Wuts.Core.Tests.Devices;

/// <summary>What WhatsApp does not deliver again is told, and counted.</summary>
public sealed class LossTests
{
    [Fact]
    public async Task A_message_of_the_phone_that_is_lost_is_told_and_counted()
    {
        await using var scene = await Scene.StartAsync();
        using var counted = new Counted("wuts.own_message.lost");
        await scene.CreateDeviceAsync();
        using var events = scene.Events.Subscribe();
        scene.Server.Faults.Add(new Fault.Message { Topic = "key-share", Times = 6 });

        await scene.LinkAsync(new AccountSpec { PhoneIsOn = true });

        var lost = await Scene.NextAsync<DeviceEvent.OwnMessageLost>(events);
        Assert.True(lost.FromPhone);
        Assert.Equal(scene.Id, lost.Device);
        Assert.Equal("", Assert.Single(counted.Labels));
    }

    [Fact]
    public async Task History_that_is_lost_is_told_with_its_part_and_counted()
    {
        await using var scene = await Scene.StartAsync();
        using var counted = new Counted("wuts.history.lost");
        scene.Server.Faults.Add(new Fault.Blob { Type = "md-msg-hist", Defect = BlobDefect.Gone });
        await scene.CreateDeviceAsync();
        using var events = scene.Events.Subscribe();
        var account = scene.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.History.IsOn = true;
        account.Handset.History.OnReupload = ReuploadAnswer.NotFound;

        var qr = await scene.Device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        Assert.True((await scene.Server.ScanAsync(account, qr.Text).Within()).IsLinked);

        var lost = await Scene.NextAsync<DeviceEvent.HistoryLost>(events);
        Assert.Equal(HistorySyncType.InitialBootstrap, lost.Type);
        Assert.Contains("type=InitialBootstrap", counted.Labels);
    }

    /// <summary>What a counter of the gateway counted while this was alive, with its labels.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string> _labels = [];

        public Counted(string name)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == GatewayMetrics.MeterName && instrument.Name == name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, labels, _) =>
            {
                Assert.Equal(1, value);
                var text = string.Join(',', labels.ToArray().Select(label => $"{label.Key}={label.Value}"));
                lock (_labels)
                {
                    _labels.Add(text);
                }
            });
            _listener.Start();
        }

        public IReadOnlyList<string> Labels
        {
            get
            {
                lock (_labels)
                {
                    return [.. _labels];
                }
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
