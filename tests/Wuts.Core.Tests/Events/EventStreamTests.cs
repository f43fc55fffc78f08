using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Events;

public sealed class EventStreamTests
{
    private readonly EventStream _stream = new();

    [Fact]
    public async Task Every_subscriber_gets_every_event_in_order()
    {
        using var one = _stream.Subscribe();
        using var two = _stream.Subscribe();

        _stream.Publish(Numbered(1));
        _stream.Publish(Numbered(2));

        foreach (var subscription in new[] { one, two })
        {
            Assert.Equal(Numbered(1), await subscription.Events.ReadAsync());
            Assert.Equal(Numbered(2), await subscription.Events.ReadAsync());
            Assert.Equal(0, subscription.Lost);
        }
    }

    [Fact]
    public async Task A_subscriber_that_does_not_keep_up_loses_the_oldest_and_is_told_how_many()
    {
        using var slow = _stream.Subscribe(capacity: 2);

        for (var i = 1; i <= 5; i++)
        {
            _stream.Publish(Numbered(i));
        }

        Assert.Equal(3, slow.Lost);
        Assert.Equal(Numbered(4), await slow.Events.ReadAsync());
    }

    [Fact]
    public async Task A_subscription_that_ended_gets_nothing_more()
    {
        var subscription = _stream.Subscribe();
        subscription.Dispose();

        _stream.Publish(Numbered(1));

        Assert.False(await subscription.Events.WaitToReadAsync());
    }

    private static DeviceEvent.HistoryRead Numbered(int progress) => new(new DeviceId(Guid.Empty), new TenantId(Guid.Empty), default, progress);
}
