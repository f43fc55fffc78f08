using System.Collections.Concurrent;
using Wuts.Core.Devices;
using Wuts.Core.Metrics;
using Wuts.WhatsApp.Binary;

namespace Wuts.Grains;

/// <summary>The devices and contacts that live on this silo. Safe for concurrent use.</summary>
internal sealed class SiloActors : IDisposable
{
    private static readonly TimeSpan TrimPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<DeviceGrain, DeviceId> _devices = new();
    private readonly ConcurrentDictionary<ContactGrain, DeviceId> _contacts = new();
    private readonly SemaphoreSlim _stops = new(DeviceDrain.Parallelism, DeviceDrain.Parallelism);
    private readonly int _maxContacts;
    private int _trimming;

    public SiloActors(GatewayMetrics metrics, GrainOptions options)
    {
        options.Validate();
        _maxContacts = options.MaxContacts;
        metrics.WatchActors(() => _devices.Count, () => _contacts.Count);
    }

    /// <summary>The devices that live here, in no order.</summary>
    public IReadOnlyCollection<DeviceId> Devices => [.. _devices.Values];

    /// <summary>The same, as grains.</summary>
    public IReadOnlyCollection<DeviceGrain> DeviceGrains => [.. _devices.Keys];

    /// <summary>How many contacts live here.</summary>
    public int Contacts => _contacts.Count;

    /// <summary>Whether a contact lives here.</summary>
    public bool Holds(DeviceId device, Jid contact) => _contacts.Keys.Any(grain => grain.GetPrimaryKeyString() == ContactKey.Format(device, contact));

    /// <summary>A device came to life.</summary>
    public void Enter(DeviceGrain grain) => _devices[grain] = new DeviceId(grain.GetPrimaryKey());

    /// <summary>A contact came to life. When there are too many, others end.</summary>
    public void Enter(ContactGrain grain, DeviceId device)
    {
        _contacts[grain] = device;
        if (_contacts.Count > _maxContacts && Interlocked.Exchange(ref _trimming, 1) == 0)
        {
            _ = Task.Run(TrimAsync);
        }
    }

    /// <summary>A device went.</summary>
    public void Leave(DeviceGrain grain) => _devices.TryRemove(grain, out _);

    /// <summary>A contact went.</summary>
    public void Leave(ContactGrain grain) => _contacts.TryRemove(grain, out _);

    /// <summary>Any device that can live elsewhere without losing more than a moment; <see langword="null"/> when there is none.</summary>
    public DeviceGrain? PickMovable()
    {
        var movable = _devices.Keys.Where(device => device.MayMove).ToList();
        return movable.Count == 0 ? null : movable[Random.Shared.Next(movable.Count)];
    }

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

    /// <summary>Ends the contacts that were idle longest, some more than there are too many, so that not every new one begins it again.</summary>
    private async Task TrimAsync()
    {
        do
        {
            var excess = _contacts.Count - (_maxContacts - (_maxContacts / 10));
            var idle = _contacts.Keys.Select(contact => (Contact: contact, contact.LastUse)).OrderBy(contact => contact.LastUse).Take(excess);

            // One that is being asked ends when it has answered; the others need not wait for it.
            await Task.WhenAll(idle.Select(contact => contact.Contact.EndAsync())).WaitAsync(TrimPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _trimming, 0);
        }
        while (_contacts.Count > _maxContacts && Interlocked.Exchange(ref _trimming, 1) == 0);
    }

    private sealed class Stop(SemaphoreSlim stops) : IDisposable
    {
        public void Dispose() => stops.Release();
    }
}
