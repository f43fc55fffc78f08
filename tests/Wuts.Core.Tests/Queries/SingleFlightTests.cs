using Wuts.Core.Queries;
using Wuts.Testing;

namespace Wuts.Core.Tests.Queries;

public sealed class SingleFlightTests
{
    private readonly SingleFlight<string, int> _flights = new();

    [Fact]
    public async Task Equal_questions_in_flight_are_asked_once_and_later_ones_anew()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<int>();
        Task<int> Ask()
        {
            asked++;
            return answer.Task;
        }

        var first = _flights.RunAsync("a", Ask, CancellationToken.None);
        var second = _flights.RunAsync("a", Ask, CancellationToken.None);
        answer.SetResult(5);

        Assert.Equal(5, await first.Within());
        Assert.Equal(5, await second.Within());
        Assert.Equal(1, asked);
        await _flights.RunAsync("a", Ask, CancellationToken.None).Within();
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_question_of_the_others()
    {
        var answer = new TaskCompletionSource<int>();
        using var impatience = new CancellationTokenSource();
        var first = _flights.RunAsync("a", () => answer.Task, impatience.Token);
        var second = _flights.RunAsync("a", () => answer.Task, CancellationToken.None);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within());
        answer.SetResult(1);

        Assert.Equal(1, await second.Within());
    }

    [Fact]
    public async Task A_failure_reaches_everybody_and_is_not_remembered()
    {
        await Assert.ThrowsAsync<IOException>(
            () => _flights.RunAsync("a", () => Task.FromException<int>(new IOException()), CancellationToken.None).Within());

        Assert.Equal(3, await _flights.RunAsync("a", () => Task.FromResult(3), CancellationToken.None).Within());
    }
}
