using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Stores;

namespace Wuts.Core.Devices;

/// <content>Its record: read, changed, stored, and told.</content>
public sealed partial class Device
{
    private static readonly TimeSpan SaveAgainEvery = TimeSpan.FromSeconds(1);

    private readonly TurnLock _saving = new();
    private Task _savingLater = Task.CompletedTask;
    private DeviceState? _counted;

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

    private void Count(DeviceState? state)
    {
        _services.Metrics.DeviceMoved(_id, _counted, state);
        _counted = state;
    }
}
