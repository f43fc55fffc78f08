using Microsoft.Extensions.Logging;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Queries;
using Wuts.Core.Stores;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Devices;

/// <summary>
/// A device: its credentials, its socket, and what it knows of its account. A plain class whose turns an engine runs one at a
/// time; while one waits, others go on. It owns its socket for as long as it holds the lease, which every write carries.
/// </summary>
public sealed partial class Device : IDevice
{
    // A phone that has sent neither keys nor history by then is switched off.
    private static readonly TimeSpan FirstSync = TimeSpan.FromMinutes(2);

    private readonly DeviceId _id;
    private readonly DeviceServices _services;
    private readonly IActors _actors;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IDeviceData _data;
    private readonly QueryGate _gate;
    private readonly DeviceQueries _queries;
    private readonly TurnLock _lifeCycle = new();
    private Turns _turns = Turns.Current;
    private DeviceRecord? _record;
    private DeviceSession? _session;
    private bool _over;

    /// <summary>Creates the actor; nothing is read or written before <see cref="ActivateAsync"/>.</summary>
    /// <param name="id">Which device.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="actors">Where it finds the contact actors that it has to tell about changes.</param>
    public Device(DeviceId id, DeviceServices services, IActors actors)
    {
        ArgumentNullException.ThrowIfNull(services);
        _id = id;
        _services = services;
        _actors = actors;
        _time = services.Time;
        _logger = services.Loggers.CreateLogger("Wuts.Core.Device");
        _data = services.Data.Open(id, () => _lease?.Fence ?? throw new LeaseLostException());
        _gate = new QueryGate(services.Queries, _time, services.Metrics);
        _queries = new DeviceQueries(RequireClient, _data, _gate, _time, Read);
    }

    /// <summary>Whether the activation may end: nothing is connected, being linked, or waiting for the end of a ban or of an outage.</summary>
    public bool MayGo => _session is null && _reunion is null && !_isCutOff;

    /// <summary>
    /// Whether it could live in another process without losing more than a moment: it is connected, reads its address book not
    /// anew, and, if it was linked lately, has read address book and history. May be asked from anywhere.
    /// </summary>
    public bool MayMove => !_over && _session is { State: DeviceState.Connected, Pairing: null, IsUnlinking: false } session
        && (session.Client.HealthOf(AppStateCollection.CriticalUnblockLow).Status, IsNew) switch
        {
            (CollectionStatus.Healthy, var isNew) => !isNew || _historyDone,
            (CollectionStatus.Resyncing, _) => false,
            (_, var isNew) => !isNew,
        };

    private bool IsNew => _record?.LinkedAt + FirstSync > _time.GetUtcNow();

    /// <summary>Called in the first turn.</summary>
    public Task ActivateAsync()
    {
        _turns = Turns.Current;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> GetStatusAsync(CancellationToken cancellationToken) => AnswerAsync<DeviceStatus>(() => Status());

    /// <inheritdoc/>
    public async Task HandOverAsync(CancellationToken cancellationToken)
    {
        using (await _lifeCycle.EnterAsync(cancellationToken))
        {
            _over = true;
            CancelReunion();
            await CloseAsync(save: true);
            Count(null);
        }
    }

    private DeviceRecord Record => _record ?? throw new InvalidOperationException("The record was not read.");

    /// <summary>The present state: connected means that WhatsApp proved to be there lately.</summary>
    private DeviceState State
    {
        get
        {
            if (_session is not { } session)
            {
                if (_isCutOff)
                {
                    return DeviceState.Reconnecting;
                }

                // A state that needs a connection says nothing when there is none: its owner may be gone. If it is wanted it comes back
                // by itself, with its next owner.
                return Record.State switch
                {
                    DeviceState.Pairing => DeviceState.PairingExpired,
                    DeviceState.Connecting or DeviceState.Connected or DeviceState.Reconnecting or DeviceState.Disconnected =>
                        Record is { WantsConnection: true, Account: not null, Problem: null } ? DeviceState.Reconnecting : DeviceState.Disconnected,
                    _ => Record.State,
                };
            }

            var alive = _services.WhatsApp.KeepAlive;
            var patience = alive.MaxInterval + alive.Timeout + alive.Timeout;
            return session.State == DeviceState.Connected && session.Client.LastAlive is { } at && _time.GetUtcNow() - at > patience
                ? DeviceState.Reconnecting
                : session.State;
        }
    }

    private bool IsConnected => State == DeviceState.Connected;

    private DeviceProblem? Problem => _isCutOff ? new DeviceProblem(DeviceProblemKind.Storage) : Record.Problem;

    private DeviceStatus Status()
    {
        var record = Record;
        return new DeviceStatus(
            State,
            record.Account,
            record.Lid,
            record.PushName,
            record.Platform,
            _session?.Client.LastAlive ?? record.LastSeen,
            IsConnected ? null : Problem,
            _session?.Pairing is { Qr: { } qr } && qr.ExpiresAt > _time.GetUtcNow() ? qr : null)
        {
            AddressBook = _session?.Client.HealthOf(AppStateCollection.CriticalUnblockLow) ?? CollectionHealth.Unknown,
            HistoryDone = record.Account is not null && _historyDone,
        };
    }

    private DateTimeOffset? StaleSince => IsConnected ? null : Record.LastSeen ?? Record.LinkedAt ?? Record.UpdatedAt;

    /// <summary>The client that is logged in, for the queries.</summary>
    private WhatsAppClient RequireClient() =>
        _session is { State: DeviceState.Connected } session ? session.Client : throw new WhatsAppDisconnectedException(new DisconnectReason.ByUser());

    private Failure NotReady() => DeviceStatus.WhyNotConnected(State, Problem);

    private Failure? Read(Exception exception) => Failures.TryRead(exception, State, Problem, out var failure) ? failure : null;

    /// <summary>Answers when the device exists, and turns exceptions that are thrown on purpose into failures.</summary>
    private async Task<Answer<T>> AnswerAsync<T>(Func<Task<Answer<T>>> work)
    {
        try
        {
            if (_over)
            {
                return new Failure.Unavailable(Failures.OwnerRetry);
            }

            if (_lease is null)
            {
                await ReadRecordAsync();
            }

            if (_record is null)
            {
                return new Failure.NoDevice();
            }

            if (_record.DestroyedAt is not null)
            {
                return new Failure.DeviceDestroyed();
            }

            return await work();
        }
        catch (Exception failure) when (failure is not InvalidOperationException and not OperationCanceledException
            && (_record is null ? Failures.IsStorage(failure) : Read(failure) is not null))
        {
            if (Failures.IsStorage(failure))
            {
                NoteStorage(failure);
            }

            return _record is null ? new Failure.Unavailable(Failures.StorageRetry) : Read(failure)!;
        }
    }

    // That the database is away is told once, by whoever found out, and not by every call of every device.
    private void NoteStorage(Exception failure)
    {
        if (failure is WhatsAppStoreException)
        {
            DeviceLog.StorageAway(_logger, _id);
        }
        else
        {
            DeviceLog.StorageFailed(_logger, _id, failure);
        }
    }

    private Task<Answer<T>> AnswerAsync<T>(Func<Answer<T>> work) => AnswerAsync(() => Task.FromResult(work()));

    private void Publish(DeviceEvent happened) => _services.Events.Publish(happened);

    private bool IsOwn(Jid jid) => jid == Record.Account || jid == Record.Lid;
}
