using System.Threading.Channels;
using Wuts.Core.Events;

namespace Wuts.Api.Tests.Fakes;

/// <summary>A stream in which nothing happens unless a test says so.</summary>
internal sealed class QuietEvents : IEventStream
{
    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();

    public void Publish(DeviceEvent happened) => _events.Writer.TryWrite(happened);

    public IEventSubscription Subscribe(int capacity = 1024) => new Subscription(_events.Reader);

    private sealed class Subscription(ChannelReader<DeviceEvent> events) : IEventSubscription
    {
        public ChannelReader<DeviceEvent> Events { get; } = events;

        public long Lost => 0;

        public void Dispose()
        {
        }
    }
}
