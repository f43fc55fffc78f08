using Wuts.Core.Queries;
using Wuts.Core.Stores;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <content>Changes of the address book that are made here, and their way to the phone. Sync section 3.12.</content>
public sealed partial class Device
{
    private static readonly TimeSpan FirstPushPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPushPause = TimeSpan.FromMinutes(5);

    private Task _pushing = Task.CompletedTask;
    private bool _pushAgain;
    private CancellationTokenSource? _pushPause;

    /// <inheritdoc/>
    public Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken) =>
        AnswerAsync<Done>(async () =>
        {
            var jid = person.ToBase();
            if (!jid.IsPerson)
            {
                return new Failure.Invalid("jid", "An address-book entry is for a person.");
            }

            if (Record.Account is null)
            {
                return new Failure.Conflict(ConflictKind.NotLinked);
            }

            if (await OwnAsync() is { } failure)
            {
                return failure;
            }

            var first = firstName.Trim();
            var full = $"{first} {lastName?.Trim()}".Trim();
            var stored = await _data.Account.FindContactsAsync([jid], CancellationToken.None);
            var contact = (stored.Count > 0 ? stored[0] : new ContactRecord(jid)) with { AddressBook = new ContactNames(full, first) };
            await _data.SavePendingEditAsync(new PendingEdit(jid, first, full, _time.GetUtcNow()), contact, CancellationToken.None);
            Publish(new Events.DeviceEvent.ContactChanged(_id, Record.TenantId, _time.GetUtcNow(), jid));
            if (_session is null)
            {
                using (await _lifeCycle.EnterAsync(CancellationToken.None))
                {
                    await (_session is null && _reunion is null ? ReleaseAsync() : Task.CompletedTask);
                }
            }
            else
            {
                PushEdits();
            }

            return Done.Instance;
        });

    /// <summary>
    /// Brings address-book changes to WhatsApp; nobody waits for it. What fails is tried again after a pause for as long as the
    /// device is connected, and sooner when this is called again: after a login, a fetch, another change.
    /// </summary>
    private void PushEdits()
    {
        _pushAgain = true;
        _pushPause?.Cancel();
        if (_pushing.IsCompleted)
        {
            _pushing = PushEditsAsync();
        }
    }

    private async Task PushEditsAsync()
    {
        var pause = FirstPushPause;
        do
        {
            _pushAgain = false;
            await Task.Yield();
            if (!await TryPushEditsAsync() && !_pushAgain && _session is { State: DeviceState.Connected })
            {
                await PausePushingAsync(pause);
                pause = pause * 2 < LongestPushPause ? pause * 2 : LongestPushPause;
            }
        }
        while (_pushAgain);
    }

    /// <returns>Whether nothing is left to do.</returns>
    private async Task<bool> TryPushEditsAsync()
    {
        try
        {
            foreach (var edit in await _data.LoadPendingEditsAsync(CancellationToken.None))
            {
                // Without a connection the next login takes it up again.
                if (_session is not { State: DeviceState.Connected } || !await PushAsync(edit))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception failure)
        {
            DeviceLog.BackgroundFailed(_logger, _id, failure);
            return false;
        }
    }

    private async Task PausePushingAsync(TimeSpan pause)
    {
        using var soon = new CancellationTokenSource();
        _pushPause = soon;
        try
        {
            await Task.Delay(pause, _time, soon.Token);
        }
        catch (OperationCanceledException)
        {
            // There is a reason not to wait.
        }
        finally
        {
            _pushPause = null;
            _pushAgain = true;
        }
    }

    /// <returns>Whether the next one may follow.</returns>
    private async Task<bool> PushAsync(PendingEdit edit)
    {
        var pairs = await _data.Account.FindPairsAsync([edit.Person], CancellationToken.None);
        Jid? counterpart = pairs.Count == 0 ? null : edit.Person.IsLid ? pairs[0].Pair.Phone : pairs[0].Pair.Lid;
        var change = AppStateEdit.SetContact(edit.Person, edit.Names, counterpart, saveOnPhone: true, edit.At);
        var answer = await _queries.AskAsync(
            QueryKind.AppState, QueryPriority.Background, () => RequireClient().EditAppStateAsync([change], CancellationToken.None));
        switch (answer.Value)
        {
            case UploadOutcome.Accepted or UploadOutcome.Unnecessary or UploadOutcome.Superseded:
                await _data.RemovePendingEditAsync(edit, CancellationToken.None);
                return true;
            case UploadOutcome.Refused refused when !MayPass(refused.Error):
                // It would be refused for ever. The name stays in the own book.
                DeviceLog.EditNotPushed(_logger, _id, $"refused with {refused.Error.Code}");
                await _data.RemovePendingEditAsync(edit, CancellationToken.None);
                return true;
            default:
                DeviceLog.EditNotPushed(_logger, _id, (answer.Value as object ?? answer.Failure)!.GetType().Name);
                return false;
        }
    }

    // Too much, or a server that is not well: the change itself is as good as any.
    private static bool MayPass(QueryError error) => error.IsRateLimit || error.Code >= 500;
}
