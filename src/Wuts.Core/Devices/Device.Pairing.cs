using Wuts.Core.Events;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Core.Devices;

/// <content>Linking the device to an account.</content>
public sealed partial class Device
{
    // The server's answer when an account has no room for one more device.
    private const int ResourceLimit = 419;

    /// <inheritdoc/>
    public Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken) => AnswerAsync<QrCode>(async () =>
    {
        var (attempt, failure, cached) = await PairAsync(null, refresh, a => a.Qr?.ExpiresAt, cancellationToken);
        if (attempt is null)
        {
            return failure!;
        }

        var answer = await attempt.NextAsync(() => attempt.Qr, q => q.ExpiresAt, wait, cancellationToken);
        return answer.TryGet(out var qr, out var why) ? qr with { FromCache = cached } : why;
    });

    /// <inheritdoc/>
    public Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        AnswerAsync<PairCode>(async () =>
        {
            var (attempt, failure, cached) = await PairAsync(phone, refresh, a => a.Code?.ExpiresAt, cancellationToken);
            if (attempt is null)
            {
                return failure!;
            }

            var answer = await attempt.NextAsync(() => attempt.Code, c => c.ExpiresAt, wait, cancellationToken);
            return answer.TryGet(out var code, out var why) ? code with { FromCache = cached } : why;
        });

    /// <summary>The pairing that goes on in this way, or a new one in its place.</summary>
    private async Task<(PairingAttempt? Attempt, Failure? Failure, bool Cached)> PairAsync(
        PhoneNumber? phone, bool refresh, Func<PairingAttempt, DateTimeOffset?> expiry, CancellationToken cancellationToken)
    {
        using (await _lifeCycle.EnterAsync(cancellationToken))
        {
            if (_session is { Pairing: null })
            {
                return (null, new Failure.Conflict(ConflictKind.AlreadyLinked), false);
            }

            // The phone has scanned, and WhatsApp still waits for the device's signature: closing now would undo it.
            if (_session?.Pairing?.Ended is Failure.Conflict { Kind: ConflictKind.AlreadyLinked } linked)
            {
                return (null, linked, false);
            }

            if (_session?.Pairing is { Ended: null } present)
            {
                if (!refresh && present.Phone == phone)
                {
                    return (present, null, expiry(present) > _time.GetUtcNow());
                }

                if (present.IsAnswered)
                {
                    return (null, new Failure.Conflict(ConflictKind.PairingInProgress), false);
                }
            }

            if (await OwnAsync() is { } failure)
            {
                return (null, failure, false);
            }

            await CloseAsync(save: false, keepLease: true);
            await _closing;
            if (await IsLinkedAsync())
            {
                await ReleaseUnlessWantedAsync();
                return (null, new Failure.Conflict(ConflictKind.AlreadyLinked), false);
            }

            return (await StartPairingAsync(phone), null, false);
        }
    }

    private async Task<PairingAttempt> StartPairingAsync(PhoneNumber? phone)
    {
        // Nothing of an account that was linked before may stay.
        await _data.DeleteAccountDataAsync(CancellationToken.None);
        var attempt = new PairingAttempt(phone, _time);
        var session = CreateSession();
        session.Pairing = attempt;
        session.State = DeviceState.Pairing;
        _session = session;
        try
        {
            await EnterAsync(DeviceState.Pairing, null, r => r with { Account = null, Lid = null, PushName = null, Platform = null, LinkedAt = null });
            PairingMethod method = phone is { } number ? new PairingMethod.Code(number) : new PairingMethod.Qr();
            var pairing = await session.Client.PairAsync(method, CancellationToken.None);
            _ = FollowAsync(session, attempt, pairing);
            return attempt;
        }
        catch
        {
            await CloseAsync(save: false);
            throw;
        }
    }

    /// <summary>Follows a pairing in the turns of the device, until it is over.</summary>
    private async Task FollowAsync(DeviceSession session, PairingAttempt attempt, PairingSession pairing)
    {
        try
        {
            await foreach (var step in pairing.Events.ReadAllAsync())
            {
                if (_session == session)
                {
                    await StepAsync(session, attempt, step);
                }
            }
        }
        catch (Exception failure)
        {
            DeviceLog.BackgroundFailed(_logger, _id, failure);
            attempt.End(Read(failure) ?? new Failure.Unavailable(Failures.OwnerRetry));
        }
    }

    private async Task StepAsync(DeviceSession session, PairingAttempt attempt, PairingEvent step)
    {
        var now = _time.GetUtcNow();
        switch (step)
        {
            case PairingEvent.QrCode qr:
                attempt.Show(new QrCode(qr.Text, now, now + qr.ValidFor, FromCache: false));
                Publish(new DeviceEvent.QrGenerated(_id, Record.TenantId, now));
                break;
            case PairingEvent.Code code:
                attempt.Show(new PairCode(code.Text.Replace("-", "", StringComparison.Ordinal), code.ExpiresAt, FromCache: false));
                break;
            case PairingEvent.CodeTyped or PairingEvent.PasskeyRequired or PairingEvent.CompareCode:
                attempt.IsAnswered = true;
                break;
            case PairingEvent.Paired:
                attempt.End(new Failure.Conflict(ConflictKind.AlreadyLinked));
                break;
            case PairingEvent.Failed failed when attempt.Ended is null:
                await FailPairingAsync(session, attempt, failed.Failure);
                break;
        }
    }

    private async Task FailPairingAsync(DeviceSession session, PairingAttempt attempt, PairingFailure failure)
    {
        DeviceLog.PairingEnded(_logger, _id, failure.GetType().Name);
        var problem = ProblemOf(failure);
        attempt.End(failure switch
        {
            PairingFailure.Refused { Error: { IsRateLimit: true } error } => new Failure.RateLimited(error.Backoff, IsOwnLimit: false),
            _ when problem is { Kind: DeviceProblemKind.TooManyDevices } => new Failure.Conflict(ConflictKind.TooManyDevices),
            PairingFailure.Refused { Error.Code: 400 } when attempt.Phone is not null =>
                new Failure.Invalid("phone", "WhatsApp does not give out a code for this number."),
            PairingFailure.Refused { Error: var error } => new Failure.Refused(error.Code),
            PairingFailure.TimedOut or PairingFailure.NotConfirmed or PairingFailure.NewCodeNeeded => new Failure.TimedOut(),
            _ => new Failure.NotReady(DeviceState.PairingExpired, problem),
        });
        await FinishAsync(session, DeviceState.PairingExpired, problem, wanted: false);
    }

    private static DeviceProblem? ProblemOf(PairingFailure failure) => failure switch
    {
        PairingFailure.Refused { Error.Code: ResourceLimit } => new DeviceProblem(DeviceProblemKind.TooManyDevices),
        PairingFailure.Disconnected { Reason: var reason } => ProblemOf(reason),
        PairingFailure.Refused => new DeviceProblem(DeviceProblemKind.Refused),
        PairingFailure.Rejected { Fault: PairingFault.NotStored } => new DeviceProblem(DeviceProblemKind.Storage),
        _ => null,
    };

    private async Task ReleaseUnlessWantedAsync()
    {
        if (_reunion is null)
        {
            await ReleaseAsync();
        }
    }

    private static DeviceProblem ProblemOf(DisconnectReason reason) => reason switch
    {
        DisconnectReason.LoggedOut => new DeviceProblem(DeviceProblemKind.LoggedOut),
        DisconnectReason.Replaced => new DeviceProblem(DeviceProblemKind.Replaced),
        DisconnectReason.Banned banned => new DeviceProblem(DeviceProblemKind.Banned, banned.Until),
        DisconnectReason.ClientOutdated => new DeviceProblem(DeviceProblemKind.ClientOutdated),
        DisconnectReason.AccountLocked => new DeviceProblem(DeviceProblemKind.AccountLocked),
        DisconnectReason.Refused => new DeviceProblem(DeviceProblemKind.Refused),
        DisconnectReason.StorageFailed => new DeviceProblem(DeviceProblemKind.Storage),
        _ => new DeviceProblem(DeviceProblemKind.Network),
    };
}
