using Wuts.Core.Events;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Stores;

namespace Wuts.Core.Devices;

/// <content>Connecting, disconnecting, unlinking, destroying: one at a time.</content>
public sealed partial class Device
{
    private static readonly TimeSpan UnlinkPatience = TimeSpan.FromSeconds(10);

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
