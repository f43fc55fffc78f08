using Wuts.Core.Events;
using Wuts.Core.Stores;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Core.Devices;

/// <content>What the client tells, in the turns of the device. What it waits for is acknowledged only afterwards.</content>
public sealed partial class Device
{
    private bool _historyDone;

    private async Task HandleAsync(DeviceSession session, WhatsAppEvent happened)
    {
        if (_session != session)
        {
            return;
        }

        switch (happened)
        {
            case WhatsAppEvent.Connecting when session.Pairing is null || session.Pairing.Ended is not null:
                var state = session.WasConnected ? DeviceState.Reconnecting : DeviceState.Connecting;
                if (session.State != state)
                {
                    await FollowAsync(state, Record.Problem);
                }

                break;
            case WhatsAppEvent.Connected:
                await ConnectedAsync(session);
                break;
            case WhatsAppEvent.Disconnected { RetryIn: not null } disconnected:
                await FollowAsync(session.WasConnected ? DeviceState.Reconnecting : DeviceState.Connecting, ProblemOf(disconnected.Reason));
                break;
            case WhatsAppEvent.Disconnected { Reason: var reason }:
                await EndedAsync(session, reason);
                break;
            case WhatsAppEvent.LoggedOut { Reason: var reason }:
                await UnlinkedAsync(session, reason);
                break;
            case WhatsAppEvent.Paired paired:
                await PairedAsync(session, paired);
                break;
            case WhatsAppEvent.IdentityChanged changed:
                await RelayAsync(DeviceEventMapper.Map(_id, Record.TenantId, _time.GetUtcNow(), changed));
                break;
            case WhatsAppEvent.AccountChanged { Change: var change }:
                await AccountChangedAsync(change);
                break;
        }
    }

    private async Task ConnectedAsync(DeviceSession session)
    {
        session.WasConnected = true;
        session.Pairing = null;
        try
        {
            await FollowAsync(DeviceState.Connected, null, r => r with
            {
                WantsConnection = true,
                PushName = session.Client.Account?.PushName ?? r.PushName,
                Lid = session.Client.Account?.Lid?.ToBase() ?? r.Lid,
            });
        }
        finally
        {
            session.Settle();
        }

        PushEdits();
    }

    private async Task PairedAsync(DeviceSession session, WhatsAppEvent.Paired paired)
    {
        var account = session.Client.Account;
        var now = _time.GetUtcNow();
        session.Pairing?.End(new Failure.Conflict(ConflictKind.AlreadyLinked));
        _historyDone = false;
        await EnterAsync(DeviceState.Connecting, null, r => r with
        {
            Account = paired.Device.ToBase(),
            Lid = paired.Lid?.ToBase(),
            PushName = account?.PushName,
            Platform = account?.Platform,
            LinkedAt = now,
            WantsConnection = true,
        });
        Publish(new DeviceEvent.Paired(_id, Record.TenantId, now, paired.Device.ToBase()));
    }

    private async Task AccountChangedAsync(AccountEvent change)
    {
        switch (change)
        {
            case AccountEvent.OwnPushNameChanged own:
                await SaveAsync(r => r with { PushName = own.Name });
                break;
            case AccountEvent.HistoryRead { Progress: >= 100 }:
                _historyDone = true;
                break;
            case AccountEvent.HistoryLost lost:
                _services.Metrics.HistoryLost(lost.Type);
                break;
            case AccountEvent.OwnMessageLost:
                _services.Metrics.OwnMessageLost();
                break;
            case AccountEvent.CollectionHealthChanged { Collection: AppStateCollection.CriticalUnblockLow, Health.Status: CollectionStatus.Healthy }:
                // Also when there was nothing new: what could not be built upon before can now.
                PushEdits();
                break;
        }

        await RelayAsync(DeviceEventMapper.Map(_id, Record.TenantId, _time.GetUtcNow(), change, Record.Account));
    }

    /// <summary>Voids what contacts have cached, then tells everybody.</summary>
    /// <exception cref="WhatsAppStoreException">It is not void everywhere: what said so must come again.</exception>
    private async Task RelayAsync(MappedEvents mapped)
    {
        Failure? missed = null;
        foreach (var (jid, parts, pictureId) in await WithPartnersAsync(mapped.Void))
        {
            var lease = _lease ?? throw new LeaseLostException();
            var answer = await _actors.Contact(_id, jid).InvalidateAsync(parts, pictureId, lease.Fence.Number, CancellationToken.None);
            missed = answer.Failure ?? missed;
        }

        if (missed is not null)
        {
            DeviceLog.NotInvalidated(_logger, _id, missed.GetType().Name);
            throw new WhatsAppStoreException("Contacts could not be told about a change.");
        }

        foreach (var happened in mapped.Events)
        {
            Publish(happened);
        }
    }

    /// <summary>A person may be cached under either address.</summary>
    private async Task<IReadOnlyList<(Jid Jid, Contacts.ContactParts Parts, string? PictureId)>> WithPartnersAsync(
        IReadOnlyList<(Jid Jid, Contacts.ContactParts Parts, string? PictureId)> voided)
    {
        var people = voided.Select(v => v.Jid).Where(j => j.IsPerson).ToHashSet();
        if (people.Count == 0)
        {
            return voided;
        }

        var all = voided.ToList();
        foreach (var (pair, _, _) in await _data.Account.FindPairsAsync(people, CancellationToken.None))
        {
            foreach (var (one, other) in new[] { (pair.Phone, pair.Lid), (pair.Lid, pair.Phone) })
            {
                if (!people.Contains(other))
                {
                    all.AddRange(voided.Where(v => v.Jid == one).Select(v => (other, v.Parts, v.PictureId)));
                }
            }
        }

        return all;
    }
}
