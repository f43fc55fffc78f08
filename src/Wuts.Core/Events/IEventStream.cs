namespace Wuts.Core.Events;

/// <summary>
/// The events of the devices that live in this process. A subscriber that does not keep up loses the oldest events and is told
/// how many; what must not be lost is read from the stores.
/// </summary>
public interface IEventStream
{
    /// <summary>Hands an event to every subscriber. Never waits.</summary>
    void Publish(DeviceEvent happened);

    /// <summary>Subscribes; dispose to end it.</summary>
    /// <param name="capacity">How many events may wait.</param>
    IEventSubscription Subscribe(int capacity = 1024);
}

/// <summary>A subscriber's side of the stream.</summary>
public interface IEventSubscription : IDisposable
{
    /// <summary>The events, in the order of their publication.</summary>
    System.Threading.Channels.ChannelReader<DeviceEvent> Events { get; }

    /// <summary>How many events were lost so far.</summary>
    long Lost { get; }
}
