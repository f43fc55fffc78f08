using System.Collections.Concurrent;
using Wuts.Core.Devices;
using Wuts.Core.Metrics;

namespace Wuts.Grains;

/// <summary>The devices and contacts that live on this silo. Safe for concurrent use.</summary>
internal sealed class SiloActors : IDisposable
{
    /// <summary>How many devices are stopped at a time when the silo stops.</summary>
    public const int StopParallelism = 32;

    private readonly ConcurrentDictionary<DeviceGrain, DeviceId> _devices = new();
    private readonly ConcurrentDictionary<ContactGrain, DeviceId> _contacts = new();
    private readonly SemaphoreSlim _stops = new(StopParallelism, StopParallelism);

    public SiloActors(GatewayMetrics metrics) => metrics.WatchActors(() => _devices.Count, () => _contacts.Count);

    /// <summary>The devices that live here, in no order.</summary>
    public IReadOnlyCollection<DeviceId> Devices => [.. _devices.Values];

    /// <summary>How many contacts live here.</summary>
    public int Contacts => _contacts.Count;

    /// <summary>A device came to life.</summary>
    public void Enter(DeviceGrain grain) => _devices[grain] = new DeviceId(grain.GetPrimaryKey());

    /// <summary>A contact came to life.</summary>
    public void Enter(ContactGrain grain, DeviceId device) => _contacts[grain] = device;

    /// <summary>A device went.</summary>
    public void Leave(DeviceGrain grain) => _devices.TryRemove(grain, out _);

    /// <summary>A contact went.</summary>
    public void Leave(ContactGrain grain) => _contacts.TryRemove(grain, out _);

    /// <summary>Waits until few enough devices are being stopped. Dispose the result when this one has stopped.</summary>
    public async Task<IDisposable> EnterStopAsync(CancellationToken cancellationToken)
    {
        await _stops.WaitAsync(cancellationToken);
        return new Stop(_stops);
    }

    /// <summary>Ends the contacts of a device that live here, and stores nothing of what is still on its way to them.</summary>
    public Task ForgetContactsAsync(DeviceId device) =>
        Task.WhenAll(_contacts.Where(contact => contact.Value == device).Select(contact => contact.Key.ForgetAsync()));

    /// <inheritdoc/>
    public void Dispose() => _stops.Dispose();

    private sealed class Stop(SemaphoreSlim stops) : IDisposable
    {
        public void Dispose() => stops.Release();
    }
}
