using Wuts.Core.Stores;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.DeviceData;

/// <summary>Changes of the address book that have not reached WhatsApp yet, one per person. Every read of the book asks for them.</summary>
internal sealed class PendingEditRows(DeviceScope scope, BookRows book)
{
    private readonly KnownWhileOwned<IReadOnlyList<PendingEdit>> _known = new(
        scope,
        async session => await session.QueryAsync(
            "SELECT person, first_name, full_name, asked_at FROM wuts_pending_edits WHERE device_id = @device ORDER BY asked_at, person",
            row => new PendingEdit(row.Jid(0), row.GetString(1), row.GetString(2), row.Time(3)), scope.Device).ConfigureAwait(false));

    /// <summary>All of them, the oldest first.</summary>
    public ValueTask<IReadOnlyList<PendingEdit>> LoadAsync(CancellationToken cancellationToken) => _known.GetAsync(cancellationToken);

    /// <summary>Adds or replaces a change, and the contact with the name that it sets.</summary>
    public ValueTask SaveAsync(PendingEdit edit, ContactRecord contact, CancellationToken cancellationToken) => scope.WriteAsync(
        async session =>
        {
            var before = await session.QueryAsync(
                "SELECT full_name, first_name FROM wuts_pending_edits WHERE device_id = @device AND person = @person",
                row => (row.GetString(0), row.GetString(1)), scope.Device, Person(edit)).ConfigureAwait(false);
            await session.ExecuteAsync(
                """
                INSERT INTO wuts_pending_edits (device_id, person, first_name, full_name, asked_at)
                VALUES (@device, @person, @first, @full, @at)
                ON CONFLICT (device_id, person) DO UPDATE
                SET first_name = excluded.first_name, full_name = excluded.full_name, asked_at = excluded.asked_at
                """,
                scope.Device, Person(edit), ("first", edit.FirstName), ("full", edit.FullName), ("at", edit.At)).ConfigureAwait(false);
            var changed = await book.ApplyAsync(session, [contact], _ => Task.FromResult(0)).ConfigureAwait(false);
            if (!changed && before.Any(names => names != (edit.FullName, edit.FirstName)))
            {
                // The stored name is the new one already, the one that was shown was not.
                await book.TouchAsync(session, edit.Person).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>Removes a change, unless another one has taken its place.</summary>
    public ValueTask RemoveAsync(PendingEdit edit, CancellationToken cancellationToken) => scope.WriteAsync(
        async session =>
        {
            // Two changes may be of the same moment, and a clock may be set back: only the names tell them apart.
            var removed = await session.ExecuteAsync(
                """
                DELETE FROM wuts_pending_edits
                WHERE device_id = @device AND person = @person AND first_name = @first AND full_name = @full AND asked_at = @at
                """,
                scope.Device, Person(edit), ("first", edit.FirstName), ("full", edit.FullName), ("at", edit.At)).ConfigureAwait(false);
            if (removed > 0 && !await IsStoredAsync(session, edit).ConfigureAwait(false))
            {
                await book.TouchAsync(session, edit.Person).ConfigureAwait(false);
            }
        },
        cancellationToken);

    private async Task<bool> IsStoredAsync(DbSession session, PendingEdit edit) => (await session.QueryAsync(
        "SELECT book_full_name, book_first_name FROM wuts_contacts WHERE device_id = @device AND jid = @person",
        row => (row.OptionalText(0) ?? "", row.OptionalText(1) ?? ""), scope.Device, Person(edit)).ConfigureAwait(false))
        .Contains((edit.FullName, edit.FirstName));

    private static (string Name, object? Value) Person(PendingEdit edit) => ("person", edit.Person.ToString());
}
