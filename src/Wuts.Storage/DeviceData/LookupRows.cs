using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;

namespace Wuts.Storage.DeviceData;

/// <summary>Phone numbers about which the server has to be asked.</summary>
internal sealed class LookupRows(DeviceScope scope)
{
    /// <summary>Some of them.</summary>
    public async Task<IReadOnlyList<Jid>> LoadAsync(DbSession session, int count) => await session.QueryAsync(
        "SELECT phone FROM wuts_due_lookups WHERE device_id = @device LIMIT @count", row => row.Jid(0), scope.Device, ("count", (long)count))
        .ConfigureAwait(false);

    /// <summary>Notes which are due and which are done.</summary>
    public async Task SaveAsync(DbSession session, IReadOnlyDictionary<Jid, bool> lookups)
    {
        await session.ExecuteAsync(
            "INSERT INTO wuts_due_lookups (device_id, phone) SELECT @device, r.phone FROM {rows} WHERE true ON CONFLICT DO NOTHING",
            Batch.OfTexts("phone", Phones(lookups, isDue: true)), scope.Device).ConfigureAwait(false);
        await session.ExecuteAsync(
            "DELETE FROM wuts_due_lookups WHERE device_id = @device AND phone IN (SELECT r.phone FROM {rows})",
            Batch.OfTexts("phone", Phones(lookups, isDue: false)), scope.Device).ConfigureAwait(false);
    }

    private static IEnumerable<string> Phones(IReadOnlyDictionary<Jid, bool> lookups, bool isDue) =>
        lookups.Where(lookup => lookup.Value == isDue).Select(lookup => lookup.Key.ToString());
}
