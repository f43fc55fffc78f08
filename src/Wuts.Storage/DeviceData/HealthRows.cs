using System.Data.Common;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.AppState;

namespace Wuts.Storage.DeviceData;

/// <summary>How the app-state collections of a device are doing.</summary>
internal sealed class HealthRows(DeviceScope scope)
{
    /// <summary>The health of a collection.</summary>
    public async Task<CollectionHealth> LoadAsync(DbSession session, AppStateCollection collection) => await session.FirstAsync(
        """
        SELECT status, problem, since, synced_at, failures, retry_at, wants_snapshot, resynced_at, blob_retries, was_reset, missing_keys,
            keys_asked_at, recovery_request_id, recovery_asked_at
        FROM wuts_app_state_health WHERE device_id = @device AND collection = @collection
        """,
        Read, scope.Device, ("collection", (int)collection)).ConfigureAwait(false) ?? CollectionHealth.Unknown;

    /// <summary>Replaces the health of a collection.</summary>
    public Task SaveAsync(DbSession session, AppStateCollection collection, CollectionHealth health) => session.ExecuteAsync(
        """
        INSERT INTO wuts_app_state_health (device_id, collection, status, problem, since, synced_at, failures, retry_at, wants_snapshot,
            resynced_at, blob_retries, was_reset, missing_keys, keys_asked_at, recovery_request_id, recovery_asked_at)
        VALUES (@device, @collection, @status, @problem, @since, @synced, @failures, @retry, @wants,
            @resynced, @blobs, @reset, @missing, @keysAsked, @recovery, @recoveryAsked)
        ON CONFLICT (device_id, collection) DO UPDATE
        SET status = excluded.status, problem = excluded.problem, since = excluded.since, synced_at = excluded.synced_at,
            failures = excluded.failures, retry_at = excluded.retry_at, wants_snapshot = excluded.wants_snapshot,
            resynced_at = excluded.resynced_at, blob_retries = excluded.blob_retries, was_reset = excluded.was_reset,
            missing_keys = excluded.missing_keys, keys_asked_at = excluded.keys_asked_at,
            recovery_request_id = excluded.recovery_request_id, recovery_asked_at = excluded.recovery_asked_at
        """,
        scope.Device, ("collection", (int)collection), ("status", (int)health.Status), ("problem", (int)health.Problem), ("since", health.Since),
        ("synced", health.SyncedAt), ("failures", health.Failures), ("retry", health.RetryAt), ("wants", health.WantsSnapshot),
        ("resynced", health.ResyncedAt), ("blobs", health.BlobRetries), ("reset", health.WasReset),
        ("missing", string.Join(' ', health.MissingKeys)), ("keysAsked", health.KeysAskedAt), ("recovery", health.RecoveryRequestId),
        ("recoveryAsked", health.RecoveryAskedAt));

    private static CollectionHealth Read(DbDataReader row) => new()
    {
        Status = (CollectionStatus)row.GetInt32(0),
        Problem = (CollectionProblem)row.GetInt32(1),
        Since = row.OptionalTime(2),
        SyncedAt = row.OptionalTime(3),
        Failures = row.GetInt32(4),
        RetryAt = row.OptionalTime(5),
        WantsSnapshot = row.GetBoolean(6),
        ResyncedAt = row.OptionalTime(7),
        BlobRetries = row.GetInt32(8),
        WasReset = row.GetBoolean(9),
        MissingKeys = [.. row.GetString(10).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(key => new AppStateKeyId(Convert.FromHexString(key)))],
        KeysAskedAt = row.OptionalTime(11),
        RecoveryRequestId = row.OptionalText(12),
        RecoveryAskedAt = row.OptionalTime(13),
    };
}
