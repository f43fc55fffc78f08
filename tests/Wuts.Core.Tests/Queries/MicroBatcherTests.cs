using System.Collections.Concurrent;
using Wuts.Core.Devices;
using Wuts.Core.Metrics;
using Wuts.Core.Queries;
using Wuts.Testing;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Queries;

public sealed class MicroBatcherTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(5);

    private readonly ManualTimeProvider _time = new();
    private readonly GatewayMetrics _metrics = new();
    private readonly ConcurrentQueue<IReadOnlyList<int>> _queries = new();
    private TaskCompletionSource _answered = Completed();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Questions_that_arrive_close_together_are_one_query()
    {
        var batcher = Batcher();
        var asked = Enumerable.Range(0, 50).Select(i => Ask(batcher, i)).ToList();

        await WindowAsync();

        var answers = await Task.WhenAll(asked).Within();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 2), answers.Select(a => a.Value));
        Assert.Equal(50, Assert.Single(_queries).Count);
    }

    [Fact]
    public async Task Equal_questions_in_flight_are_one()
    {
        _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var batcher = Batcher();
        var first = Ask(batcher, 7);
        await WindowAsync();
        await Guard.UntilAsync(() => _queries.Count == 1);

        var second = Ask(batcher, 7);
        _answered.SetResult();

        Assert.Equal(14, (await first.Within()).Value);
        Assert.Equal(14, (await second.Within()).Value);
        Assert.Single(_queries);
    }

    [Fact]
    public async Task A_query_holds_no_more_than_the_class_allows()
    {
        var batcher = Batcher(new QueryLimit(10, TimeSpan.FromSeconds(1), PerQuery: 20));
        var asked = Enumerable.Range(0, 50).Select(i => Ask(batcher, i)).ToList();
        var all = Task.WhenAll(asked);

        await PumpAsync(all);

        Assert.Equal([20, 20, 10], _queries.Select(q => q.Count));
        Assert.All(await all, a => Assert.Null(a.Failure));
    }

    [Fact]
    public async Task Giving_up_ends_the_waiting_of_one_and_the_question_of_nobody()
    {
        _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var batcher = Batcher();
        using var impatience = new CancellationTokenSource();
        var first = batcher.AskAsync(1, QueryPriority.Interactive, impatience.Token);
        var second = Ask(batcher, 1);
        await WindowAsync();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within());
        _answered.SetResult();

        Assert.Equal(2, (await second.Within()).Value);
    }

    [Fact]
    public async Task A_question_that_nobody_waits_for_any_more_is_not_asked()
    {
        _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var batcher = Batcher();
        using var impatience = new CancellationTokenSource();
        var first = Ask(batcher, 1);
        await WindowAsync();
        await Guard.UntilAsync(() => _queries.Count == 1);
        var second = batcher.AskAsync(2, QueryPriority.Interactive, impatience.Token);
        var third = Ask(batcher, 3);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Within());
        _answered.SetResult();
        await PumpAsync(third);

        Assert.Equal(2, (await first.Within()).Value);
        Assert.Equal(6, (await third.Within()).Value);
        Assert.DoesNotContain(2, _queries.SelectMany(q => q));
        var again = Ask(batcher, 2);
        await PumpAsync(again);
        Assert.Equal(4, (await again.Within()).Value);
    }

    [Fact]
    public async Task What_an_answer_leaves_out_is_a_time_out_and_no_empty_answer()
    {
        var batcher = Batcher();
        var missing = Ask(batcher, -1);
        await WindowAsync();

        Assert.IsType<Failure.TimedOut>((await missing.Within()).Failure);
    }

    [Fact]
    public async Task A_query_that_fails_fails_for_everybody_in_it_and_for_nobody_after()
    {
        var fail = true;
        var batcher = Batcher(ask: keys =>
        {
            if (fail)
            {
                throw new QueryRefusedException("usync", new QueryError(429, "rate-overlimit", TimeSpan.FromSeconds(3)));
            }

            return Doubled(keys);
        });
        var first = Ask(batcher, 1);
        var second = Ask(batcher, 2);
        await WindowAsync();
        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(3), IsOwnLimit: false), (await first.Within()).Failure);
        Assert.IsType<Failure.RateLimited>((await second.Within()).Failure);

        fail = false;
        var later = Ask(batcher, 1);
        await PumpAsync(later, TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await later).Value);
    }

    [Fact]
    public async Task A_background_question_becomes_urgent_when_somebody_waits_for_it()
    {
        var batcher = Batcher(new QueryLimit(1, TimeSpan.FromSeconds(5), Concurrent: 5), window: TimeSpan.Zero);
        await Ask(batcher, 0).Within();
        var background = batcher.AskAsync(1, QueryPriority.Background, CancellationToken.None);
        var other = batcher.AskAsync(2, QueryPriority.Background, CancellationToken.None);
        var urgent = Ask(batcher, 1);

        // It stands in line before there is a token for anybody; then there is one, and no second.
        await _time.WhenTimerDueAsync(new QueryOptions().InteractiveWait).Within();
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(2, (await urgent.Within()).Value);
        Assert.Equal(2, (await background.Within()).Value);
        Assert.DoesNotContain(2, _queries.SelectMany(q => q));
        Assert.False(other.IsCompleted);
    }

    private static Task<BatchAnswer<int, int>> Doubled(IReadOnlyList<int> keys) =>
        Task.FromResult(new BatchAnswer<int, int>(keys.Where(k => k >= 0).ToDictionary(k => k, k => (Answer<int>)(k * 2))));

    private static Task<Answer<int>> Ask(MicroBatcher<int, int> batcher, int key) =>
        batcher.AskAsync(key, QueryPriority.Interactive, CancellationToken.None);

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private MicroBatcher<int, int> Batcher(
        QueryLimit? limit = null, Func<IReadOnlyList<int>, Task<BatchAnswer<int, int>>>? ask = null, TimeSpan? window = null)
    {
        var options = new QueryOptions
        {
            BatchWindow = window ?? Window,
            UserInfo = limit ?? new QueryLimit(10, TimeSpan.FromSeconds(1), PerQuery: 100),
        };
        return new(
            new QueryGate(options, _time, _metrics),
            QueryKind.UserInfo,
            _time,
            async (keys, _) =>
            {
                _queries.Enqueue(keys);
                await _answered.Task;
                return await (ask ?? Doubled)(keys);
            },
            failure => failure is WhatsAppTimeoutException ? new Failure.TimedOut() : null);
    }

    private async Task WindowAsync()
    {
        await _time.WhenTimerDueAsync(Window).Within();
        _time.Advance(Window);
        // The second window ends the gathering, unless the first already did.
        await Task.WhenAny(_time.WhenTimerDueAsync(Window), Guard.UntilAsync(() => !_queries.IsEmpty)).Within();
        _time.Advance(Window);
    }

    private async Task PumpAsync(Task until, TimeSpan? step = null)
    {
        while (!until.IsCompleted)
        {
            _time.Advance(step ?? Window);
            await Task.Yield();
        }

        await until;
    }
}
