using Wuts.Core.Engine;
using Wuts.Testing;

namespace Wuts.Core.Tests.Engine;

public sealed class ActorTableTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<Probe> _created = [];
    private readonly ActorTable<string, Probe> _table;

    public ActorTableTests() => _table = new(
        _ =>
        {
            var probe = new Probe();
            lock (_created)
            {
                _created.Add(probe);
            }

            return probe;
        },
        probe => probe.StartAsync(),
        _time);

    [Fact]
    public async Task Calls_for_one_key_never_run_at_the_same_time()
    {
        var calls = Enumerable.Range(0, 1000).Select(_ => _table.CallAsync("a", probe => probe.CountAsync())).ToList();

        await Task.WhenAll(calls).Within();

        Assert.Equal(1000, await _table.CallAsync("a", p => Task.FromResult(p.Count)).Within());
        Assert.Equal(0, await _table.CallAsync("a", p => Task.FromResult(p.Overlaps)).Within());
        Assert.Equal(1, await _table.CallAsync("a", p => Task.FromResult(p.Starts)).Within());
    }

    [Fact]
    public async Task List_of_the_living_does_not_change_under_its_reader()
    {
        await _table.CallAsync("a", p => Task.FromResult(0)).Within();
        await _table.CallAsync("b", p => Task.FromResult(0)).Within();
        var living = _table.Living;

        foreach (var (key, activation) in living.Where(actor => actor.Key == "a"))
        {
            Assert.True(activation.TryEnd(_ => true));
            await _table.FinishAsync(key, activation, _ => Task.CompletedTask).Within();
        }

        Assert.Equal(["a", "b"], living.Select(actor => actor.Key).Order());
        Assert.Equal(["b"], _table.Living.Select(actor => actor.Key));
    }

    [Fact]
    public async Task A_call_that_waits_lets_others_run()
    {
        var gate = new TaskCompletionSource();
        var waiting = _table.CallAsync("a", async _ =>
        {
            await gate.Task;
            return 1;
        });

        Assert.Equal(2, await _table.CallAsync("a", _ => Task.FromResult(2)).Within());
        gate.SetResult();
        Assert.Equal(1, await waiting.Within());
    }

    [Fact]
    public async Task A_resting_actor_answers_on_the_thread_of_the_caller()
    {
        await _table.CallAsync("a", p => Task.FromResult(0)).Within();
        var caller = Environment.CurrentManagedThreadId;

        var answer = _table.CallAsync("a", _ => Task.FromResult(Environment.CurrentManagedThreadId));

        Assert.True(answer.IsCompleted);
        Assert.Equal(caller, await answer);
    }

    [Fact]
    public async Task What_follows_on_a_wait_is_a_turn_too()
    {
        await _table.CallAsync("a", p => Task.FromResult(0)).Within();
        var gate = new TaskCompletionSource();
        var inside = await _table.CallAsync("a", async actor =>
        {
            var turns = TaskScheduler.Current;
            var setting = Task.Factory.StartNew(gate.SetResult, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default);
            await gate.Task;
            await setting;
            return ReferenceEquals(turns, TaskScheduler.Current) && !ReferenceEquals(turns, TaskScheduler.Default);
        }).Within();

        Assert.True(inside);
    }

    [Fact]
    public async Task A_call_from_inside_of_a_turn_to_the_same_actor_waits_for_the_end_of_the_turn()
    {
        await _table.CallAsync("a", p => Task.FromResult(0)).Within();
        var order = new List<string>();

        var inner = await _table.CallAsync("a", _ =>
        {
            var call = _table.CallAsync("a", _ =>
            {
                order.Add("inner");
                return Task.FromResult(0);
            });
            order.Add("outer");
            return Task.FromResult(call);
        }).Within();
        await inner.Within();

        Assert.Equal(["outer", "inner"], order);
    }

    [Fact]
    public async Task Actors_that_call_each_other_keep_to_their_own_turns()
    {
        await Task.WhenAll(_table.CallAsync("a", p => Task.FromResult(0)), _table.CallAsync("b", p => Task.FromResult(0))).Within();

        var count = await _table.CallAsync("a", async first =>
        {
            var own = TaskScheduler.Current;
            var there = await _table.CallAsync("b", async second =>
            {
                // Back to the one that waits for this call.
                await _table.CallAsync("a", p => p.CountAsync());
                return await second.CountAsync();
            });
            Assert.Same(own, TaskScheduler.Current);
            return there + await first.CountAsync();
        }).Within();

        Assert.Equal(3, count);
    }

    [Fact]
    public async Task An_actor_with_a_call_under_way_does_not_end()
    {
        var gate = new TaskCompletionSource();
        var waiting = _table.CallAsync("a", async _ =>
        {
            await gate.Task;
            return 1;
        });
        var (_, activation) = Assert.Single(_table.Living);

        Assert.False(activation.TryEnd(_ => true));
        gate.SetResult();
        await waiting.Within();
        Assert.False(activation.TryEnd(_ => false));
        Assert.True(activation.TryEnd(_ => true));
        await _table.FinishAsync("a", activation, _ => Task.CompletedTask).Within();
    }

    [Fact]
    public async Task The_next_life_begins_only_when_the_last_one_is_over()
    {
        await _table.CallAsync("a", p => Task.FromResult(p.Count)).Within();
        var (_, activation) = Assert.Single(_table.Living);
        Assert.True(activation.TryEnd(_ => true));
        var last = new TaskCompletionSource();
        var ending = _table.FinishAsync("a", activation, _ => last.Task);

        var next = _table.CallAsync("a", p => p.CountAsync());
        Assert.False(next.IsCompleted);
        Assert.Single(_created);
        last.SetResult();

        Assert.Equal(1, await next.Within());
        await ending.Within();
        Assert.Equal(2, _created.Count);
    }

    [Fact]
    public async Task A_call_that_throws_ends_nothing()
    {
        await Assert.ThrowsAsync<IOException>(() => _table.CallAsync<int>("a", _ => throw new IOException()).Within());

        Assert.Equal(1, await _table.CallAsync("a", p => p.CountAsync()).Within());
        await Assert.ThrowsAsync<IOException>(() => _table.CallAsync<int>("a", _ => throw new IOException()).Within());
        Assert.Equal(2, await _table.CallAsync("a", p => p.CountAsync()).Within());
        Assert.Single(_created);
    }

    private sealed class Probe
    {
        private int _inside;

        public int Count { get; private set; }

        public int Overlaps { get; private set; }

        public int Starts { get; private set; }

        public Task StartAsync()
        {
            Starts++;
            return Task.CompletedTask;
        }

        public async Task<int> CountAsync()
        {
            Overlaps += Interlocked.Increment(ref _inside) - 1;
            Count++;
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
            return Count;
        }
    }
}
