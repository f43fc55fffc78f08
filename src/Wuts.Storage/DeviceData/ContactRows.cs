using System.Data.Common;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.DeviceData;

/// <summary>The contacts of a device, one row per address.</summary>
internal sealed class ContactRows(DeviceScope scope)
{
    private const string Columns = """
        jid, in_book, book_full_name, book_first_name, book_username, saved_on_phone, in_lid_book, lid_full_name, lid_first_name, lid_username,
        in_other_app, other_full_name, other_first_name, other_username, push_name, push_name_at, chat_title, business_name, username,
        business_issuer
        """;

    // What is the same already is not written, and does not count as a change.
    private const string Upsert = $$"""
        INSERT INTO wuts_contacts (device_id, changed_in, {{Columns}})
        SELECT @device, @version, r.* FROM {rows} WHERE true
        ON CONFLICT (device_id, jid) DO UPDATE SET
            changed_in = excluded.changed_in,
            in_book = excluded.in_book, book_full_name = excluded.book_full_name, book_first_name = excluded.book_first_name,
            book_username = excluded.book_username, saved_on_phone = excluded.saved_on_phone,
            in_lid_book = excluded.in_lid_book, lid_full_name = excluded.lid_full_name, lid_first_name = excluded.lid_first_name,
            lid_username = excluded.lid_username,
            in_other_app = excluded.in_other_app, other_full_name = excluded.other_full_name, other_first_name = excluded.other_first_name,
            other_username = excluded.other_username,
            push_name = excluded.push_name, push_name_at = excluded.push_name_at, chat_title = excluded.chat_title,
            business_name = excluded.business_name, username = excluded.username, business_issuer = excluded.business_issuer
        WHERE (wuts_contacts.in_book, wuts_contacts.book_full_name, wuts_contacts.book_first_name, wuts_contacts.book_username,
            wuts_contacts.saved_on_phone, wuts_contacts.in_lid_book, wuts_contacts.lid_full_name, wuts_contacts.lid_first_name,
            wuts_contacts.lid_username, wuts_contacts.in_other_app, wuts_contacts.other_full_name, wuts_contacts.other_first_name,
            wuts_contacts.other_username, wuts_contacts.push_name, wuts_contacts.push_name_at, wuts_contacts.chat_title,
            wuts_contacts.business_name, wuts_contacts.username, wuts_contacts.business_issuer)
        {differs} (excluded.in_book, excluded.book_full_name, excluded.book_first_name, excluded.book_username,
            excluded.saved_on_phone, excluded.in_lid_book, excluded.lid_full_name, excluded.lid_first_name,
            excluded.lid_username, excluded.in_other_app, excluded.other_full_name, excluded.other_first_name,
            excluded.other_username, excluded.push_name, excluded.push_name_at, excluded.chat_title,
            excluded.business_name, excluded.username, excluded.business_issuer)
        """;

    /// <summary>Inserts contacts or replaces them.</summary>
    /// <returns>How many are new or different.</returns>
    public async Task<int> SaveAsync(DbSession session, IReadOnlyCollection<ContactRecord> contacts, long version)
    {
        var changed = await session.ExecuteAsync(Upsert, ToRows(contacts), scope.Device, ("version", version)).ConfigureAwait(false);
        if (changed > 0 && await HasRemovalsAsync(session).ConfigureAwait(false))
        {
            await session.ExecuteAsync(
                "DELETE FROM wuts_book_removals WHERE device_id = @device AND jid IN (SELECT r.jid FROM {rows})", Jids(contacts), scope.Device)
                .ConfigureAwait(false);
        }

        return changed;
    }

