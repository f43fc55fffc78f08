using Wuts.Core.Events;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Stores;

namespace Wuts.Core.Devices;

/// <content>Connecting, disconnecting, unlinking, destroying: one at a time.</content>
public sealed partial class Device
{
    private static readonly TimeSpan UnlinkPatience = TimeSpan.FromSeconds(10);

    // Longer than a lease: the lease decides whether the socket stays while the database is away.
    private static readonly TimeSpan StoragePatience = TimeSpan.FromMinutes(10);

    private CancellationTokenSource? _reunion;

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        AnswerAsync<DeviceStatus>(async () =>
        {
            DeviceSession session;
            using (await _lifeCycle.EnterAsync(cancellationToken))
            {
                if (await OwnAsync() is { } failure)
                {
                    return failure;
                }

                if (_session?.Pairing is not null)
                {
                    return new Failure.Conflict(ConflictKind.PairingInProgress);
                }

                if (!await IsLinkedAsync())
                {
                    await ReleaseAsync();
                    return new Failure.Conflict(ConflictKind.NotLinked);
                }

                CancelReunion();
                if (!Record.WantsConnection)
                {
                    await SaveAsync(r => r with { WantsConnection = true });
                }

                session = _session ?? await StartAsync();
            }

            await WaitAsync(session.Settled, wait, cancellationToken);
            return Status();
        });

