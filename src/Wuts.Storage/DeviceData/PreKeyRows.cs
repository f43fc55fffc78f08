using System.Globalization;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;

namespace Wuts.Storage.DeviceData;

/// <summary>One-time pre-keys. Ids start over after the last, so their order of generation is a number of its own.</summary>
internal sealed class PreKeyRows(DeviceScope scope) : IPreKeyStore
{
    private const string Table = "wuts_pre_keys";

    /// <inheritdoc/>
    public ValueTask<uint> GetLastIdAsync(CancellationToken cancellationToken) => scope.ReadAsync(
        session => session.FirstAsync(
            "SELECT last_id FROM wuts_pre_key_counters WHERE device_id = @device", row => (uint)row.GetInt64(0), scope.Device),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<PreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        (PreKey Key, long Place, byte[] Sealed)[] items =
            [.. keys.Select((key, i) => (key, (long)i, scope.Seal(key.KeyPair.PrivateKey, Table, Row(key.Id))))];
        Batch rows = Batch.Of(items).Number("id", item => item.Key.Id).Number("place", item => item.Place).Bytes("private_key", item => item.Sealed);
        return scope.WriteAsync(
            async session =>
            {
                // The counter ends behind the new keys; the first of them stands that many places before it.
                await session.ExecuteAsync(
                    """
                    INSERT INTO wuts_pre_key_counters (device_id, last_id, last_position) VALUES (@device, @last, @count)
                    ON CONFLICT (device_id) DO UPDATE
                    SET last_id = excluded.last_id, last_position = wuts_pre_key_counters.last_position + excluded.last_position
                    """,
                    scope.Device, ("last", (long)keys[^1].Id), ("count", (long)keys.Count)).ConfigureAwait(false);
                await session.ExecuteAsync(
                    """
                    INSERT INTO wuts_pre_keys (device_id, id, position, uploaded, sealed_private_key)
                    SELECT @device, r.id, c.last_position - @count + r.place, @uploaded, r.private_key
                    FROM {rows} JOIN wuts_pre_key_counters c ON c.device_id = @device WHERE true
                    ON CONFLICT (device_id, id) DO UPDATE
                    SET position = excluded.position, uploaded = excluded.uploaded, sealed_private_key = excluded.sealed_private_key
                    """,
                    rows, scope.Device, ("count", (long)keys.Count), ("uploaded", false)).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PreKey>> LoadNotUploadedAsync(int count, CancellationToken cancellationToken) => await scope.ReadAsync(
        session => session.QueryAsync(
            """
            SELECT id, sealed_private_key FROM wuts_pre_keys
            WHERE device_id = @device AND uploaded = @uploaded ORDER BY position LIMIT @count
            """,
            row => Open((uint)row.GetInt64(0), row.Bytes(1)), scope.Device, ("uploaded", false), ("count", count)),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask MarkUploadedAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var rows = Batch.Of(ids).Number("id", id => id);
        return scope.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE wuts_pre_keys SET uploaded = @uploaded WHERE device_id = @device AND id IN (SELECT r.id FROM {rows})",
                rows, scope.Device, ("uploaded", true)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PreKey?> FindAsync(uint id, CancellationToken cancellationToken) => scope.ReadAsync(
        session => session.FirstAsync(
            "SELECT sealed_private_key FROM wuts_pre_keys WHERE device_id = @device AND id = @id", row => Open(id, row.Bytes(0)),
            scope.Device, ("id", (long)id)),
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PreKey>> FindAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Batch rows = Batch.Of(ids).Number("id", id => id);
        return await scope.ReadAsync(
            session => session.QueryAsync(
                "SELECT id, sealed_private_key FROM wuts_pre_keys WHERE device_id = @device AND id IN (SELECT r.id FROM {rows})",
                rows, row => Open((uint)row.GetInt64(0), row.Bytes(1)), scope.Device),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(uint id, CancellationToken cancellationToken) => scope.WriteAsync(
        session => session.ExecuteAsync(
            "DELETE FROM wuts_pre_keys WHERE device_id = @device AND id = @id", scope.Device, ("id", (long)id)),
        cancellationToken);

    private static string Row(uint id) => id.ToString(CultureInfo.InvariantCulture);

    private PreKey Open(uint id, byte[] stored) => new(id, KeyPair.FromPrivateKey(scope.Open(stored, Table, Row(id))));
}