    /// <summary>Deletes contacts, and remembers that they were there.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAsync(DbSession session, IReadOnlyCollection<ContactRecord> contacts, long version)
    {
        var gone = await session.QueryAsync(
            "DELETE FROM wuts_contacts WHERE device_id = @device AND jid IN (SELECT r.jid FROM {rows}) RETURNING jid",
            Jids(contacts), row => row.GetString(0), scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_book_removals (device_id, version, jid) SELECT @device, @version, r.jid FROM {rows} WHERE true
            ON CONFLICT (device_id, jid) DO UPDATE SET version = excluded.version
            """,
            Batch.OfTexts("jid", gone), scope.Device, ("version", version)).ConfigureAwait(false);
        return gone.Count;
    }

    /// <summary>The contacts with these addresses.</summary>
    public async ValueTask<IReadOnlyList<ContactRecord>> FindAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        var rows = Batch.OfTexts("wanted", jids.Select(jid => jid.ToString()));
        return await scope.ReadAsync(
            session => session.QueryAsync(
                $"SELECT {Columns} FROM {{rows}} JOIN wuts_contacts c ON c.device_id = @device AND c.jid = r.wanted", rows, Read, scope.Device),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All contacts.</summary>
    public IAsyncEnumerable<ContactRecord> ReadAsync(CancellationToken cancellationToken) =>
        scope.StreamAsync($"SELECT {Columns} FROM wuts_contacts WHERE device_id = @device", Read, cancellationToken);

    private async Task<bool> HasRemovalsAsync(DbSession session) => (await session.QueryAsync(
        "SELECT version FROM wuts_book_removals WHERE device_id = @device LIMIT 1", row => row.GetInt64(0), scope.Device).ConfigureAwait(false)).Count > 0;

    private static Batch Jids(IReadOnlyCollection<ContactRecord> contacts) => Batch.Of(contacts).Text("jid", contact => contact.Jid.ToString());

    private static Batch ToRows(IReadOnlyCollection<ContactRecord> contacts) => Batch.Of(contacts)
        .Text("jid", contact => contact.Jid.ToString())
        .Flag("in_book", contact => contact.AddressBook is not null)
        .Text("book_full_name", contact => contact.AddressBook?.FullName)
        .Text("book_first_name", contact => contact.AddressBook?.FirstName)
        .Text("book_username", contact => contact.AddressBook?.Username)
        .Flag("saved_on_phone", contact => contact.SavedOnPhone)
        .Flag("in_lid_book", contact => contact.LidEntry is not null)
        .Text("lid_full_name", contact => contact.LidEntry?.FullName)
        .Text("lid_first_name", contact => contact.LidEntry?.FirstName)
        .Text("lid_username", contact => contact.LidEntry?.Username)
        .Flag("in_other_app", contact => contact.OutEntry is not null)
        .Text("other_full_name", contact => contact.OutEntry?.FullName)
        .Text("other_first_name", contact => contact.OutEntry?.FirstName)
        .Text("other_username", contact => contact.OutEntry?.Username)
        .Text("push_name", contact => contact.PushName)
        .OptionalTime("push_name_at", contact => contact.PushNameAt)
        .Text("chat_title", contact => contact.ChatTitle)
        .Text("business_name", contact => contact.BusinessName)
        .Text("username", contact => contact.Username)
        .Text("business_issuer", contact => contact.BusinessIssuer);

    private static ContactRecord Read(DbDataReader row) => new(row.Jid(0))
    {
        AddressBook = ReadNames(row, 1),
        SavedOnPhone = row.GetBoolean(5),
        LidEntry = ReadNames(row, 6),
        OutEntry = ReadNames(row, 10),
        PushName = row.OptionalText(14),
        PushNameAt = row.OptionalTime(15),
        ChatTitle = row.OptionalText(16),
        BusinessName = row.OptionalText(17),
        Username = row.OptionalText(18),
        BusinessIssuer = row.OptionalText(19),
    };

    private static ContactNames? ReadNames(DbDataReader row, int at) =>
        row.GetBoolean(at) ? new ContactNames(row.OptionalText(at + 1), row.OptionalText(at + 2), row.OptionalText(at + 3)) : null;
}
