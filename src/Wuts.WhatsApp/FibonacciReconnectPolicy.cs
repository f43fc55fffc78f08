namespace Wuts.WhatsApp;

/// <summary>
/// The delays of WhatsApp's own clients: 1, 1, 2, 3, 5, 8 … seconds, each up to a tenth shorter or longer, at most 15
/// minutes. They start over after 30 seconds of a stable login. A rate limit skips five steps; a restart that the server
/// asks for is followed at once, unless it asks again and again. Protocol section 6.10.
/// </summary>
public sealed class FibonacciReconnectPolicy : IReconnectPolicy
{
    private const double Jitter = 0.1;
    private const int RateLimitSteps = 5;
    private const int ImmediateRestarts = 3;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(900);
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(30);

    // The sequence up to the first member above the longest delay: steps beyond it make no difference.
    private static readonly int[] Seconds = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987];

    private FibonacciReconnectPolicy()
    {
    }

    /// <summary>The only instance.</summary>
    public static FibonacciReconnectPolicy Instance { get; } = new();

    /// <inheritdoc/>
    public ReconnectDecision Decide(ReconnectState state, DisconnectReason reason, TimeSpan connectedFor, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (connectedFor >= StableAfter)
        {
            state = default;
        }

        if (reason is DisconnectReason.RestartRequired)
        {
            var restarts = state.Restarts + 1;
            if (restarts <= ImmediateRestarts)
            {
                return new ReconnectDecision(TimeSpan.Zero, state with { Restarts = restarts });
            }
        }

        var step = state.Step + (reason is DisconnectReason.RateLimited ? RateLimitSteps : 0);
        step = Math.Min(step, Seconds.Length - 1);
        var factor = 1 - Jitter + (2 * Jitter * random.NextDouble());
        var delay = TimeSpan.FromSeconds(Seconds[step] * factor);
        return new ReconnectDecision(
            delay < LongestDelay ? delay : LongestDelay,
            state with { Step = Math.Min(step + 1, Seconds.Length - 1) });
    }
}
