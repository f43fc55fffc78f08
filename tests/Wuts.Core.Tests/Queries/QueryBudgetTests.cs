using Wuts.Core.Devices;
using Wuts.Core.Queries;
using Wuts.Testing;

namespace Wuts.Core.Tests.Queries;

public sealed class QueryBudgetTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly QueryOptions _options = new() { InteractiveWait = TimeSpan.FromSeconds(10), BackgroundWait = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task A_burst_is_let_through_and_then_one_per_interval()
    {
        var budget = Budget(new QueryLimit(2, TimeSpan.FromSeconds(5), Concurrent: 10));
        Assert.Null(await Enter(budget));
        Assert.Null(await Enter(budget));

        var third = Enter(budget);
        Assert.False(third.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(third.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await third.Within());
    }

    [Fact]
    public async Task Who_would_wait_too_long_is_refused_at_once_with_the_time_to_wait()
    {
        var budget = Budget(new QueryLimit(1, TimeSpan.FromSeconds(30), Concurrent: 10));
        Assert.Null(await Enter(budget));

        var refusal = await Enter(budget).Within();

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(30), IsOwnLimit: true), refusal);
    }

    [Fact]
    public async Task Interactive_questions_go_before_background_ones()
    {
        var budget = Budget(new QueryLimit(1, TimeSpan.FromSeconds(5), Concurrent: 10));
        Assert.Null(await Enter(budget));
        var background = budget.EnterAsync(QueryPriority.Background);
        var interactive = Enter(budget);

        _time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.Null(await interactive.Within());
        Assert.False(background.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Null(await background.Within());
    }

    [Fact]
    public async Task Only_so_many_questions_are_unanswered_at_a_time()
    {
        var budget = Budget(new QueryLimit(5, TimeSpan.FromSeconds(5), Concurrent: 1));
        Assert.Null(await Enter(budget));
        var second = Enter(budget);
        Assert.False(second.IsCompleted);

        budget.Leave();

        Assert.Null(await second.Within());
    }

    [Fact]
    public async Task A_refusal_of_WhatsApp_pauses_the_class_for_as_long_as_it_said()
    {
        var budget = Budget(new QueryLimit(5, TimeSpan.FromSeconds(1), Concurrent: 5));

        Assert.Equal(TimeSpan.FromSeconds(90), budget.Pause(TimeSpan.FromSeconds(90)));

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(90), IsOwnLimit: false), await Enter(budget).Within());
        _time.Advance(TimeSpan.FromSeconds(91));
        Assert.Null(await Enter(budget).Within());
    }

    [Fact]
    public void Without_a_time_pauses_double_and_start_small_after_a_success()
    {
        var budget = Budget(new QueryLimit(5, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(60), budget.Pause(null));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(TimeSpan.FromSeconds(120), budget.Pause(null));
        _time.Advance(TimeSpan.FromMinutes(11));
        budget.Succeeded();

        Assert.Equal(TimeSpan.FromSeconds(60), budget.Pause(null));
    }

    [Fact]
    public void Three_refusals_in_ten_minutes_switch_the_class_off_for_an_hour()
    {
        var budget = Budget(new QueryLimit(5, TimeSpan.FromSeconds(1)));
        budget.Pause(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromMinutes(2));
        budget.Pause(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(TimeSpan.FromHours(1), budget.Pause(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Who_waits_while_a_pause_begins_is_told_how_long_it_lasts()
    {
        var budget = Budget(new QueryLimit(1, TimeSpan.FromSeconds(5), Concurrent: 10));
        Assert.Null(await Enter(budget));
        var waiting = Enter(budget);
        budget.Pause(TimeSpan.FromMinutes(5));

        _time.Advance(TimeSpan.FromSeconds(11));

        var refusal = Assert.IsType<Failure.RateLimited>(await waiting.Within());
        Assert.False(refusal.IsOwnLimit);
        Assert.InRange(refusal.RetryAfter!.Value, TimeSpan.FromSeconds(280), TimeSpan.FromSeconds(300));
    }

    [Fact]
    public void Numbers_per_day_come_back_after_a_day()
    {
        var budget = new DailyBudget(10, _time);
        Assert.True(budget.TrySpend(8, out _));
        _time.Advance(TimeSpan.FromHours(10));
        Assert.False(budget.TrySpend(3, out var retryAfter));
        Assert.Equal(TimeSpan.FromHours(14), retryAfter);
        Assert.True(budget.TrySpend(2, out _));

        _time.Advance(TimeSpan.FromHours(14));

        Assert.True(budget.TrySpend(8, out _));
        Assert.False(budget.TrySpend(11, out retryAfter));
        Assert.Null(retryAfter);
    }

    [Theory]
    [InlineData(0, 5, 1, 1, "Burst")]
    [InlineData(1, 0, 1, 1, "Refill")]
    [InlineData(1, 5, 0, 1, "Concurrent")]
    [InlineData(1, 5, 1, 501, "PerQuery")]
    public void Limits_that_make_no_sense_are_refused_by_name(int burst, int refill, int concurrent, int perQuery, string name)
    {
        var options = new QueryOptions { Picture = new QueryLimit(burst, TimeSpan.FromSeconds(refill), concurrent, perQuery) };

        Assert.Contains($"Picture.{name}", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private QueryBudget Budget(QueryLimit limit) => new(limit, _options, _time);

    private static Task<Failure.RateLimited?> Enter(QueryBudget budget) => budget.EnterAsync(QueryPriority.Interactive);
}
