using System.Globalization;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.DeviceData;

/// <summary>History notifications that wait. They hold the keys of what they announce, so they are encrypted.</summary>
internal sealed class HistoryTaskRows(DeviceScope scope)
{
    private const string Table = "wuts_history_tasks";

    /// <summary>What waits, in its order.</summary>
    public async Task<IReadOnlyList<HistoryTask>> LoadAsync(DbSession session) => await session.QueryAsync(
        """
        SELECT position, message_id, sealed_notification, asked_again_at, is_awaited, is_handled FROM wuts_history_tasks
        WHERE device_id = @device ORDER BY position
        """,
        row => new HistoryTask(
            row.GetInt64(0),
            row.GetString(1),
            scope.Open(row.Bytes(2), Table, Row(row.GetInt64(0))),
            row.OptionalTime(3),
            row.GetBoolean(4),
            row.GetBoolean(5)),
        scope.Device)
        .ConfigureAwait(false);

    /// <summary>Applies writes in their order. They are few.</summary>
    public async Task ApplyAsync(DbSession session, IReadOnlyList<AccountWrite> writes)
    {
        foreach (var write in writes)
        {
            switch (write)
            {
                case AccountWrite.HistoryQueued { Task: var task }:
                    await session.ExecuteAsync(
                        """
                        INSERT INTO wuts_history_tasks
                            (device_id, position, message_id, sealed_notification, asked_again_at, is_awaited, is_handled)
                        VALUES (@device, @position, @message, @notification, @asked, @awaited, @handled)
                        ON CONFLICT (device_id, position) DO UPDATE
                        SET message_id = excluded.message_id, sealed_notification = excluded.sealed_notification,
                            asked_again_at = excluded.asked_again_at, is_awaited = excluded.is_awaited, is_handled = excluded.is_handled
                        """,
                        scope.Device, ("position", task.Order), ("message", task.MessageId),
                        ("asked", task.AskedAgainAt), ("awaited", task.IsAwaited), ("handled", task.IsHandled),
                        ("notification", scope.Seal(task.Notification.Span, Table, Row(task.Order)))).ConfigureAwait(false);
                    break;
                case AccountWrite.HistoryDone done:
                    await session.ExecuteAsync(
                        "DELETE FROM wuts_history_tasks WHERE device_id = @device AND message_id = @message",
                        scope.Device, ("message", done.MessageId)).ConfigureAwait(false);
                    break;
            }
        }
    }

    private static string Row(long order) => order.ToString(CultureInfo.InvariantCulture);
}
