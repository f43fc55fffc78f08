using Wuts.Core.Engine;
using Wuts.Testing;

namespace Wuts.Core.Tests.Engine;

/// <summary>Turns of one actor: one at a time, in their order, wherever they are begun.</summary>
public sealed class TurnSchedulerTests
{
    [Fact]
    public async Task What_waits_in_a_turn_that_runs_on_the_callers_thread_goes_on_as_a_turn_and_not_in_the_context_of_the_caller()
    {
        var turns = Turns.Create();
        var context = new CountingContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        Task<(TaskScheduler, TaskScheduler)> run;
        SynchronizationContext? after;
        try
        {
            run = turns.RunNowAsync(async () =>
            {
                var first = TaskScheduler.Current;
                await Task.Yield();
                return (first, TaskScheduler.Current);
            });
            after = SynchronizationContext.Current;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        var (begun, resumed) = await run.Within();

        Assert.Same(begun, resumed);
        Assert.IsType<TurnScheduler>(begun);
        Assert.Equal(0, context.Posts);
        Assert.Same(context, after);
    }

    [Fact]
    public async Task Turns_that_many_threads_begin_never_overlap_and_none_is_lost()
    {
        var turns = Turns.Create();
        var (inside, overlaps, done) = (0, 0, 0);

        void Turn()
        {
            overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
            done++;
            Interlocked.Decrement(ref inside);
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var call = 0; call < 2_000; call++)
            {
                Func<Task<int>> work = async () =>
                {
                    Turn();
                    await Task.Yield();
                    Turn();
                    return call;
                };
                Assert.Equal(call, await (call % 2 == caller % 2 ? turns.RunNowAsync(work) : turns.RunAsync(work)));
            }
        }))).Within();

        Assert.Equal((0, 32_000), (overlaps, done));
    }

    [Fact]
    public async Task Turns_that_wait_run_in_their_order_and_one_that_is_begun_meanwhile_comes_last()
    {
        var turns = Turns.Create();
        var order = new List<int>();
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var first = Task.Run(() => turns.RunNowAsync(() =>
        {
            entered.Set();
            go.Wait(Guard.Limit);
            order.Add(0);
            return Task.FromResult(0);
        }));
        Assert.True(entered.Wait(Guard.Limit));

        var others = Enumerable.Range(1, 3).Select(turn => turns.RunAsync(() => NoteAsync(turn))).ToList();
        others.Add(turns.RunNowAsync(() => NoteAsync(4)));
        Assert.Empty(order);
        go.Set();
        await Task.WhenAll([first, .. others]).Within();

        Assert.Equal([0, 1, 2, 3, 4], order);

        Task<int> NoteAsync(int turn)
        {
            order.Add(turn);
            return Task.FromResult(turn);
        }
    }

    /// <summary>A context that runs what is posted to it on the thread pool.</summary>
    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
