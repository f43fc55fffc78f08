using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// Contacts, and the version of the address book: a number that grows by one with every commit that changes a contact or a
/// pair. Changed rows carry it; of deleted contacts the newest <see cref="MaxRemovals"/> are remembered.
/// </summary>
internal sealed class BookRows(DeviceScope scope)
{
    /// <summary>How many deletions of contacts are remembered.</summary>
    public const int MaxRemovals = 20_000;

    private readonly ContactRows _contacts = new(scope);

    /// <summary>The contacts.</summary>
    public ContactRows Contacts => _contacts;

    /// <summary>The version.</summary>
    public async Task<long> GetVersionAsync(DbSession session) => (await LoadAsync(session).ConfigureAwait(false)).Version;

    /// <summary>
    /// Applies contacts and pairs under the next version, which is only taken when something changed. The write holds the lock of
    /// the device's lease, so nobody else takes the same one.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="contacts">Each address once; blank ones are deleted.</param>
    /// <param name="applyPairs">Applies pairs under the version it is given, and returns how many changed.</param>
    /// <returns>Whether something changed.</returns>
    public async Task<bool> ApplyAsync(DbSession session, IReadOnlyCollection<ContactRecord> contacts, Func<long, Task<int>> applyPairs)
    {
        var (version, since) = await LoadAsync(session).ConfigureAwait(false);
        var next = version + 1;
        var changed = await _contacts.SaveAsync(session, [.. contacts.Where(contact => !contact.IsBlank)], next).ConfigureAwait(false);
        var removed = await _contacts.DeleteAsync(session, [.. contacts.Where(contact => contact.IsBlank)], next).ConfigureAwait(false);
        changed += removed + await applyPairs(next).ConfigureAwait(false);
        if (changed == 0)
        {
            return false;
        }

        if (removed > 0)
        {
            since = await ForgetOldRemovalsAsync(session, since).ConfigureAwait(false);
        }

        await SaveAsync(session, next, since).ConfigureAwait(false);
        return true;
    }

    /// <summary>A person counts as changed, whose row is as it was.</summary>
    public async Task TouchAsync(DbSession session, Jid person)
    {
        var (version, since) = await LoadAsync(session).ConfigureAwait(false);
        var row = ("person", (object?)person.ToString());
        await session.ExecuteAsync(
            "UPDATE wuts_contacts SET changed_in = @next WHERE device_id = @device AND jid = @person", scope.Device, row, ("next", version + 1))
            .ConfigureAwait(false);
        await session.ExecuteAsync(
            "UPDATE wuts_book_removals SET version = @next WHERE device_id = @device AND jid = @person", scope.Device, row, ("next", version + 1))
            .ConfigureAwait(false);
        await SaveAsync(session, version + 1, since).ConfigureAwait(false);
    }

    /// <summary>Makes every cursor too old, because everything was deleted.</summary>
    public async Task ForgetAsync(DbSession session)
    {
        var (version, _) = await LoadAsync(session).ConfigureAwait(false);
        await session.ExecuteAsync("DELETE FROM wuts_book_removals WHERE device_id = @device", scope.Device).ConfigureAwait(false);
        await SaveAsync(session, version + 1, version + 1).ConfigureAwait(false);
    }

    /// <summary>The addresses that changed after a version; <see langword="null"/> when deletions since then were forgotten.</summary>
    public async Task<IReadOnlyList<Jid>?> FindChangedAsync(DbSession session, long since)
    {
        // One statement, so that the answer is of one state.
        var rows = await session.QueryAsync(
            """
            SELECT jid FROM wuts_contacts WHERE device_id = @device AND changed_in > @since
            UNION SELECT phone FROM wuts_pairs WHERE device_id = @device AND changed_in > @since
            UNION SELECT lid FROM wuts_pairs WHERE device_id = @device AND changed_in > @since
            UNION SELECT jid FROM wuts_book_removals WHERE device_id = @device AND version > @since
            UNION SELECT '' FROM wuts_books WHERE device_id = @device AND removals_since > @since
            """,
            row => row.GetString(0), scope.Device, ("since", since)).ConfigureAwait(false);
        return rows.Contains("") ? null : [.. rows.Select(text => Jid.Parse(text))];
    }

    private async Task<(long Version, long RemovalsSince)> LoadAsync(DbSession session) => await session.FirstAsync(
        "SELECT version, removals_since FROM wuts_books WHERE device_id = @device", row => (row.GetInt64(0), row.GetInt64(1)), scope.Device)
        .ConfigureAwait(false);

    private Task SaveAsync(DbSession session, long version, long since) => session.ExecuteAsync(
        """
        INSERT INTO wuts_books (device_id, version, removals_since) VALUES (@device, @version, @since)
        ON CONFLICT (device_id) DO UPDATE SET version = excluded.version, removals_since = excluded.removals_since
        """,
        scope.Device, ("version", version), ("since", since));

    private async Task<long> ForgetOldRemovalsAsync(DbSession session, long since)
    {
        var oldest = await session.QueryAsync(
            "SELECT version FROM wuts_book_removals WHERE device_id = @device ORDER BY version DESC LIMIT 1 OFFSET @kept",
            row => row.GetInt64(0), scope.Device, ("kept", (long)MaxRemovals)).ConfigureAwait(false);
        if (oldest.Count == 0)
        {
            return since;
        }

        // A commit is forgotten as a whole: a cursor is either good for everything after it or for nothing.
        await session.ExecuteAsync(
            "DELETE FROM wuts_book_removals WHERE device_id = @device AND version <= @version", scope.Device, ("version", oldest[0]))
            .ConfigureAwait(false);
        return Math.Max(since, oldest[0]);
    }
}
