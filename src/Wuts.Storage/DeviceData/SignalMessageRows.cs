using Wuts.Storage.Sql;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// What is kept of single messages for some time: payloads, how often a message was asked for again, own messages. Ids of
/// messages come from whoever sent them, so a long one is kept by its hash: an index has a limit.
/// </summary>
internal sealed class SignalMessageRows(DeviceScope scope)
{
    private const string Payloads = "wuts_signal_payloads";
    private const string SentMessages = "wuts_signal_sent_messages";

    /// <summary>Loads what a query names.</summary>
    public async Task LoadAsync(DbSession session, SignalQuery query, SignalTransaction into)
    {
        await session.QueryAsync(
            """
            SELECT t.id, t.sealed_plaintext, t.received_at
            FROM {rows} JOIN wuts_signal_payloads t ON t.device_id = @device AND t.id = r.wanted
            """,
            Batch.OfTexts("wanted", query.Payloads.Select(payload => payload.Value)),
            row =>
            {
                var id = new PayloadId(row.GetString(0));
                var plaintext = row.OptionalBytes(1) is { } stored ? scope.Open(stored, Payloads, id.Value) : null;
                into.Payloads.Load(id, new PayloadRow(plaintext, row.Time(2)));
                return id;
            },
            scope.Device).ConfigureAwait(false);

        var retries = query.Retries.ToDictionary(key => (MessageKey.Of(key.MessageId), key.Sender));
        await session.QueryAsync(
            """
            SELECT t.message_id, t.person, t.device, t.count, t.last_at FROM {rows} JOIN wuts_signal_retries t
                ON t.device_id = @device AND t.message_id = r.message_id AND t.person = r.person AND t.device = r.number
            """,
            ToRows(retries.Values),
            row =>
            {
                var key = retries[(row.GetString(0), new SignalAddress(row.GetString(1), (ushort)row.GetInt32(2)))];
                into.Retries.Load(key, new RetryRow(row.GetInt32(3), row.Time(4)));
                return key;
            },
            scope.Device).ConfigureAwait(false);

        var sent = query.SentMessages.ToDictionary(MessageKey.Of);
        await session.QueryAsync(
            """
            SELECT t.id, t.receiver, t.sealed_plaintext, t.sent_at, t.resends
            FROM {rows} JOIN wuts_signal_sent_messages t ON t.device_id = @device AND t.id = r.wanted
            """,
            Batch.OfTexts("wanted", sent.Keys),
            row =>
            {
                var id = row.GetString(0);
                var plaintext = scope.Open(row.Bytes(2), SentMessages, id);
                into.SentMessages.Load(sent[id], new SentMessageRow(row.Jid(1), plaintext, row.Time(3), row.GetInt32(4)));
                return id;
            },
            scope.Device).ConfigureAwait(false);
    }

    /// <summary>Writes what a transaction changed.</summary>
    public async Task SaveAsync(DbSession session, SignalTransaction transaction)
    {
        await SavePayloadsAsync(session, transaction.Payloads).ConfigureAwait(false);

        var (retries, noRetries) = SignalRows.Split(transaction.Retries);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_signal_retries (device_id, message_id, person, device, count, last_at)
            SELECT @device, r.message_id, r.person, r.number, r.count, r.last_at FROM {rows} WHERE true
            ON CONFLICT (device_id, message_id, person, device) DO UPDATE SET count = excluded.count, last_at = excluded.last_at
            """,
            Batch.Of(retries)
                .Text("message_id", row => MessageKey.Of(row.Key.MessageId)).Text("person", row => row.Key.Sender.User)
                .Number("number", row => row.Key.Sender.Device).Number("count", row => row.Value.Count).Time("last_at", row => row.Value.LastAt),
            scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            DELETE FROM wuts_signal_retries
            WHERE device_id = @device AND (message_id, person, device) IN (SELECT r.message_id, r.person, r.number FROM {rows})
            """,
            ToRows(noRetries), scope.Device).ConfigureAwait(false);

        var (sent, notSent) = SignalRows.Split(transaction.SentMessages);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_signal_sent_messages (device_id, id, receiver, sealed_plaintext, sent_at, resends)
            SELECT @device, r.* FROM {rows} WHERE true
            ON CONFLICT (device_id, id) DO UPDATE
            SET receiver = excluded.receiver, sealed_plaintext = excluded.sealed_plaintext, sent_at = excluded.sent_at, resends = excluded.resends
            """,
            Batch.Of(sent)
                .Text("id", row => MessageKey.Of(row.Key)).Text("receiver", row => row.Value.Receiver.ToString())
                .Bytes("plaintext", row => scope.Seal(row.Value.Plaintext, SentMessages, MessageKey.Of(row.Key)))
                .Time("sent_at", row => row.Value.SentAt).Number("resends", row => row.Value.Resends),
            scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_sent_messages WHERE device_id = @device AND id IN (SELECT r.id FROM {rows})",
            Batch.OfTexts("id", notSent.Select(MessageKey.Of)), scope.Device).ConfigureAwait(false);
    }

    /// <summary>Forgets what is from before a time.</summary>
    public async Task ForgetBeforeAsync(DbSession session, DateTimeOffset time)
    {
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_payloads WHERE device_id = @device AND received_at < @time", scope.Device, ("time", time)).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_retries WHERE device_id = @device AND last_at < @time", scope.Device, ("time", time)).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_sent_messages WHERE device_id = @device AND sent_at < @time", scope.Device, ("time", time)).ConfigureAwait(false);
    }

    private static Batch ToRows(IReadOnlyCollection<RetryKey> keys) => Batch.Of(keys)
        .Text("message_id", key => MessageKey.Of(key.MessageId)).Text("person", key => key.Sender.User).Number("number", key => key.Sender.Device);

    private async Task SavePayloadsAsync(DbSession session, RowSet<PayloadId, PayloadRow> rows)
    {
        var (saved, removed) = SignalRows.Split(rows);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_signal_payloads (device_id, id, sealed_plaintext, received_at)
            SELECT @device, r.* FROM {rows} WHERE true
            ON CONFLICT (device_id, id) DO UPDATE SET sealed_plaintext = excluded.sealed_plaintext, received_at = excluded.received_at
            """,
            Batch.Of(saved)
                .Text("id", row => row.Key.Value)
                .Bytes("plaintext", row => row.Value.Plaintext is { } plaintext ? scope.Seal(plaintext, Payloads, row.Key.Value) : null)
                .Time("received_at", row => row.Value.ReceivedAt),
            scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_payloads WHERE device_id = @device AND id IN (SELECT r.id FROM {rows})",
            Batch.OfTexts("id", removed.Select(id => id.Value)), scope.Device).ConfigureAwait(false);
    }
}
