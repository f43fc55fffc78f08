using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Transport;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Mirror;

// Blobs that the media servers lost: the phone is asked once to upload each again. Sync section 13.4.
internal sealed partial class HistoryQueue
{
    /// <summary>How long the phone may take to answer; it may be off. Then the blob counts as lost.</summary>
    public static readonly TimeSpan ReuploadPatience = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private CancellationToken _watched;
    private string? _asking;

    /// <summary>Takes the phone's answer about a lost blob: goes on with it, or gives it up.</summary>
    public async Task AnsweredAsync(Node notification, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var id = notification["id"];
        HistoryTask? over = null;
        HistorySyncType type = default;
        await mirror.LearnAsync(
            new AccountDraft(),
            async draft =>
            {
                var tasks = await mirror.Store.LoadHistoryTasksAsync(cancellationToken).ConfigureAwait(false);
                if (tasks.FirstOrDefault(t => t.MessageId == id) is not { } task || !(task.IsAwaited || _asking == id)
                    || Parse(task) is not { Reference: { } reference } announced)
                {
                    LogUnrequested(logger, client.Label);
                    return;
                }

                type = announced.SyncType;
                switch (MediaRetry.Parse(notification, reference.MediaKey.Span))
                {
                    case MediaRetryOutcome.Uploaded(var path) when reference.TryMove(path, out _):
                        draft.Add(new AccountWrite.HistoryQueued(task with
                        {
                            Notification = Moved(task, path),
                            AskedAgainAt = task.AskedAgainAt ?? client.TimeProvider.GetUtcNow(),
                            IsAwaited = false,
                        }));
                        break;
                    case MediaRetryOutcome.Invalid:
                        LogUnrequested(logger, client.Label);
                        break;
                    default:
                        over = task;
                        break;
                }
            },
            cancellationToken).ConfigureAwait(false);

        if (over is not null)
        {
            LogLost(logger, client.Label, type, nameof(MediaRetryOutcome.NotFound));
            await FinishAsync(over, new AccountEvent.HistoryLost(type), connection, cancellationToken).ConfigureAwait(false);
        }

        Wake(connection);
    }

    private static byte[] Moved(HistoryTask task, string path)
    {
        var notification = HistorySyncNotification.Parser.ParseFrom(task.Notification.Span);
        notification.DirectPath = path;
        return notification.ToByteArray();
    }

    private static HistoryNotification? Parse(HistoryTask task)
    {
        try
        {
            return HistoryNotification.Parse(task.Notification.Span);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    // The request leaves before it is noted: after a crash in between it is made again, which is better than never.
    private async Task AskAgainAsync(
        HistoryTask task, MediaReference blob, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var own = session.Device.Account.PrimaryPhone;
        _asking = task.MessageId;
        await connection.SendAsync(
            MediaRetry.BuildRequest(task.MessageId, blob.MediaKey.Span, own, own, fromMe: true), cancellationToken).ConfigureAwait(false);
        await mirror.LearnAsync(
            new AccountDraft(),
            async draft =>
            {
                // The answer may have been quicker.
                var tasks = await mirror.Store.LoadHistoryTasksAsync(cancellationToken).ConfigureAwait(false);
                if (tasks.FirstOrDefault(t => t.MessageId == task.MessageId) is { AskedAgainAt: null } still)
                {
                    draft.Add(new AccountWrite.HistoryQueued(
                        still with { AskedAgainAt = client.TimeProvider.GetUtcNow(), IsAwaited = true }));
                }

                _asking = null;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private bool IsReady(HistoryTask task) =>
        !task.IsAwaited || client.TimeProvider.GetUtcNow() - task.AskedAgainAt >= ReuploadPatience;

    // Comes back when the phone's time to answer is over, for as long as the connection lives.
    private void Watch(IReadOnlyList<HistoryTask> awaited, IStanzaConnection connection)
    {
        if (awaited.Min(t => t.AskedAgainAt) is not { } first)
        {
            return;
        }

        lock (_gate)
        {
            if (_watched == connection.Ended)
            {
                return;
            }

            _watched = connection.Ended;
        }

        var delay = first + ReuploadPatience - client.TimeProvider.GetUtcNow();
        Background.Run(
            async () =>
            {
                await Task.Delay(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, client.TimeProvider, connection.Ended).ConfigureAwait(false);
                lock (_gate)
                {
                    _watched = default;
                }

                await RunAsync(connection, connection.Ended).ConfigureAwait(false);
            },
            connection,
            logger,
            client);
    }

    [LoggerMessage(1414, LogLevel.Information, "{Device}: history {Type} is gone from the media servers; the phone is asked to upload it again")]
    private static partial void LogAskedAgain(ILogger logger, string device, HistorySyncType type);

    [LoggerMessage(1415, LogLevel.Warning, "{Device}: an answer about a lost file belongs to no request, or is not authentic; ignored")]
    private static partial void LogUnrequested(ILogger logger, string device);
}
