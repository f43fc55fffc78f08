using Microsoft.Extensions.Logging;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Engine;

/// <summary>
/// Actors in one process: a mailbox per key, activation on demand, deactivation when idle, and a graceful stop. A device that
/// should be connected stays alive; whoever must wake it after a start is the <see cref="DeviceSupervisor"/>.
/// </summary>
public sealed partial class LocalEngine : IActors, IAsyncDisposable
{
    private readonly LocalEngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ActorTable<DeviceId, Device> _devices;
    private readonly ActorTable<(DeviceId Device, Jid Jid), Contact> _contacts;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sweeping;
    private volatile bool _stopping;

    /// <summary>Creates the engine; devices come to life with the first call.</summary>
    /// <param name="services">What devices work with.</param>
    /// <param name="contactServices">What contacts work with.</param>
    /// <param name="options">How it keeps house.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LocalEngine(DeviceServices services, ContactServices contactServices, LocalEngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(contactServices);
        _options = options ?? new LocalEngineOptions();
        _options.Validate();
        _time = services.Time;
        _logger = services.Loggers.CreateLogger("Wuts.Core.Engine");
        _devices = new(id => new Device(id, services, this), device => device.ActivateAsync(), _time);
        _contacts = new(
            key => new Contact(key.Device, key.Jid, contactServices, Device(key.Device)), contact => contact.ActivateAsync(), _time);
        services.Metrics.WatchActors(() => _devices.Count, () => _contacts.Count);
        _sweeping = SweepAsync();
    }

    /// <summary>How many devices are alive.</summary>
    public int LivingDevices => _devices.Count;

    /// <summary>How many contacts are alive.</summary>
    public int LivingContacts => _contacts.Count;

    /// <inheritdoc/>
    public IDevice Device(DeviceId id) => new LocalDevice(this, id);

    /// <inheritdoc/>
    public IContact Contact(DeviceId id, Jid jid) => new LocalContact(this, id, jid.ToBase());

    /// <inheritdoc/>
    public async Task ForgetContactsAsync(DeviceId id)
    {
        foreach (var (key, activation) in _contacts.Living.Where(c => c.Key.Device == id))
        {
            if (activation.End())
            {
                await _contacts.FinishAsync(key, activation, contact =>
                {
                    contact.Forget();
                    return Task.CompletedTask;
                });
            }
        }
    }

    /// <summary>
    /// Stops: no calls are taken any more, connections are closed, leases given back, several devices at a time. Devices that
    /// should be connected are connected again by the next start.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        await _stop.CancelAsync();
        await _sweeping;
        await Parallel.ForEachAsync(
            _devices.Living,
            new ParallelOptions { MaxDegreeOfParallelism = _options.StopParallelism },
            async (living, _) =>
            {
                if (living.Value.End())
                {
                    await StopAsync(living.Key, living.Value);
                }
            });
        _stop.Dispose();
    }

    internal async Task<Answer<T>> CallAsync<T>(DeviceId id, Func<Device, Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        _stopping ? Stopping : await _devices.CallAsync(id, call).WaitAsync(cancellationToken);

    internal async Task<Answer<T>> CallAsync<T>(
        DeviceId id, Jid jid, Func<Contact, Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        _stopping ? Stopping : await _contacts.CallAsync((id, jid), call).WaitAsync(cancellationToken);

    private static Failure Stopping => new Failure.Unavailable(TimeSpan.FromSeconds(1));

    private async Task StopAsync(DeviceId id, Activation<Device> activation)
    {
        try
        {
            await _devices.FinishAsync(id, activation, d => d.HandOverAsync(CancellationToken.None)).WaitAsync(_options.StopTimeout, _time);
        }
        catch (Exception failure)
        {
            // The lease runs out by itself; whoever takes it next connects again.
            LogStopFailed(_logger, id, failure);
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(_options.SweepInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                SweepContacts();
                SweepDevices();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void SweepContacts()
    {
        var excess = _contacts.Count - _options.MaxContacts;
        foreach (var (key, activation) in _contacts.Living.OrderBy(c => c.Value.LastUse))
        {
            if (excess <= 0 && _time.GetElapsedTime(activation.LastUse) < _options.ContactIdle)
            {
                return;
            }

            if (activation.TryEnd(_ => true))
            {
                // What a contact learns is stored when it is learnt: nothing is left to do.
                _ = _contacts.FinishAsync(key, activation, _ => Task.CompletedTask);
                excess--;
            }
        }
    }

    private void SweepDevices()
    {
        foreach (var (key, activation) in _devices.Living)
        {
            if (_time.GetElapsedTime(activation.LastUse) >= _options.DeviceIdle && activation.TryEnd(d => d.MayGo))
            {
                LogIdle(_logger, key);
                _ = StopAsync(key, activation);
            }
        }
    }

    [LoggerMessage(2001, LogLevel.Debug, "{Device}: idle, deactivated")]
    private static partial void LogIdle(ILogger logger, DeviceId device);

    [LoggerMessage(2002, LogLevel.Warning, "{Device}: did not stop in an orderly way")]
    private static partial void LogStopFailed(ILogger logger, DeviceId device, Exception failure);
}
