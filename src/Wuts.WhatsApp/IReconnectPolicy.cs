namespace Wuts.WhatsApp;

/// <summary>
/// Decides how long a client waits before it connects again. One policy object may serve any number of clients: what a
/// policy wants to remember about a client travels in <see cref="ReconnectState"/>.
/// </summary>
public interface IReconnectPolicy
{
    /// <summary>Decides after a connection, or an attempt at one, has ended.</summary>
    /// <param name="state">What the policy returned last time; <c>default</c> for the first time.</param>
    /// <param name="reason">Why it ended; <see cref="DisconnectReason.ShouldReconnect"/> is true.</param>
    /// <param name="connectedFor">How long the client was logged in; zero when it did not come that far.</param>
    /// <param name="random">Where jitter comes from.</param>
    ReconnectDecision Decide(ReconnectState state, DisconnectReason reason, TimeSpan connectedFor, IRandomSource random);
}

/// <summary>What a reconnect policy remembers about a client.</summary>
/// <param name="Step">How far the delays have grown.</param>
/// <param name="Restarts">How many restarts that the server asked for followed each other.</param>
public readonly record struct ReconnectState(int Step, int Restarts);

/// <summary>The decision of a reconnect policy.</summary>
/// <param name="Delay">How long to wait; zero or more.</param>
/// <param name="State">What to hand to the policy next time.</param>
public readonly record struct ReconnectDecision(TimeSpan Delay, ReconnectState State);
