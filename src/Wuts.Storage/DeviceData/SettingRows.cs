using System.Text;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.DeviceData;

/// <summary>Values of the account itself, encrypted as one of them is a salt, and its block list.</summary>
internal sealed class SettingRows(DeviceScope scope)
{
    private const string Table = "wuts_account_settings";

    /// <summary>A value; <see langword="null"/> when it is not set.</summary>
    public async Task<string?> FindAsync(DbSession session, AccountSetting name)
    {
        var stored = await session.FirstAsync(
            "SELECT sealed_value FROM wuts_account_settings WHERE device_id = @device AND name = @name", row => row.Bytes(0),
            scope.Device, ("name", name.ToString())).ConfigureAwait(false);
        return stored is null ? null : Encoding.UTF8.GetString(scope.Open(stored, Table, name.ToString()));
    }

    /// <summary>The block list; <see langword="null"/> before the first time.</summary>
    public async Task<Blocklist?> LoadBlocklistAsync(DbSession session)
    {
        var hash = await session.FirstAsync("SELECT hash FROM wuts_blocklists WHERE device_id = @device", row => row.GetString(0), scope.Device)
            .ConfigureAwait(false);
        if (hash is null)
        {
            return null;
        }

        var people = await session.QueryAsync(
            "SELECT phone, lid FROM wuts_blocked_people WHERE device_id = @device ORDER BY position",
            row => new BlockedPerson(row.OptionalJid(0), row.OptionalJid(1)), scope.Device).ConfigureAwait(false);
        return new Blocklist(people, hash);
    }

    /// <summary>Writes values, deletes those that are <see langword="null"/>, and replaces the block list when there is one.</summary>
    public async Task SaveAsync(DbSession session, IReadOnlyDictionary<AccountSetting, string?> values, Blocklist? blocklist)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_account_settings (device_id, name, sealed_value) SELECT @device, r.* FROM {rows} WHERE true
            ON CONFLICT (device_id, name) DO UPDATE SET sealed_value = excluded.sealed_value
            """,
            Batch.Of(values.Where(value => value.Value is not null).ToArray())
                .Text("name", value => value.Key.ToString())
                .Bytes("stored", value => scope.Seal(Encoding.UTF8.GetBytes(value.Value!), Table, value.Key.ToString())),
            scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_account_settings WHERE device_id = @device AND name IN (SELECT r.name FROM {rows})",
            Batch.OfTexts("name", values.Where(value => value.Value is null).Select(value => value.Key.ToString())), scope.Device)
            .ConfigureAwait(false);
        if (blocklist is not null)
        {
            await SaveBlocklistAsync(session, blocklist).ConfigureAwait(false);
        }
    }

    private async Task SaveBlocklistAsync(DbSession session, Blocklist blocklist)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_blocklists (device_id, hash) VALUES (@device, @hash)
            ON CONFLICT (device_id) DO UPDATE SET hash = excluded.hash
            """,
            scope.Device, ("hash", blocklist.Hash)).ConfigureAwait(false);
        await session.ExecuteAsync("DELETE FROM wuts_blocked_people WHERE device_id = @device", scope.Device).ConfigureAwait(false);
        (BlockedPerson Person, int Position)[] people = [.. blocklist.People.Select((person, i) => (person, i))];
        await session.ExecuteAsync(
            "INSERT INTO wuts_blocked_people (device_id, position, phone, lid) SELECT @device, r.* FROM {rows}",
            Batch.Of(people)
                .Number("position", row => row.Position).Text("phone", row => row.Person.PhoneJid?.ToString())
                .Text("lid", row => row.Person.LidJid?.ToString()),
            scope.Device).ConfigureAwait(false);
    }
}
