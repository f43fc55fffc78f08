using Orleans.Runtime;

namespace Wuts.Grains;

/// <summary>
/// Gives every device up when the silo stops: as soon as the others know that it is leaving, and whatever the device is busy with.
/// Orleans by itself would wait until its calls have been answered.
/// </summary>
internal sealed class DeviceDrain(SiloActors actors) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(DeviceDrain), ServiceLifecycleStage.GrainDeactivation, _ => Task.CompletedTask, actors.HandOverAllAsync);
    }
}
