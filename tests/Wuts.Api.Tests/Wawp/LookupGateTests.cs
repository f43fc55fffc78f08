using Wuts.Api.Wawp.Contacts;
using Wuts.Api.Wawp.Groups;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Tests.Wawp;

public class LookupGateTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DeviceId _device = DeviceId.New();

    [Fact]
    [Statement("wawp B3", "At most 1 verification per second per instance; a short queue of 5 first.")]
    public async Task One_passes_five_wait_and_the_next_is_refused()
    {
        var gate = new LookupGate(_time);
        Assert.Null(await gate.EnterAsync(_device, CancellationToken.None));
        var waiting = Enumerable.Range(0, LookupGate.QueueLength).Select(_ =>
            gate.EnterAsync(_device, CancellationToken.None).AsTask()).ToArray();

        var refused = await gate.EnterAsync(_device, CancellationToken.None);

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(1), IsOwnLimit: true), refused);
        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.False(waiting[i].IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(await waiting[i]);
        }
    }

    [Fact]
    [Statement("wawp B3", "The limit is per instance.")]
    public async Task Instances_do_not_wait_for_each_other()
    {
        var gate = new LookupGate(_time);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            gate.EnterAsync(DeviceId.New(), CancellationToken.None).AsTask())), Assert.Null);
    }

    [Fact]
    public async Task Gate_opens_again_when_a_second_has_passed()
    {
        var gate = new LookupGate(_time);
        await gate.EnterAsync(_device, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));

        var next = gate.EnterAsync(_device, CancellationToken.None);

        Assert.True(next.IsCompletedSuccessfully);
        Assert.Null(await next);
    }

    [Fact]
    public async Task Caller_who_goes_away_stops_waiting()
    {
        var gate = new LookupGate(_time);
        await gate.EnterAsync(_device, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var waiting = gate.EnterAsync(_device, gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Many_idle_instances_are_forgotten_and_busy_ones_are_not()
    {
        var gate = new LookupGate(_time);
        for (var i = 0; i < 2000; i++)
        {
            await gate.EnterAsync(DeviceId.New(), CancellationToken.None);
        }

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await gate.EnterAsync(_device, CancellationToken.None));
        var second = gate.EnterAsync(_device, CancellationToken.None).AsTask();

        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await second);
    }

    [Fact]
    [Statement("wawp B9", "groups/refresh at most once per 60 s per instance.")]
    public void Refresh_passes_once_a_minute()
    {
        var gate = new RefreshGate(_time);
        Assert.Null(gate.Enter(_device));
        _time.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(1), IsOwnLimit: true), gate.Enter(_device));
        Assert.Null(gate.Enter(DeviceId.New()));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(gate.Enter(_device));
    }
}