    /// <inheritdoc/>
    public Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken) => AnswerAsync<Done>(async () =>
    {
        using (await _lifeCycle.EnterAsync(cancellationToken))
        {
            if (_session is not null || _reunion is not null)
            {
                return Done.Instance;
            }

            if (await OwnAsync() is { } failure)
            {
                return failure;
            }

            if (!Record.WantsConnection || !await IsLinkedAsync())
            {
                await ReleaseAsync();
                return Done.Instance;
            }

            await StartAsync();
            return Done.Instance;
        }
    });

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken) => AnswerAsync<DeviceStatus>(async () =>
    {
        using (await _lifeCycle.EnterAsync(cancellationToken))
        {
            if (_session is null && !Record.WantsConnection)
            {
                return Status();
            }

            if (await OwnAsync() is { } failure)
            {
                return failure;
            }

            CancelReunion();
            var left = Record.Account is not null ? DeviceState.Disconnected
                : Record.State is DeviceState.LoggedOut or DeviceState.Created ? Record.State
                : DeviceState.PairingExpired;
            await CloseAsync(save: false, keepLease: true);
            await EnterAsync(left, null, r => r with { WantsConnection = false });
            await ReleaseAsync();
            return Status();
        }
    });

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken) => AnswerAsync<DeviceStatus>(async () =>
    {
        using (await _lifeCycle.EnterAsync(cancellationToken))
        {
            if (_session is not { } session || !IsConnected)
            {
                return NotReady();
            }

            session.IsUnlinking = true;
            try
            {
                await session.Client.LogoutAsync(CancellationToken.None);
                await ForgetAccountAsync(session, problem: null);
            }
            finally
            {
                session.IsUnlinking = false;
            }

            await CloseAsync(save: false);
            return Status();
        }
    });

    /// <inheritdoc/>
    public Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken) => AnswerAsync<Done>(async () =>
    {
        using (await _lifeCycle.EnterAsync(cancellationToken))
        {
            if (await OwnAsync() is { } failure)
            {
                return failure;
            }

            CancelReunion();
            await TryUnlinkAsync();
            await CloseAsync(save: false, keepLease: true);
            await _actors.ForgetContactsAsync(_id);
            _services.Memory.Forget(_id);
            await _services.Catalog.DestroyAsync(_id, _time.GetUtcNow(), CancellationToken.None);
            _record = Record with { DestroyedAt = _time.GetUtcNow(), State = DeviceState.Destroyed, WantsConnection = false };
            await ReleaseAsync();
            Count(null);
            Publish(new DeviceEvent.StateChanged(_id, Record.TenantId, _time.GetUtcNow(), DeviceState.Destroyed, null));
            return Done.Instance;
        }
    });

    private async Task<bool> IsLinkedAsync() =>
        await _data.Credentials.LoadAsync(CancellationToken.None) is { Account: not null };

    /// <summary>Makes the client connect; it goes on by itself.</summary>
    private async Task<DeviceSession> StartAsync()
    {
        await _closing;
        var session = CreateSession();
        _session = session;
        try
        {
            await EnterAsync(DeviceState.Connecting, null);
        }
        catch
        {
            await CloseAsync(save: false);
            throw;
        }

        // The events tell how it goes. A failure that they do not tell is a client that stopped.
        _ = ObserveAsync(session, session.Client.ConnectAsync(CancellationToken.None));
        return session;
    }

    private async Task ObserveAsync(DeviceSession session, Task connecting)
    {
        try
        {
            await connecting;
        }
        catch (WhatsAppDisconnectedException)
        {
            // The event of the same name said so.
        }
        catch (Exception failure)
        {
            DeviceLog.ConnectFailed(_logger, _id, failure);
            if (_session == session)
            {
                await FinishAsync(session, DeviceState.Disconnected, new DeviceProblem(DeviceProblemKind.Storage), wanted: Record.WantsConnection);
            }
        }
        finally
        {
            session.Settle();
        }
    }

    private DeviceSession CreateSession()
    {
        var turns = _turns;
        return new DeviceSession(
            sink => new WhatsAppClient(
                _services.WhatsApp with
                {
                    Label = _id.ToString(),
                    ClientVersion = _services.ClientVersion?.Current ?? _services.WhatsApp.ClientVersion,
                    EventSink = sink,
                    StoragePatience = StoragePatience,
                    TimeProvider = _time,
                    LoggerFactory = _services.Loggers,
                    Random = _services.Random,
                },
                _data),
            (session, happened) => turns.RunAsync(() => HandleAsync(session, happened)));
    }

    /// <summary>Closes the connection, if there is one, and gives the lease back.</summary>
    private async Task CloseAsync(bool save, bool keepLease = false)
    {
        if (_session is { } session)
        {
            _record = Record with { LastSeen = session.Client.LastAlive ?? Record.LastSeen };
            _session = null;
            await session.Client.DisposeAsync();
            session.Settle();
            session.Pairing?.End(new Failure.NotReady(State));
            if (save && _lease is not null)
            {
                await SaveQuietlyAsync();
            }
        }

        if (!keepLease)
        {
            await ReleaseAsync();
        }
    }

    private async Task SaveQuietlyAsync()
    {
        try
        {
            await SaveAsync(r => r);
        }
        catch (Exception failure) when (Read(failure) is not null)
        {
            DeviceLog.StorageFailed(_logger, _id, failure);
        }
    }

    private async Task ReleaseAsync()
    {
        if (_lease is { } lease)
        {
            _lease = null;
            await _services.Leases.ReleaseAsync(lease);
        }
    }

    /// <summary>Ownership is gone: the connection is closed at once, and nothing is written.</summary>
    private async Task LoseAsync(DeviceLease lease)
    {
        if (_lease != lease)
        {
            return;
        }

        _lease = null;
        CancelReunion();
        DeviceLog.Lost(_logger, _id, lease.Loss);
        if (_session is { } session)
        {
            // A pairing is over with its connection; a device that was connected comes back by itself when the database does.
            _isCutOff = lease.Loss == LeaseLoss.Unproven && Record.WantsConnection;
            _record = Record with { State = DeviceState.Disconnected, LastSeen = session.Client.LastAlive ?? Record.LastSeen };
            _session = null;
            Count(State);
            if (_isCutOff)
            {
                Publish(new DeviceEvent.StateChanged(_id, Record.TenantId, _time.GetUtcNow(), State, Problem));
            }

            await session.Client.DisposeAsync();
            session.Settle();
            session.Pairing?.End(new Failure.Unavailable(Failures.OwnerRetry));
        }
    }

    private async Task TryUnlinkAsync()
    {
        if (_session is not { } session || !IsConnected)
        {
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(UnlinkPatience, _time);
            await session.Client.LogoutAsync(patience.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException || Read(failure) is not null)
        {
            DeviceLog.NotUnlinked(_logger, _id, failure);
        }
    }

    private async Task WaitAsync(Task task, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(wait, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on by itself.
        }
    }
}
