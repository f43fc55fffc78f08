using Wuts.Core.Engine;

namespace Wuts.Grains;

/// <summary>How a silo keeps house. Immutable: change it with <c>with</c>.</summary>
public sealed record GrainOptions
{
    /// <summary>How devices without an owner are woken. By default looked for every 2 s, since a silo can die at any time.</summary>
    public SupervisorOptions Supervisor { get; init; } = new()
    {
        Interval = TimeSpan.FromSeconds(2),
        Parallelism = 32,
        Jitter = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>How many contacts may live on the silo; above it those that were idle longest go first. Default 50 000, at least 10.</summary>
    public int MaxContacts { get; init; } = 50_000;

    /// <summary>How many devices the silo may hand to others in a minute when it has more than they have. Default 6, 0 (none) to 600.</summary>
    public int MovesPerMinute { get; init; } = 6;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        Supervisor.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxContacts, 10);
        ArgumentOutOfRangeException.ThrowIfNegative(MovesPerMinute);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MovesPerMinute, 600);
    }
}
