using Wuts.Core.Engine;
using Wuts.Core.Events;

namespace Wuts.Core.Devices;

/// <content>The lease: taken, given back, lost.</content>
public sealed partial class Device
{
    private readonly TurnLock _leasing = new();
    private DeviceLease? _lease;

    // It gave its lease up because the database was away, and waits to be woken when that is back.
    private bool _isCutOff;

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
}
