using System.Data.Common;
using System.Globalization;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Storage.DeviceData;

/// <summary>Signal state, row by row. Sessions, sender keys and plaintexts are encrypted; identities of others are public keys.</summary>
internal sealed class SignalRows(DeviceScope scope)
{
    private const string Sessions = "wuts_signal_sessions";
    private const string SenderKeys = "wuts_signal_sender_keys";

    private readonly SignalMessageRows _messages = new(scope);

    /// <summary>Loads what a query names. Own pre-keys are kept elsewhere.</summary>
    public async Task<SignalTransaction> LoadAsync(DbSession session, SignalQuery query)
    {
        var into = new SignalTransaction();
        Batch addresses = ToRows(query.Addresses);
        Batch people = Batch.OfTexts("person", query.Users);
        await LoadAsync(session, addresses, "t.person = r.person AND t.device = r.number", into).ConfigureAwait(false);
        await LoadAsync(session, people, "t.person = r.person", into).ConfigureAwait(false);
        await LoadSenderKeysAsync(
            session, ToRows(query.SenderKeys), "t.group_jid = r.group_jid AND t.person = r.person AND t.device = r.number", into).ConfigureAwait(false);
        await LoadSenderKeysAsync(session, people, "t.person = r.person", into).ConfigureAwait(false);
        await _messages.LoadAsync(session, query, into).ConfigureAwait(false);
        return into;
    }

    /// <summary>Writes what a transaction changed. An own pre-key that a message used goes in the same transaction.</summary>
    public async Task SaveAsync(DbSession session, SignalTransaction transaction)
    {
        var (saved, removed) = Split(transaction.Sessions);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_signal_sessions (device_id, person, device, sealed_record)
            SELECT @device, r.person, r.number, r.record FROM {rows} WHERE true
            ON CONFLICT (device_id, person, device) DO UPDATE SET sealed_record = excluded.sealed_record
            """,
            ToRows(saved, Sessions), scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_sessions WHERE device_id = @device AND (person, device) IN (SELECT r.person, r.number FROM {rows})",
            ToRows(removed), scope.Device).ConfigureAwait(false);

        (saved, removed) = Split(transaction.Identities);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_signal_identities (device_id, person, device, public_key)
            SELECT @device, r.person, r.number, r.record FROM {rows} WHERE true
            ON CONFLICT (device_id, person, device) DO UPDATE SET public_key = excluded.public_key
            """,
            ToRows(saved, null), scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_signal_identities WHERE device_id = @device AND (person, device) IN (SELECT r.person, r.number FROM {rows})",
            ToRows(removed), scope.Device).ConfigureAwait(false);
        await SaveSenderKeysAsync(session, transaction.SenderKeys).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_pre_keys WHERE device_id = @device AND id IN (SELECT r.id FROM {rows})",
            Batch.Of(Split(transaction.PreKeys).Removed).Number("id", id => id), scope.Device).ConfigureAwait(false);
        await _messages.SaveAsync(session, transaction).ConfigureAwait(false);
    }

    /// <summary>Forgets payloads, retries and sent messages from before a time.</summary>
    public Task ForgetBeforeAsync(DbSession session, DateTimeOffset time) => _messages.ForgetBeforeAsync(session, time);

    /// <summary>The changes of some rows: those to write, and the keys of those to delete.</summary>
    internal static (List<KeyValuePair<TKey, TRow>> Saved, List<TKey> Removed) Split<TKey, TRow>(RowSet<TKey, TRow> rows)
        where TKey : notnull
        where TRow : class
    {
        var saved = new List<KeyValuePair<TKey, TRow>>();
        var removed = new List<TKey>();
        foreach (var (key, row) in rows.Changes)
        {
            if (row is null)
            {
                removed.Add(key);
            }
            else
            {
                saved.Add(new(key, row));
            }
        }

        return (saved, removed);
    }

    private static Batch ToRows(IReadOnlyCollection<SignalAddress> addresses) =>
        Batch.Of(addresses).Text("person", address => address.User).Number("number", address => address.Device);

    private static Batch ToRows(ISet<SignalAddress> addresses) => ToRows([.. addresses]);

    private static Batch ToRows(IReadOnlyCollection<SenderKeyName> names) => Batch.Of(names)
        .Text("group_jid", name => name.Group.ToString()).Text("person", name => name.Sender.User).Number("number", name => name.Sender.Device);

    private static Batch ToRows(ISet<SenderKeyName> names) => ToRows([.. names]);

    private static SignalAddress Address(DbDataReader row, int at) => new(row.GetString(at), (ushort)row.GetInt32(at + 1));

    private static string Place(SenderKeyName name) => string.Create(CultureInfo.InvariantCulture, $"{name.Group} {name.Sender}");

    private Batch ToRows(IReadOnlyCollection<KeyValuePair<SignalAddress, byte[]>> rows, string? sealedFor) => Batch.Of(rows)
        .Text("person", row => row.Key.User).Number("number", row => row.Key.Device)
        .Bytes("record", row => sealedFor is null ? row.Value : scope.Seal(row.Value, sealedFor, row.Key.ToString()));

    private async Task LoadAsync(DbSession session, Batch rows, string condition, SignalTransaction into)
    {
        await session.QueryAsync(
            $"SELECT t.person, t.device, t.sealed_record FROM {{rows}} JOIN wuts_signal_sessions t ON t.device_id = @device AND {condition}",
            rows,
            row =>
            {
                var address = Address(row, 0);
                into.Sessions.Load(address, scope.Open(row.Bytes(2), Sessions, address.ToString()));
                return address;
            },
            scope.Device).ConfigureAwait(false);
        await session.QueryAsync(
            $"SELECT t.person, t.device, t.public_key FROM {{rows}} JOIN wuts_signal_identities t ON t.device_id = @device AND {condition}",
            rows,
            row =>
            {
                var address = Address(row, 0);
                into.Identities.Load(address, row.Bytes(2));
                return address;
            },
            scope.Device).ConfigureAwait(false);
    }

    private Task LoadSenderKeysAsync(DbSession session, Batch rows, string condition, SignalTransaction into) => session.QueryAsync(
        $"""
        SELECT t.group_jid, t.person, t.device, t.sealed_record
        FROM {"{rows}"} JOIN wuts_signal_sender_keys t ON t.device_id = @device AND {condition}
        """,
        rows,
        row =>
        {
            var name = new SenderKeyName(row.Jid(0), Address(row, 1));
            into.SenderKeys.Load(name, scope.Open(row.Bytes(3), SenderKeys, Place(name)));
            return name;
        },
        scope.Device);

    private async Task SaveSenderKeysAsync(DbSession session, RowSet<SenderKeyName, byte[]> rows)
    {
        var (saved, removed) = Split(rows);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_signal_sender_keys (device_id, group_jid, person, device, sealed_record)
            SELECT @device, r.group_jid, r.person, r.number, r.record FROM {rows} WHERE true
            ON CONFLICT (device_id, group_jid, person, device) DO UPDATE SET sealed_record = excluded.sealed_record
            """,
            Batch.Of(saved)
                .Text("group_jid", row => row.Key.Group.ToString()).Text("person", row => row.Key.Sender.User)
                .Number("number", row => row.Key.Sender.Device).Bytes("record", row => scope.Seal(row.Value, SenderKeys, Place(row.Key))),
            scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            DELETE FROM wuts_signal_sender_keys
            WHERE device_id = @device AND (group_jid, person, device) IN (SELECT r.group_jid, r.person, r.number FROM {rows})
            """,
            ToRows(removed), scope.Device).ConfigureAwait(false);
    }
}
