using System.Net;
using Wuts.Simulator;
using Wuts.Simulator.Media;
using Wuts.Testing;

namespace Wuts.WhatsApp.Tests.Simulator;

public class RecordsAndMediaTests
{
    [Fact]
    public void Event_log_keeps_the_latest_events_with_their_numbers()
    {
        var log = new EventLog(3, new ManualTimeProvider());
        for (var i = 0; i < 5; i++)
        {
            log.Add(SimulatorEventKind.Active, new SessionIdentity(i));
        }

        Assert.Equal([3, 4, 5], log.Since(0).Select(entry => entry.Sequence));
        Assert.Equal([5], log.Since(4).Select(entry => entry.Sequence));
        Assert.Empty(log.Since(5));
    }

    [Fact]
    public async Task Waiting_for_an_event_skips_what_does_not_fit()
    {
        var log = new EventLog(10, new ManualTimeProvider());
        var waiting = log.WaitForAsync(entry => entry.Kind == SimulatorEventKind.Linked);
        log.Add(SimulatorEventKind.Active, default);
        Assert.False(waiting.IsCompleted);

        log.Add(SimulatorEventKind.Linked, new SessionIdentity(7));

        Assert.Equal(7, (await waiting.WaitAsync(TestClient.Guard)).Connection);
    }

    [Fact]
    public async Task Waiting_for_an_event_can_be_cancelled()
    {
        var log = new EventLog(10, new ManualTimeProvider());
        using var cancelled = new CancellationTokenSource();
        var waiting = log.WaitSinceAsync(0, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Refusal_log_forgets_the_oldest_and_goes_on_counting()
    {
        var log = new RefusalLog(2, new ManualTimeProvider());
        for (var i = 0; i < 3; i++)
        {
            log.Add(RefusalKind.BadAck, $"{i}", default);
        }

        Assert.Equal([2, 3], log.List().Select(refusal => refusal.Sequence));
        log.Clear();
        Assert.Equal(4, log.Add(RefusalKind.BadAck, "", default).Sequence);
    }

    [Fact]
    public async Task Media_are_served_until_they_expire()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        simulator.Server.Media.Put("v/a.jpg", new MediaFile(new byte[] { 1, 2 }, "image/jpeg", time.GetUtcNow() + TimeSpan.FromHours(1)));
        using var http = new HttpClient();
        var address = new Uri(simulator.MediaBaseUrl + "/v/a.jpg?oe=5");

        using var found = await http.GetAsync(address);
        Assert.Equal([1, 2], await found.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/jpeg", found.Content.Headers.ContentType!.MediaType);
        time.Advance(TimeSpan.FromHours(1));
        using var gone = await http.GetAsync(address);
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        Assert.True(simulator.Server.Media.Remove("v/a.jpg"));
        using var missing = await http.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Media_store_holds_no_more_than_it_may()
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { MediaCapacity = 10 });
        var media = simulator.Server.Media;
        media.Put("a", new MediaFile(new byte[10]));

        Assert.Throws<InvalidOperationException>(() => media.Put("b", new MediaFile(new byte[1])));
        media.Put("a", new MediaFile(new byte[9]));
        media.Put("b", new MediaFile(new byte[1]));
        Assert.Equal(10, media.Bytes);
        Assert.False(media.Remove("c"));
    }

    [Fact]
    public async Task Option_out_of_range_is_refused_by_name()
    {
        var refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => SimulatorHost.StartAsync(new SimulatorOptions { AckTimeout = TimeSpan.Zero }));

        Assert.Equal("AckTimeout", refused.ParamName);
    }
}
