using Wuts.WhatsApp.Client;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class EventStreamTests
{
    private static readonly WhatsAppEvent Any = new WhatsAppEvent.Connecting();

    [Fact]
    public async Task Events_are_read_in_order()
    {
        var events = new EventStream(16, null);

        await events.RaiseAsync(new WhatsAppEvent.OfflineCompleted(1), CancellationToken.None);
        await events.RaiseAsync(new WhatsAppEvent.OfflineCompleted(2), CancellationToken.None);
        events.Complete();

        Assert.Equal(
            [new WhatsAppEvent.OfflineCompleted(1), new WhatsAppEvent.OfflineCompleted(2)],
            await events.Reader.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task Oldest_events_are_dropped_when_nobody_reads_and_the_reader_is_told()
    {
        var events = new EventStream(16, null);
        for (var i = 0; i < 26; i++)
        {
            await events.RaiseAsync(new WhatsAppEvent.OfflineCompleted(i), CancellationToken.None);
        }

        var first = Assert.IsType<WhatsAppEvent.OfflineCompleted>(await events.Reader.ReadAsync());
        await events.Reader.ReadAsync();
        await events.RaiseAsync(Any, CancellationToken.None);
        events.Complete();
        var rest = await events.Reader.ReadAllAsync().ToListAsync();

        Assert.Equal(10, first.Count);
        Assert.Equal(new WhatsAppEvent.EventsLost(10), rest[^2]);
        Assert.Same(Any, rest[^1]);
    }

    [Fact]
    public async Task Sink_comes_first_and_its_failure_keeps_the_event_back()
    {
        var events = new EventStream(16, new Sink(_ => true));

        await Assert.ThrowsAsync<WhatsAppStoreException>(() => events.RaiseAsync(Any, CancellationToken.None).AsTask());

        Assert.False(events.Reader.TryRead(out _));
    }
}
