using Wuts.WhatsApp;

namespace Wuts.Core.Devices;

/// <content>Connections that end for good, or until a time, and what remains of the device then.</content>
public sealed partial class Device
{
    // A ban ends for many devices at the same time.
    private static readonly TimeSpan ReunionJitter = TimeSpan.FromSeconds(30);

    private CancellationTokenSource? _reunion;
    private Task _closing = Task.CompletedTask;

    /// <summary>The client stays disconnected: what follows depends on why.</summary>
    private async Task EndedAsync(DeviceSession session, DisconnectReason reason)
    {
        if (reason is DisconnectReason.ByUser || reason.CredentialsInvalid)
        {
            // Who asked for it goes on by itself; an unlinked device is told by an event of its own.
            return;
        }

        // A process that hung for longer than its lease is told about the end of its connection that another one has replaced since.
        // That says nothing about the device: who owns it now goes on.
        if (_lease is not { } lease || !await _services.Leases.ProveAsync(lease) || _session != session)
        {
            return;
        }

        // A ban ends, and an update of this program cures an outdated client: both stay owned, so that nobody else tries meanwhile.
        var wanted = reason is DisconnectReason.Banned { Until: not null } or DisconnectReason.ClientOutdated;
        await FinishAsync(session, DeviceState.Disconnected, ProblemOf(reason), wanted);
        if (wanted)
        {
            Reunite((reason as DisconnectReason.Banned)?.Until);
        }
    }

    private async Task UnlinkedAsync(DeviceSession session, DisconnectReason reason)
    {
        await ForgetAccountAsync(session, session.IsUnlinking ? null : ProblemOf(reason));
        if (!session.IsUnlinking)
        {
            await FinishAsync(session, DeviceState.LoggedOut, ProblemOf(reason), wanted: false);
        }
    }

    /// <summary>Deletes what was learnt from the account that the device was linked to. Keys are gone already.</summary>
    private async Task ForgetAccountAsync(DeviceSession session, DeviceProblem? problem)
    {
        if (Record.State == DeviceState.LoggedOut)
        {
            return;
        }

        await _actors.ForgetContactsAsync(_id);
        _services.Memory.Forget(_id);
        await _data.DeleteAccountDataAsync(CancellationToken.None);
        if (_session == session)
        {
            await EnterAsync(DeviceState.LoggedOut, problem, r => r with
            {
                Account = null,
                Lid = null,
                PushName = null,
                Platform = null,
                LinkedAt = null,
                WantsConnection = false,
            });
        }
    }

    /// <summary>
    /// Ends a session from inside one of its events: the client is disposed afterwards, since it waits for its own events.
    /// </summary>
    private async Task FinishAsync(DeviceSession session, DeviceState state, DeviceProblem? problem, bool wanted)
    {
        if (_session != session)
        {
            return;
        }

        try
        {
            if (Record.State != state || Record.Problem != problem || Record.WantsConnection != wanted)
            {
                await EnterAsync(state, problem, r => r with { WantsConnection = wanted });
            }
        }
        catch (Exception failure) when (Read(failure) is not null)
        {
            DeviceLog.StorageFailed(_logger, _id, failure);
        }

        if (_session == session)
        {
            _session = null;
            session.Settle();
            var lease = _lease;
            if (!wanted)
            {
                _lease = null;
            }

            _closing = FinishLaterAsync(session, wanted ? null : lease);
        }
    }

    private async Task FinishLaterAsync(DeviceSession session, DeviceLease? lease)
    {
        try
        {
            await Task.Yield();
            await session.Client.DisposeAsync();
            if (lease is not null)
            {
                await _services.Leases.ReleaseAsync(lease);
            }
        }
        catch (Exception failure)
        {
            DeviceLog.BackgroundFailed(_logger, _id, failure);
        }
    }

    /// <summary>Connects again at a time, or keeps the device only until somebody says so.</summary>
    private void Reunite(DateTimeOffset? at)
    {
        CancelReunion();
        var reunion = new CancellationTokenSource();
        _reunion = reunion;
        if (at is { } due)
        {
            _ = ReuniteAsync(due + (ReunionJitter * _services.Random.NextDouble()), reunion);
        }
    }

    private async Task ReuniteAsync(DateTimeOffset due, CancellationTokenSource reunion)
    {
        try
        {
            // Longer than a timer can wait is as good as for ever.
            var delay = due - _time.GetUtcNow();
            await Task.Delay(delay < TimeSpan.Zero ? TimeSpan.Zero : delay < TimeSpan.FromDays(40) ? delay : TimeSpan.FromDays(40), _time, reunion.Token);
            await ConnectAsync(TimeSpan.Zero, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Somebody decided otherwise.
        }
    }

    private void CancelReunion()
    {
        _reunion?.Cancel();
        _reunion = null;
    }
}
