using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Storage.Sql;
using Wuts.Testing;
using Wuts.WhatsApp;

namespace Wuts.Storage.Tests.Sql;

/// <summary>When a server counts as away, and what callers get then.</summary>
public sealed class DatabaseWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly ManualTimeProvider _time = new();
    private readonly DatabaseWatch _watch;
    private Func<Task> _answer = () => Task.CompletedTask;
    private int _asked;

    public DatabaseWatchTests()
    {
        _watch = new DatabaseWatch(
            _ =>
            {
                Interlocked.Increment(ref _asked);
                return _answer();
            },
            _time,
            NullLogger.Instance);
        _watch.Start();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_lets_those_go_who_wait_and_refuses_others_until_it_is_back()
    {
        var waiting = _watch.GuardAsync(new TaskCompletionSource<int>().Task);
        _watch.Enter();
        _answer = () => Task.FromException(new IOException("refused"));
        await TurnAsync(DatabaseWatch.Every, next: DatabaseWatch.RetryEvery);

        await Assert.ThrowsAsync<WhatsAppStoreException>(() => waiting.WaitAsync(Limit));
        Assert.Throws<WhatsAppStoreException>(_watch.Enter);
        await Assert.ThrowsAsync<WhatsAppStoreException>(() => _watch.GuardAsync(new TaskCompletionSource<int>().Task));
        Assert.Equal(_time.GetUtcNow(), _watch.AwaySince);

        _answer = () => Task.CompletedTask;
        await TurnAsync(DatabaseWatch.RetryEvery, next: DatabaseWatch.Every);
        _watch.Enter();
        Assert.Null(_watch.AwaySince);
        Assert.Equal(1, _watch.Outages);
        Assert.Equal(7, await _watch.GuardAsync(Task.FromResult(7)));
    }

    [Fact]
    public async Task A_question_without_an_answer_is_as_good_as_a_refusal_and_counts_when_it_comes_late()
    {
        var late = new TaskCompletionSource();
        _answer = () => late.Task;
        await _time.WhenTimerDueAsync(DatabaseWatch.Every).WaitAsync(Limit);
        _time.Advance(DatabaseWatch.Every);
        await _time.WhenTimerDueAsync(DatabaseWatch.Limit).WaitAsync(Limit);
        Assert.Null(_watch.AwaySince);
        _time.Advance(DatabaseWatch.Limit);
        await _time.WhenTimerDueAsync(DatabaseWatch.RetryEvery).WaitAsync(Limit);
        Assert.NotNull(_watch.AwaySince);

        late.SetResult();
        _time.Advance(DatabaseWatch.RetryEvery);
        await _time.WhenTimerDueAsync(DatabaseWatch.Every).WaitAsync(Limit);
        Assert.Null(_watch.AwaySince);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_suspicion_asks_at_once_and_a_good_answer_ends_it()
    {
        await _time.WhenTimerDueAsync(DatabaseWatch.Every).WaitAsync(Limit);
        var before = _asked;
        _time.Advance(TimeSpan.FromMilliseconds(1));

        _watch.Suspect();
        await _time.WhenTimerDueAsync(DatabaseWatch.Every).WaitAsync(Limit);

        Assert.Equal(before + 1, _asked);
        Assert.Null(_watch.AwaySince);
    }

    [Fact]
    public async Task Work_that_fails_by_itself_says_so_and_work_that_is_done_is_done()
    {
        await Assert.ThrowsAsync<FormatException>(() => _watch.GuardAsync(Task.FromException<int>(new FormatException())));
        var work = new TaskCompletionSource<int>();
        var guarded = _watch.GuardAsync(work.Task);
        work.SetResult(3);
        Assert.Equal(3, await guarded);
    }

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private async Task TurnAsync(TimeSpan pause, TimeSpan next)
    {
        await _time.WhenTimerDueAsync(pause).WaitAsync(Limit);
        var asked = _asked;
        _time.Advance(pause);
        while (Volatile.Read(ref _asked) == asked)
        {
            await Task.Yield();
        }

        await _time.WhenTimerDueAsync(next).WaitAsync(Limit);
    }
}
