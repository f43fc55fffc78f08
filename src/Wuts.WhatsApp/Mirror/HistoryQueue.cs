using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Transport;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Works on history notifications one at a time and in their order: download, read as a stream, learn in batches, tell the
/// phone. A notification is handled with its last batch, so an interrupted one is read again from its beginning, which changes nothing
/// that was learnt; it leaves the queue when the phone was told. Sync section 2.
/// </summary>
internal sealed partial class HistoryQueue(
    ClientContext client, MirrorSession session, AccountMirror mirror, IMediaDownloader media, HistoryLimits limits, ILogger logger)
{
    private const int BatchSize = 500;

    private readonly AsyncLock _turn = new();
    private long _lastOrder;

    /// <summary>A task behind all others.</summary>
    public HistoryTask Next(string messageId, byte[] notification)
    {
        // Numbers only have to grow; the clock makes them grow across restarts, and the counter within one tick.
        var now = client.TimeProvider.GetUtcNow().UtcTicks;
        long order;
        long last;
        do
        {
            last = Interlocked.Read(ref _lastOrder);
            order = Math.Max(now, last + 1);
        }
        while (Interlocked.CompareExchange(ref _lastOrder, order, last) != last);

        return new HistoryTask(order, messageId, notification);
    }

    /// <summary>Starts working on what is queued, unless somebody does already.</summary>
    public void Wake(IStanzaConnection connection) => Background.Run(() => RunAsync(connection, connection.Ended), connection, logger, client);

    /// <summary>Works until nothing is left but what the phone owes an answer about, or a piece cannot be had now.</summary>
    public async Task RunAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        using (await _turn.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await mirror.Store.LoadHistoryTasksAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } tasks)
            {
                if (tasks.FirstOrDefault(IsReady) is not { } task)
                {
                    Watch(tasks, connection);
                    return;
                }

                if (task.IsHandled)
                {
                    await TellPhoneAsync(task, connection, cancellationToken).ConfigureAwait(false);
                }
                else if (!await WorkAsync(task, connection, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> WorkAsync(HistoryTask task, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        HistoryNotification notification;
        try
        {
            notification = HistoryNotification.Parse(task.Notification.Span);
        }
        catch (WireFormatException malformed)
        {
            LogUnreadable(logger, client.Label, malformed);
            await FinishAsync(task, new AccountEvent.HistoryLost(TypeOf(task)), connection, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (task.IsAwaited)
        {
            LogLost(logger, client.Label, notification.SyncType, nameof(TimeoutException));
            await FinishAsync(task, new AccountEvent.HistoryLost(notification.SyncType), connection, cancellationToken).ConfigureAwait(false);
            return true;
        }

        var own = session.Own?.Phone ?? default;
        switch (await HistoryBlob.OpenAsync(notification, media, limits, own, cancellationToken).ConfigureAwait(false))
        {
            case HistoryOutcome.Opened opened:
                using (opened.Blob)
                {
                    return await ReadAsync(task, notification, opened.Blob, connection, cancellationToken).ConfigureAwait(false);
                }

            case HistoryOutcome.Unavailable { Cause: MediaDownloadOutcome.Unreachable }:
                LogNotNow(logger, client.Label, notification.SyncType);
                return false;
            case HistoryOutcome.Unavailable { Cause: MediaDownloadOutcome.Expired or MediaDownloadOutcome.Corrupt }
                when task.AskedAgainAt is null && notification.Reference is { } reference:
                LogAskedAgain(logger, client.Label, notification.SyncType);
                await AskAgainAsync(task, reference, connection, cancellationToken).ConfigureAwait(false);
                return true;
            case HistoryOutcome.Unavailable unavailable:
                LogLost(logger, client.Label, notification.SyncType, unavailable.Cause.GetType().Name);
                await FinishAsync(task, new AccountEvent.HistoryLost(notification.SyncType), connection, cancellationToken).ConfigureAwait(false);
                return true;
            default:
                await FinishAsync(task, null, connection, cancellationToken).ConfigureAwait(false);
                return true;
        }
    }

    // An announcement without a usable address still says what it announced.
    private static HistorySyncType? TypeOf(HistoryTask task)
    {
        try
        {
            return (HistorySyncType)HistorySyncNotification.Parser.ParseFrom(task.Notification.Span).SyncType;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private async Task<bool> ReadAsync(
        HistoryTask task, HistoryNotification notification, HistoryBlob blob, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        AccountEvent happened = new AccountEvent.HistoryRead(notification.SyncType, (int)notification.Progress);
        try
        {
            foreach (var batch in blob.Reader.ReadItems().Chunk(BatchSize))
            {
                await mirror.LearnAsync(
                    new AccountDraft(),
                    draft => HistoryLearner.FillAsync(mirror.Store, batch, mirror.Own, draft, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (WireFormatException damaged)
        {
            // The file was verified, so the phone wrote it like this: another download would be no better.
            LogUnreadable(logger, client.Label, damaged);
            happened = new AccountEvent.HistoryLost(notification.SyncType);
        }

        await FinishAsync(task, happened, connection, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task FinishAsync(HistoryTask task, AccountEvent? raised, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await mirror.LearnAsync(
            new AccountDraft(),
            draft =>
            {
                draft.Add(new AccountWrite.HistoryQueued(task with { IsAwaited = false, IsHandled = true }));
                if (raised is not null)
                {
                    draft.Raise(raised);
                }

                return ValueTask.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);

        await TellPhoneAsync(task, connection, cancellationToken).ConfigureAwait(false);
    }

    // Without this receipt the phone goes on showing the device as syncing. The message is acknowledged, so nothing would bring
    // the receipt back: the task stays until the answer to what was asked after it shows that it has arrived.
    private async Task TellPhoneAsync(HistoryTask task, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await connection.SendAsync(Receipts.History(task.MessageId, session.Device.Account), cancellationToken).ConfigureAwait(false);
        await connection.QueryAsync(KeepAlive.BuildPing(), cancellationToken).ConfigureAwait(false);
        await mirror.LearnAsync(
            new AccountDraft(),
            draft =>
            {
                draft.Add(new AccountWrite.HistoryDone(task.MessageId));
                return ValueTask.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1411, LogLevel.Warning, "{Device}: a piece of history cannot be read")]
    private static partial void LogUnreadable(ILogger logger, string device, Exception cause);

    [LoggerMessage(1412, LogLevel.Information, "{Device}: history {Type} cannot be downloaded now; it stays queued")]
    private static partial void LogNotNow(ILogger logger, string device, HistorySyncType type);

    [LoggerMessage(1413, LogLevel.Warning, "{Device}: history {Type} is lost ({Cause})")]
    private static partial void LogLost(ILogger logger, string device, HistorySyncType type, string cause);
}
