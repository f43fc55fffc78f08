using System.Threading.Channels;

namespace Wuts.Core.Events;

/// <summary>The event stream of a process. Safe for concurrent use.</summary>
public sealed class EventStream : IEventStream
{
    private readonly Lock _gate = new();
    private Subscription[] _subscriptions = [];

    /// <inheritdoc/>
    public void Publish(DeviceEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Take(happened);
        }
    }

    /// <inheritdoc/>
    public IEventSubscription Subscribe(int capacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var subscription = new Subscription(this, capacity);
        lock (_gate)
        {
            Volatile.Write(ref _subscriptions, [.. _subscriptions, subscription]);
        }

        return subscription;
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            Volatile.Write(ref _subscriptions, [.. _subscriptions.Where(s => s != subscription)]);
        }
    }

    private sealed class Subscription : IEventSubscription
    {
        private readonly EventStream _stream;
        private readonly Channel<DeviceEvent> _events;
        private long _lost;

        public Subscription(EventStream stream, int capacity)
        {
            _stream = stream;
            var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest };
            _events = Channel.CreateBounded<DeviceEvent>(options, _ => Interlocked.Increment(ref _lost));
        }

        public ChannelReader<DeviceEvent> Events => _events.Reader;

        public long Lost => Interlocked.Read(ref _lost);

        public void Take(DeviceEvent happened) => _events.Writer.TryWrite(happened);

        public void Dispose()
        {
            _stream.Remove(this);
            _events.Writer.TryComplete();
        }
    }
}
