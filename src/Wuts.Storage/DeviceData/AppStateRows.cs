using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.AppState;

namespace Wuts.Storage.DeviceData;

/// <summary>App state, one row per record. What a record says is encrypted: salts of tokens are among it.</summary>
internal sealed class AppStateRows(DeviceScope scope)
{
    private const string Keys = "wuts_app_state_keys";
    private const string Records = "wuts_app_state_records";
    private const string Columns = "t.index_mac, t.value_mac, t.key_id, t.action_version, t.sealed_content";

    /// <summary>All keys.</summary>
    public async Task<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(DbSession session) => await session.QueryAsync(
        "SELECT key_id, made_at, sealed_data FROM wuts_app_state_keys WHERE device_id = @device",
        row =>
        {
            var id = new AppStateKeyId(row.Bytes(0));
            return new AppStateSyncKey(id, scope.Open(row.Bytes(2), Keys, id.ToString()), row.GetInt64(1));
        },
        scope.Device).ConfigureAwait(false);

    /// <summary>Inserts keys or replaces them.</summary>
    public Task SaveKeysAsync(DbSession session, IReadOnlyCollection<AppStateSyncKey> keys) => session.ExecuteAsync(
        """
        INSERT INTO wuts_app_state_keys (device_id, key_id, made_at, sealed_data) SELECT @device, r.* FROM {rows} WHERE true
        ON CONFLICT (device_id, key_id) DO UPDATE SET made_at = excluded.made_at, sealed_data = excluded.sealed_data
        """,
        Batch.Of(keys.GroupBy(key => key.Id).Select(same => same.Last()).ToArray())
            .Bytes("key_id", key => key.Id.Bytes.ToArray()).Number("made_at", key => key.Timestamp)
            .Bytes("data", key => scope.Seal(key.Data, Keys, key.Id.ToString())),
        scope.Device);

    /// <summary>Version and hash of a collection.</summary>
    public async Task<CollectionState> LoadStateAsync(DbSession session, AppStateCollection collection) => await session.FirstAsync(
        "SELECT version, hash FROM wuts_app_state_collections WHERE device_id = @device AND collection = @collection",
        row => new CollectionState((ulong)row.GetInt64(0), row.Bytes(1)), scope.Device, Name(collection)).ConfigureAwait(false)
        ?? CollectionState.Empty;

    /// <summary>Records by their index MACs.</summary>
    public async Task<IReadOnlyList<AppStateRecord>> FindAsync(
        DbSession session, AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs) => await session.QueryAsync(
        $$"""
        SELECT {{Columns}} FROM {rows} JOIN wuts_app_state_records t
            ON t.device_id = @device AND t.collection = @collection AND t.index_mac = r.wanted
        """,
        Macs(indexMacs), row => Read(row, collection), scope.Device, Name(collection)).ConfigureAwait(false);

    /// <summary>All records of a collection.</summary>
    public IAsyncEnumerable<AppStateRecord> ReadAsync(AppStateCollection collection, CancellationToken cancellationToken) => scope.StreamAsync(
        string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {Columns} FROM wuts_app_state_records t WHERE t.device_id = @device AND t.collection = {(int)collection}"),
        row => Read(row, collection), cancellationToken);

    /// <summary>Applies a delta.</summary>
    /// <exception cref="AppStateConflictException">It was made for another version.</exception>
    public async Task ApplyAsync(DbSession session, AppStateDelta delta)
    {
        var (collection, state) = (delta.Collection, delta.State);
        var stored = await LoadStateAsync(session, collection).ConfigureAwait(false);
        if (stored.Version != delta.BaseVersion)
        {
            throw new AppStateConflictException();
        }

        await session.ExecuteAsync(
            """
            DELETE FROM wuts_app_state_records
            WHERE device_id = @device AND collection = @collection AND index_mac IN (SELECT r.wanted FROM {rows})
            """,
            Macs(delta.Deletes), scope.Device, Name(collection)).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_app_state_records (device_id, collection, index_mac, value_mac, key_id, action_version, sealed_content)
            SELECT @device, @collection, r.* FROM {rows} WHERE true
            ON CONFLICT (device_id, collection, index_mac) DO UPDATE
            SET value_mac = excluded.value_mac, key_id = excluded.key_id, action_version = excluded.action_version,
                sealed_content = excluded.sealed_content
            """,
            ToRows(delta.Upserts, collection), scope.Device, Name(collection)).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_app_state_collections (device_id, collection, version, hash) VALUES (@device, @collection, @version, @hash)
            ON CONFLICT (device_id, collection) DO UPDATE SET version = excluded.version, hash = excluded.hash
            """,
            scope.Device, Name(collection), ("version", (long)state.Version), ("hash", state.Hash.ToArray())).ConfigureAwait(false);
    }

    private static (string Name, object? Value) Name(AppStateCollection collection) => ("collection", (int)collection);

    private static Batch Macs(IReadOnlyCollection<AppStateMac> macs) => Batch.Of(macs).Bytes("wanted", mac => mac.ToArray());

    private static string Place(AppStateCollection collection, AppStateMac indexMac) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)collection} {indexMac}");

    // The length of the index, the index, the value.
    private static byte[] Join(in AppStateRecord record)
    {
        var content = new byte[sizeof(int) + record.Index.Length + record.Value.Length];
        BinaryPrimitives.WriteInt32BigEndian(content, record.Index.Length);
        record.Index.Span.CopyTo(content.AsSpan(sizeof(int)));
        record.Value.Span.CopyTo(content.AsSpan(sizeof(int) + record.Index.Length));
        return content;
    }

    private Batch ToRows(IReadOnlyCollection<AppStateRecord> records, AppStateCollection collection) =>
        Batch.Of(records.GroupBy(record => record.IndexMac).Select(same => same.Last()).ToArray())
            .Bytes("index_mac", record => record.IndexMac.ToArray())
            .Bytes("value_mac", record => record.ValueMac.ToArray())
            .Bytes("key_id", record => record.KeyId.Bytes.ToArray())
            .Number("action_version", record => record.ActionVersion)
            .Bytes("content", record => scope.Seal(Join(record), Records, Place(collection, record.IndexMac)));

    private AppStateRecord Read(DbDataReader row, AppStateCollection collection)
    {
        var indexMac = new AppStateMac(row.Bytes(0));
        ReadOnlyMemory<byte> content = scope.Open(row.Bytes(4), Records, Place(collection, indexMac));
        var indexSize = BinaryPrimitives.ReadInt32BigEndian(content.Span);
        return new AppStateRecord
        {
            IndexMac = indexMac,
            ValueMac = new AppStateMac(row.Bytes(1)),
            KeyId = new AppStateKeyId(row.Bytes(2)),
            Index = content.Slice(sizeof(int), indexSize),
            Value = content[(sizeof(int) + indexSize)..],
            ActionVersion = row.GetInt32(3),
        };
    }
}
