using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Signal.Store;

public class SignalGateTests
{
    private static readonly TimeSpan Guard = Testing.Guard.Limit;
    private readonly SignalGate _gate = new();

    [Fact]
    public async Task One_at_a_time_works_on_a_person_and_others_need_not_wait()
    {
        var first = await _gate.EnterAsync(["a"], CancellationToken.None);
        var second = _gate.EnterAsync(["a"], CancellationToken.None).AsTask();
        using (await _gate.EnterAsync(["b"], CancellationToken.None))
        {
            Assert.False(second.IsCompleted);
        }

        first.Dispose();
        (await second.WaitAsync(Guard)).Dispose();
        Assert.Equal(0, _gate.Count);
    }

    [Fact]
    public async Task Names_are_taken_together_in_any_order_without_deadlock()
    {
        var inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            string[] users = i % 2 == 0 ? ["a", "b", "a"] : ["b", "a"];
            using (await _gate.EnterAsync(users, CancellationToken.None))
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        }))).WaitAsync(Guard);
        Assert.Equal(0, _gate.Count);
    }

    [Fact]
    public async Task Cancelled_wait_lets_go_of_what_it_had()
    {
        using var cancellation = new CancellationTokenSource();
        var holder = await _gate.EnterAsync(["b"], CancellationToken.None);
        var waiting = _gate.EnterAsync(["a", "b"], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Guard));

        (await _gate.EnterAsync(["a"], CancellationToken.None).AsTask().WaitAsync(Guard)).Dispose();
        holder.Dispose();
        Assert.Equal(0, _gate.Count);
    }
}
