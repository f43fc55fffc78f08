namespace Wuts.Core.Devices;

/// <summary>How ownership of devices is held. Immutable: change it with <c>with</c>.</summary>
public sealed record LeaseOptions
{
    private readonly TimeSpan? _renewEvery;

    /// <summary>How long a lease holds without being renewed. Default 15 s, 3 s to 10 minutes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often all leases of the process are renewed. Default a third of the duration; a sixth to a third of it.</summary>
    public TimeSpan RenewEvery
    {
        get => _renewEvery ?? Duration / 3;
        init => _renewEvery = value;
    }

    /// <summary>How soon a renewal that failed is tried again: a thirtieth of the duration.</summary>
    public TimeSpan RetryEvery => Duration / 30;

    /// <summary>How long before its end a lease that cannot be renewed is given up: a tenth of the duration.</summary>
    public TimeSpan Margin => Duration / 10;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Duration, TimeSpan.FromSeconds(3));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Duration, TimeSpan.FromMinutes(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RenewEvery, Duration / 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(RenewEvery, Duration / 6);
    }
}
