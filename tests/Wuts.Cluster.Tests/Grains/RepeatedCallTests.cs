using System.Threading.Channels;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Wuts.Core;
using Wuts.Grains.Calls;

namespace Wuts.Cluster.Tests.Grains;

/// <summary>Questions that got lost with a process that died, or were refused while the cluster found out.</summary>
public sealed class RepeatedCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(200);

    private readonly ManualTimeProvider _time = new();
    private readonly Channel<TaskCompletionSource<Answer<int>>> _calls = Channel.CreateUnbounded<TaskCompletionSource<Answer<int>>>();

    [Fact]
    public async Task Question_without_an_answer_is_asked_again_beside_the_first()
    {
        var answer = GrainCalls.AskRepeatedlyAsync(_ => Begin(), Limit, _time, CancellationToken.None);
        await NextAsync();
        await _time.WhenTimerDueAsync(AskAgainAfter).Within();
        _time.Advance(AskAgainAfter);
        (await NextAsync()).SetResult(7);

        Assert.Equal(7, (await answer.Within()).Value);
    }

    [Fact]
    public async Task Question_that_is_answered_is_asked_once()
    {
        var answer = GrainCalls.AskRepeatedlyAsync(_ => Begin(), Limit, _time, CancellationToken.None);
        (await NextAsync()).SetResult(7);

        Assert.Equal(7, (await answer.Within()).Value);
        Assert.False(_calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Failure_that_the_grain_tells_is_the_answer()
    {
        var answer = GrainCalls.AskRepeatedlyAsync(_ => Begin(), Limit, _time, CancellationToken.None);
        (await NextAsync()).SetResult(new Failure.Unavailable(TimeSpan.FromSeconds(1)));

        Assert.IsType<Failure.Unavailable>((await answer.Within()).Failure);
        Assert.False(_calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Whatever_Orleans_says_of_a_silo_that_ends_is_no_answer()
    {
        var answer = await GrainCalls.AskAsync<int>(
            _ => throw new OrleansException("The silo is shutting down."), Limit, _time, CancellationToken.None).Within();

        Assert.IsType<Failure.Unavailable>(answer.Failure);
    }

    [Fact]
    public async Task What_a_grain_throws_is_not_hidden() => await Assert.ThrowsAsync<WrappedException>(
        () => GrainCalls.AskAsync<int>(_ => throw new WrappedException("A bug."), Limit, _time, CancellationToken.None).Within());

    [Fact]
    public async Task Question_that_got_lost_is_asked_again_however_often_it_is_refused_meanwhile()
    {
        var answer = GrainCalls.AskRepeatedlyAsync(_ => Begin(), Limit, _time, CancellationToken.None);
        await NextAsync();
        await _time.WhenTimerDueAsync(AskAgainAfter).Within();
        _time.Advance(AskAgainAfter);
        for (var i = 0; i < 8; i++)
        {
            (await NextAsync()).SetException(new ConnectionFailedException("The silo is gone."));
            await _time.WhenTimerDueAsync(RefusedPause).Within();
            _time.Advance(RefusedPause);
        }

        (await NextAsync()).SetResult(7);

        Assert.Equal(7, (await answer.Within()).Value);
    }

    private Task<TaskCompletionSource<Answer<int>>> NextAsync() => _calls.Reader.ReadAsync().AsTask().Within();

    private Task<Answer<int>> Begin()
    {
        var call = new TaskCompletionSource<Answer<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Writer.TryWrite(call);
        return call.Task;
    }
}
