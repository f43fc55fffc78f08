using Wuts.Testing;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class ReconnectPolicyTests
{
    private static readonly DisconnectReason Lost = new DisconnectReason.Network(NetworkFault.Broken);

    [Fact]
    public void Delays_follow_the_Fibonacci_numbers_up_to_fifteen_minutes() =>
        Assert.Equal(
            [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 900, 900],
            Delays(Enumerable.Repeat((Lost, 0), 17)));

    [Fact]
    public void Delays_vary_by_a_tenth()
    {
        var policy = FibonacciReconnectPolicy.Instance;
        var state = new ReconnectState(Step: 5, Restarts: 0);

        Assert.Equal(7.2, policy.Decide(state, Lost, TimeSpan.Zero, new FixedRandom(0)).Delay.TotalSeconds, 3);
        Assert.Equal(8.8, policy.Decide(state, Lost, TimeSpan.Zero, new FixedRandom(0.99999999)).Delay.TotalSeconds, 3);
    }

    [Fact]
    public void Delays_start_over_after_thirty_seconds_of_stable_login() =>
        Assert.Equal([1, 1, 2, 3, 1, 1], Delays([(Lost, 0), (Lost, 0), (Lost, 0), (Lost, 29), (Lost, 30), (Lost, 0)]));

    [Fact]
    public void Rate_limit_skips_five_steps() =>
        Assert.Equal([1, 13, 21], Delays([(Lost, 0), (new DisconnectReason.RateLimited(), 0), (Lost, 0)]));

    [Fact]
    public void Restart_is_immediate_and_does_not_lengthen_later_delays() =>
        Assert.Equal([1, 0, 1, 2], Delays([(Lost, 0), (new DisconnectReason.RestartRequired(), 0), (Lost, 0), (Lost, 0)]));

    [Fact]
    public void Endless_restarts_are_slowed_down() =>
        Assert.Equal([0, 0, 0, 1, 1, 2], Delays(Enumerable.Repeat(((DisconnectReason)new DisconnectReason.RestartRequired(), 0), 6)));

    [Fact]
    public void Restarts_after_stable_logins_stay_immediate() =>
        Assert.Equal([0, 0, 0, 0, 0, 0], Delays(Enumerable.Repeat(((DisconnectReason)new DisconnectReason.RestartRequired(), 60), 6)));

    private static IEnumerable<double> Delays(IEnumerable<(DisconnectReason Reason, int ConnectedSeconds)> ends)
    {
        var state = default(ReconnectState);
        foreach (var (reason, seconds) in ends)
        {
            var decision = FibonacciReconnectPolicy.Instance.Decide(state, reason, TimeSpan.FromSeconds(seconds), new FixedRandom(0.5));
            state = decision.State;
            yield return Math.Round(decision.Delay.TotalSeconds, 3);
        }
    }
}
