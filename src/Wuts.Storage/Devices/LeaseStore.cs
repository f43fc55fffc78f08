using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Storage.Sql;

namespace Wuts.Storage.Devices;

/// <summary>
/// Leases in one row per device. The number grows whenever the lease is taken, also by the same process again, so that of two
/// actors in one process only the later one writes. A lease that has run out still holds until somebody takes it.
/// </summary>
internal sealed class LeaseStore(Database database) : ILeaseStore
{
    /// <inheritdoc/>
    public Task<LeaseResult> AcquireAsync(DeviceId device, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        return database.WriteAsync(session => AcquireAsync(session, device, owner, duration), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<DeviceId>> RenewAsync(
        IReadOnlyCollection<Fence> leases, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        var rows = Batch.Of(leases).Id("device", lease => lease.Device.Value).Number("number", lease => lease.Number);
        return await database.WriteAsync(
            session => session.QueryAsync(
                """
                UPDATE wuts_leases SET expires_at = {now} + @duration
                WHERE owner = @owner AND (device_id, number) IN (SELECT r.device, r.number FROM {rows})
                RETURNING device_id
                """,
                rows, row => new DeviceId(row.GetGuid(0)), ("owner", owner), ("duration", duration.Ticks)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Fence lease, CancellationToken cancellationToken) => database.WriteAsync(
        async session => await session.ExecuteAsync(
            "UPDATE wuts_leases SET owner = NULL WHERE device_id = @device AND number = @number",
            ("device", lease.Device.Value), ("number", lease.Number)).ConfigureAwait(false),
        cancellationToken);

    /// <summary>
    /// Makes sure, inside a write, that a fence is the present one. The row stays locked until the write ends: nobody takes the
    /// lease meanwhile, and writes of one device come one after the other.
    /// </summary>
    /// <exception cref="LeaseLostException">It is not.</exception>
    public static async Task CheckAsync(DbSession session, Fence fence)
    {
        var held = await session.QueryAsync(
            "SELECT number FROM wuts_leases WHERE device_id = @device AND number = @number AND owner IS NOT NULL {lock}",
            row => row.GetInt64(0), ("device", fence.Device.Value), ("number", fence.Number)).ConfigureAwait(false);
        if (held.Count == 0)
        {
            throw new LeaseLostException();
        }
    }

    private static async Task<LeaseResult> AcquireAsync(DbSession session, DeviceId device, string owner, TimeSpan duration)
    {
        var taken = await session.QueryAsync(
            """
            INSERT INTO wuts_leases (device_id, number, owner, expires_at)
            SELECT id, 1, @owner, {now} + @duration FROM wuts_devices WHERE id = @device AND destroyed_at IS NULL
            ON CONFLICT (device_id) DO UPDATE
            SET number = wuts_leases.number + 1, owner = excluded.owner, expires_at = excluded.expires_at
            WHERE wuts_leases.owner IS NULL OR wuts_leases.owner = excluded.owner OR wuts_leases.expires_at <= {now}
            RETURNING number
            """,
            row => row.GetInt64(0), ("device", device.Value), ("owner", owner), ("duration", duration.Ticks)).ConfigureAwait(false);
        if (taken.Count > 0)
        {
            return new LeaseResult.Acquired(new Fence(device, taken[0]));
        }

        var held = await session.QueryAsync(
            """
            SELECT l.owner, l.expires_at - {now} FROM wuts_leases l JOIN wuts_devices d ON d.id = l.device_id
            WHERE l.device_id = @device AND d.destroyed_at IS NULL
            """,
            row => (Owner: row.OptionalText(0), Left: row.GetInt64(1)), ("device", device.Value)).ConfigureAwait(false);

        // No row: there is no such device any more, so there is nothing to own.
        return held.Count == 0
            ? throw new LeaseLostException()
            : new LeaseResult.Held(held[0].Owner ?? "", TimeSpan.FromTicks(Math.Max(0, held[0].Left)));
    }
}
