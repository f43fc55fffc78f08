namespace Wuts.Core.Engine;

/// <summary>How the local engine keeps house. Immutable: change it with <c>with</c>.</summary>
public sealed record LocalEngineOptions
{
    /// <summary>After how long without a call a device goes that need not be connected. Default 5 minutes, at least 1 second.</summary>
    public TimeSpan DeviceIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After how long without a call a contact goes. Default 2 minutes, at least 1 second.</summary>
    public TimeSpan ContactIdle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many contacts may be alive; above it those that were idle longest go first. Default 20 000, at least 1.</summary>
    public int MaxContacts { get; init; } = 20_000;

    /// <summary>How often idle actors are looked for. Default 15 s, at least 100 ms.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many devices are stopped at a time when the engine stops. Default 32, 1 to 1000.</summary>
    public int StopParallelism { get; init; } = 32;

    /// <summary>How long one device may take to stop. Default 20 s, at least 1 second.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(DeviceIdle, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(ContactIdle, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxContacts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SweepInterval, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfLessThan(StopParallelism, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StopParallelism, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(StopTimeout, TimeSpan.FromSeconds(1));
    }
}
