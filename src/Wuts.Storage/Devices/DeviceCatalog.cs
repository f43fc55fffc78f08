using System.Data.Common;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Storage.Sql;

namespace Wuts.Storage.Devices;

/// <summary>The devices of all tenants. Whether a lease stands behind a device is decided in the query, by the database's clock.</summary>
internal sealed class DeviceCatalog(Database database) : IDeviceCatalog
{
    private const string Select = """
        SELECT d.id, d.instance_id, d.tenant_id, d.user_id, d.name, d.state, d.wants_connection, d.account, d.lid, d.push_name, d.platform,
            d.linked_at, d.last_seen, d.problem, d.problem_until, d.created_at, d.updated_at, d.destroyed_at,
            l.owner IS NOT NULL AND l.expires_at > {now}
        FROM wuts_devices d LEFT JOIN wuts_leases l ON l.device_id = d.id
        """;

    /// <inheritdoc/>
    public Task AddAsync(DeviceRecord device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        return database.WriteAsync(
            async session => await session.ExecuteAsync(
                """
                INSERT INTO wuts_devices (id, instance_id, tenant_id, user_id, name, state, wants_connection, account, lid, push_name, platform,
                    linked_at, last_seen, problem, problem_until, created_at, updated_at, destroyed_at)
                VALUES (@id, @instance, @tenant, @user, @name, @state, @wants, @account, @lid, @pushName, @platform,
                    @linked, @seen, @problem, @until, @created, @updated, @destroyed)
                """,
                [
                    .. Parameters(device), ("instance", device.InstanceId.ToString()), ("tenant", device.TenantId.Value),
                    ("user", device.UserId.Value), ("created", device.CreatedAt), ("destroyed", device.DestroyedAt),
                ]).ConfigureAwait(false),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DeviceRecord?> FindAsync(DeviceId id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync($"{Select} WHERE d.id = @id", Read, ("id", id.Value)), cancellationToken);

    /// <inheritdoc/>
    public Task<DeviceRecord?> FindAsync(InstanceId id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync($"{Select} WHERE d.instance_id = @id", Read, ("id", id.ToString())), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeviceRecord>> ListAsync(UserId user, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            $"{Select} WHERE d.user_id = @user AND d.destroyed_at IS NULL ORDER BY d.created_at, d.id", Read, ("user", user.Value)),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeviceRecord>> ListAsync(TenantId tenant, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            $"{Select} WHERE d.tenant_id = @tenant AND d.destroyed_at IS NULL ORDER BY d.created_at, d.id", Read, ("tenant", tenant.Value)),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeviceId>> FindOrphansAsync(int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            """
            SELECT d.id FROM wuts_devices d
            WHERE d.wants_connection = @wanted AND d.destroyed_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM wuts_leases l WHERE l.device_id = d.id AND l.owner IS NOT NULL AND l.expires_at > {now})
            ORDER BY d.id LIMIT @limit
            """,
            row => new DeviceId(row.GetGuid(0)), ("wanted", true), ("limit", limit)),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<TimeSpan?> FindNextExpiryAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.FirstAsync(
            "SELECT min(expires_at) - {now} FROM wuts_leases WHERE owner IS NOT NULL AND expires_at > {now}",
            row => row.OptionalNumber(0) is { } ticks ? TimeSpan.FromTicks(ticks) : (TimeSpan?)null),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task SaveAsync(DeviceRecord device, Fence fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        return database.WriteAsync(
            async session =>
            {
                await LeaseStore.CheckAsync(session, device.Id == fence.Device ? fence : default).ConfigureAwait(false);
                await session.ExecuteAsync(
                    """
                    UPDATE wuts_devices
                    SET name = @name, state = @state, wants_connection = @wants, account = @account, lid = @lid, push_name = @pushName,
                        platform = @platform, linked_at = @linked, last_seen = @seen, problem = @problem, problem_until = @until,
                        updated_at = @updated
                    WHERE id = @id
                    """,
                    Parameters(device)).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task DestroyAsync(DeviceId id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await DeviceTables.DeleteAsync(session, "SELECT id FROM wuts_devices WHERE id = @owner", id.Value).ConfigureAwait(false);
            await session.ExecuteAsync(
                """
                UPDATE wuts_devices
                SET destroyed_at = @now, updated_at = @now, state = @destroyed, wants_connection = @wants, problem = NULL, problem_until = NULL
                WHERE id = @id AND destroyed_at IS NULL
                """,
                ("id", id.Value), ("now", now), ("destroyed", (int)DeviceState.Destroyed), ("wants", false)).ConfigureAwait(false);
        },
        cancellationToken);

    private static (string Name, object? Value)[] Parameters(DeviceRecord device) =>
    [
        ("id", device.Id.Value), ("name", device.Name), ("state", (int)device.State), ("wants", device.WantsConnection),
        ("account", device.Account?.ToString()), ("lid", device.Lid?.ToString()), ("pushName", device.PushName),
        ("platform", device.Platform), ("linked", device.LinkedAt), ("seen", device.LastSeen),
        ("problem", device.Problem is { } problem ? (int)problem.Kind : null), ("until", device.Problem?.Until), ("updated", device.UpdatedAt),
    ];

    private static DeviceRecord Read(DbDataReader row)
    {
        if (!InstanceId.TryParse(row.GetString(1), out var instance))
        {
            throw new InvalidDataException("An instance id in wuts_devices is malformed.");
        }

        return new DeviceRecord
        {
            Id = new DeviceId(row.GetGuid(0)),
            InstanceId = instance,
            TenantId = new TenantId(row.GetGuid(2)),
            UserId = new UserId(row.GetGuid(3)),
            Name = row.GetString(4),
            State = WithoutOwner((DeviceState)row.GetInt32(5), !row.IsDBNull(18) && row.GetBoolean(18)),
            WantsConnection = row.GetBoolean(6),
            Account = row.OptionalJid(7),
            Lid = row.OptionalJid(8),
            PushName = row.OptionalText(9),
            Platform = row.OptionalText(10),
            LinkedAt = row.OptionalTime(11),
            LastSeen = row.OptionalTime(12),
            Problem = row.IsDBNull(13) ? null : new DeviceProblem((DeviceProblemKind)row.GetInt32(13), row.OptionalTime(14)),
            CreatedAt = row.Time(15),
            UpdatedAt = row.Time(16),
            DestroyedAt = row.OptionalTime(17),
        };
    }

    private static DeviceState WithoutOwner(DeviceState stored, bool hasOwner) => stored switch
    {
        _ when hasOwner => stored,
        DeviceState.Pairing => DeviceState.PairingExpired,
        DeviceState.Connecting or DeviceState.Connected or DeviceState.Reconnecting => DeviceState.Disconnected,
        _ => stored,
    };
}
