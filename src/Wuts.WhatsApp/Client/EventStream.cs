using System.Threading.Channels;

namespace Wuts.WhatsApp.Client;

/// <summary>
/// The events of a client on their way to the application: first to the sink, which is waited for, then into a channel that
/// drops its oldest when nobody reads. A client never stands still because its events are ignored.
/// </summary>
internal sealed class EventStream
{
    private readonly Lock _gate = new();
    private readonly Channel<WhatsAppEvent> _channel;
    private readonly IWhatsAppEventSink? _sink;
    private readonly int _capacity;
    private long _lost;

    public EventStream(int capacity, IWhatsAppEventSink? sink)
    {
        _capacity = capacity;
        _sink = sink;
        _channel = Channel.CreateBounded<WhatsAppEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest },
            dropped => _lost += dropped is WhatsAppEvent.EventsLost lost ? lost.Count : 1);
    }

    /// <summary>Where the application reads.</summary>
    public ChannelReader<WhatsAppEvent> Reader => _channel.Reader;

    /// <summary>Raises an event; complete when the sink has taken it.</summary>
    public async ValueTask RaiseAsync(WhatsAppEvent happened, CancellationToken cancellationToken)
    {
        if (_sink is not null)
        {
            await _sink.OnEventAsync(happened, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            // The notice waits until somebody reads again; in a full channel it would only push out more.
            if (_lost > 0 && _channel.Reader.Count < _capacity - 1)
            {
                _channel.Writer.TryWrite(new WhatsAppEvent.EventsLost(_lost));
                _lost = 0;
            }

            _channel.Writer.TryWrite(happened);
        }
    }

    /// <summary>No event follows.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
