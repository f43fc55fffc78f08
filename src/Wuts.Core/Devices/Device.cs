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
    private static readonly TimeSpan SaveAgainEvery = TimeSpan.FromSeconds(1);

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
    private readonly TurnLock _leasing = new();
    private readonly TurnLock _saving = new();
    private Turns _turns = Turns.Current;
    private DeviceRecord? _record;
    private DeviceState? _counted;
    private DeviceLease? _lease;
    private DeviceSession? _session;
    private Task _savingLater = Task.CompletedTask;
    private bool _over;

    // It gave its lease up because the database was away, and waits to be woken when that is back.
    private bool _isCutOff;

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

    /// <summary>
    /// Reads the record, since without a lease somebody else may have written. While the database is away the last one that was read
    /// tells which device this is; what needs the database fails by itself.
    /// </summary>
    private async Task ReadRecordAsync()
    {
        try
        {
            var stored = await _services.Catalog.FindAsync(_id, CancellationToken.None);
            if (_lease is null)
            {
                _record = stored;
                _isCutOff &= stored is { WantsConnection: true, DestroyedAt: null, State: DeviceState.Disconnected };
            }
            else
            {
                _record ??= stored;
            }
        }
        catch (Exception failure) when (_record is not null && Failures.IsStorage(failure))
        {
            DeviceLog.RecordNotRead(_logger, _id, failure.GetType().Name);
        }
    }

    private Task<Answer<T>> AnswerAsync<T>(Func<Answer<T>> work) => AnswerAsync(() => Task.FromResult(work()));

    /// <summary>Takes the lease unless it is held.</summary>
    /// <returns>Why not, when somebody else has it.</returns>
    private async Task<Failure?> OwnAsync()
    {
        using (await _leasing.EnterAsync(CancellationToken.None))
        {
            if (_lease is not null)
            {
                return null;
            }

            var (lease, held) = await _services.Leases.AcquireAsync(_id, CancellationToken.None);
            if (lease is null)
            {
                return new Failure.Unavailable(held!.Remaining);
            }

            _lease = lease;
            _isCutOff = false;
            lease.Lost.Register(() => _turns.RunAsync(() => LoseAsync(lease)));

            // Whoever had it before may have written.
            _queries.OwnershipChanged();
            _record = await _services.Catalog.FindAsync(_id, CancellationToken.None) ?? _record;
            _historyDone = Record.LinkedAt is not null && (await _data.Account.LoadHistoryTasksAsync(CancellationToken.None)).Count == 0;
            return null;
        }
    }

    /// <summary>Stores what the owner knows. Needs the lease.</summary>
    private async Task SaveAsync(Func<DeviceRecord, DeviceRecord> change)
    {
        _record = change(Record) with { UpdatedAt = _time.GetUtcNow(), LastSeen = _session?.Client.LastAlive ?? Record.LastSeen };
        using (await _saving.EnterAsync(CancellationToken.None))
        {
            await _services.Catalog.SaveAsync(Record, _lease?.Fence ?? throw new LeaseLostException(), CancellationToken.None);
        }
    }

    /// <summary>Notes a new state: for the status, the database, the metrics, and whoever listens.</summary>
    private async Task EnterAsync(DeviceState state, DeviceProblem? problem, Func<DeviceRecord, DeviceRecord>? change = null)
    {
        var before = Note(state, problem);
        await SaveAsync(r => (change?.Invoke(r) ?? r) with { State = state, Problem = problem });
        Tell(before);
    }

    /// <summary>
    /// Notes what the connection is doing, which is so whether or not it can be stored: it is stored as soon as the database is there
    /// again.
    /// </summary>
    private async Task FollowAsync(DeviceState state, DeviceProblem? problem, Func<DeviceRecord, DeviceRecord>? change = null)
    {
        var before = Note(state, problem);
        try
        {
            await SaveAsync(r => (change?.Invoke(r) ?? r) with { State = state, Problem = problem });
        }
        catch (Exception failure) when (Failures.IsStorage(failure) && _lease is not null)
        {
            NoteStorage(failure);
            if (_savingLater.IsCompleted)
            {
                _savingLater = SaveLaterAsync(_lease);
            }
        }

        Tell(before);
    }

    private (DeviceState, DeviceProblem?) Note(DeviceState state, DeviceProblem? problem)
    {
        if (_session is { } session)
        {
            session.State = state;
        }

        Count(state);
        DeviceLog.Entered(_logger, _id, state, problem?.Kind);
        return (Record.State, Record.Problem);
    }

    private void Tell((DeviceState, DeviceProblem?) before)
    {
        if (before != (Record.State, Record.Problem))
        {
            Publish(new DeviceEvent.StateChanged(_id, Record.TenantId, _time.GetUtcNow(), Record.State, Record.Problem));
        }
    }

    private async Task SaveLaterAsync(DeviceLease lease)
    {
        while (true)
        {
            await Task.Delay(SaveAgainEvery, _time);
            if (_lease != lease)
            {
                // Whoever owns it next stores a state of its own.
                return;
            }

            try
            {
                await SaveAsync(r => r);
                return;
            }
            catch (Exception failure) when (Failures.IsStorage(failure))
            {
                DeviceLog.StorageAway(_logger, _id);
            }
            catch (LeaseLostException)
            {
                return;
            }
        }
    }

    private void Count(DeviceState? state)
    {
        _services.Metrics.DeviceMoved(_id, _counted, state);
        _counted = state;
    }

    private void Publish(DeviceEvent happened) => _services.Events.Publish(happened);

    private bool IsOwn(Jid jid) => jid == Record.Account || jid == Record.Lid;
}
