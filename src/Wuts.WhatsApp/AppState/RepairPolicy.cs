using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// The repair ladder as a pure function: full resync from the server, then the phone's own copy, then "link again". Sync
/// sections 3.9 to 3.11. Known contacts stay through all of it: a remedy replaces them only when it has succeeded.
/// </summary>
/// <param name="nextDouble">Jitter: numbers from 0 up to 1.</param>
internal sealed class RepairPolicy(Func<double> nextDouble)
{
    /// <summary>Between two full resyncs of a collection.</summary>
    public static readonly TimeSpan ResyncInterval = TimeSpan.FromHours(1);

    /// <summary>Between two requests for the phone's copy, and how long one is waited for.</summary>
    public static readonly TimeSpan RecoveryInterval = TimeSpan.FromHours(24);

    /// <summary>How long a collection that was given up is left alone before news are a reason to try it again.</summary>
    public static readonly TimeSpan SecondChance = TimeSpan.FromHours(24);

    /// <summary>How long a collection that waits for keys is left alone before news are a reason to look at it.</summary>
    public static readonly TimeSpan BlockedInterval = TimeSpan.FromHours(1);

    /// <summary>The longest pause after failures that pass by themselves.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>How often a blob that is gone is asked for again.</summary>
    public const int MaxBlobRetries = 2;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>What follows from an event.</summary>
    public (CollectionHealth Health, RepairStep Step) After(CollectionHealth health, RepairEvent happened, DateTimeOffset now) => happened switch
    {
        RepairEvent.Synced => (Healthy(health, now), new RepairStep.Wait()),
        RepairEvent.Recovered => (Healthy(health, now), new RepairStep.Fetch()),
        RepairEvent.NotApplied failure => AfterFailure(health, failure.Outcome, now),
        RepairEvent.ServerError refusal => AfterServerError(health, refusal.Error, now),
        RepairEvent.NoAnswer => Retry(health, CollectionProblem.Network, null, now),
        RepairEvent.NoBlob missing => AfterMissingBlob(health, missing, now),
        RepairEvent.KeysArrived keys => AfterKeys(health, keys.Ids, now),
        RepairEvent.KeysAsked => (health with { KeysAskedAt = now }, new RepairStep.Wait()),
        RepairEvent.KeysUnavailable keys => health.Status == CollectionStatus.BlockedOnKeys && health.MissingKeys.Any(keys.Ids.Contains)
            ? Recover(health, CollectionProblem.MissingKeys, now)
            : (health, new RepairStep.Wait()),
        RepairEvent.RecoveryAsked asked => (
            health with { RecoveryRequestId = asked.RequestId, RecoveryAskedAt = now, RetryAt = null }, new RepairStep.Wait()),
        RepairEvent.NewsAnnounced => (health, MayFetch(health, now) ? new RepairStep.Fetch() : new RepairStep.Wait()),
        RepairEvent.TimePassed => AfterTime(health, now),
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    /// <summary>
    /// When <see cref="RepairEvent.TimePassed"/> leads to something; absent when nothing waits for a time. Keys have a calendar
    /// of their own.
    /// </summary>
    public static DateTimeOffset? DueAt(CollectionHealth health) => health.Status switch
    {
        CollectionStatus.Recovering when health.RecoveryRequestId is not null => health.RecoveryAskedAt + RecoveryInterval,
        CollectionStatus.Recovering => health.RetryAt ?? health.Since,
        CollectionStatus.Retrying or CollectionStatus.Resyncing or CollectionStatus.NeverSynced => health.RetryAt,
        _ => null,
    };

    private static (CollectionHealth, RepairStep) AfterFailure(CollectionHealth health, AppStateOutcome outcome, DateTimeOffset now) => outcome switch
    {
        AppStateOutcome.Applied or AppStateOutcome.UpToDate => (Healthy(health, now), new RepairStep.Wait()),
        AppStateOutcome.BlockedOnKeys blocked => (
            Enter(health, CollectionStatus.BlockedOnKeys, CollectionProblem.MissingKeys, now) with
            {
                MissingKeys = blocked.Missing,
                RetryAt = now + BlockedInterval,
            },
            new RepairStep.AskForKeys(blocked.Missing)),
        AppStateOutcome.Gap => Resync(health, CollectionProblem.Gap, now),
        AppStateOutcome.NeedsResync => Resync(health, CollectionProblem.HashMismatch, now),
        AppStateOutcome.Rejected { What: AppStateSource.Patch } => Resync(health, CollectionProblem.PatchRejected, now),
        AppStateOutcome.Rejected { What: AppStateSource.Snapshot } => Recover(health, CollectionProblem.SnapshotRejected, now),
        AppStateOutcome.Rejected => GiveUp(health, CollectionStatus.RelinkRequired, CollectionProblem.RecoveryRejected, now),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    // 400 and 404 mean that the server does not accept the version that is known: a snapshot may help, once.
    private (CollectionHealth, RepairStep) AfterServerError(CollectionHealth health, QueryError error, DateTimeOffset now)
    {
        if (error.Code is not (400 or 404))
        {
            return Retry(health, error.IsRateLimit ? CollectionProblem.RateLimited : CollectionProblem.ServerError, error.Backoff, now);
        }

        if (health.WasReset)
        {
            return GiveUp(health, CollectionStatus.Refused, CollectionProblem.ServerError, now);
        }

        var reset = Enter(health, CollectionStatus.Resyncing, CollectionProblem.ServerError, now);
        return (reset with { WasReset = true, WantsSnapshot = true, ResyncedAt = now, RetryAt = null }, new RepairStep.Fetch());
    }

    // Asking again gives a new reference. When that does not help, the way around a lost patch is a snapshot, and the way
    // around a lost snapshot is the phone.
    private (CollectionHealth, RepairStep) AfterMissingBlob(CollectionHealth health, RepairEvent.NoBlob missing, DateTimeOffset now)
    {
        if (missing.Outcome is MediaDownloadOutcome.Unreachable)
        {
            return Retry(health, CollectionProblem.Network, null, now);
        }

        if (health.BlobRetries < MaxBlobRetries)
        {
            return (health with { BlobRetries = health.BlobRetries + 1 }, new RepairStep.Fetch());
        }

        return missing.Source == AppStateSource.Patch
            ? Resync(health with { BlobRetries = 0 }, CollectionProblem.BlobUnavailable, now)
            : Recover(health with { BlobRetries = 0 }, CollectionProblem.BlobUnavailable, now);
    }

    private static (CollectionHealth, RepairStep) AfterKeys(
        CollectionHealth health, IReadOnlyCollection<AppStateKeyId> arrived, DateTimeOffset now)
    {
        if (health.Status == CollectionStatus.NeverSynced)
        {
            return (health, new RepairStep.Fetch());
        }

        if (health.Status != CollectionStatus.BlockedOnKeys || !health.MissingKeys.Any(arrived.Contains))
        {
            return (health, new RepairStep.Wait());
        }

        var unblocked = Enter(health, CollectionStatus.Retrying, CollectionProblem.MissingKeys, now);
        return (unblocked with { MissingKeys = [], KeysAskedAt = null, RetryAt = now }, new RepairStep.Fetch());
    }

    private static (CollectionHealth, RepairStep) AfterTime(CollectionHealth health, DateTimeOffset now) => health.Status switch
    {
        CollectionStatus.Recovering when health.RecoveryRequestId is not null => now - health.RecoveryAskedAt >= RecoveryInterval
            ? GiveUp(health, CollectionStatus.RelinkRequired, CollectionProblem.RecoveryTimedOut, now)
            : (health, new RepairStep.Wait()),
        CollectionStatus.Recovering => IsDue(health, now) ? (health, new RepairStep.AskForRecovery()) : (health, new RepairStep.Wait()),
        CollectionStatus.BlockedOnKeys => (health, new RepairStep.AskForKeys(health.MissingKeys)),
        CollectionStatus.Retrying or CollectionStatus.Resyncing or CollectionStatus.NeverSynced when health.RetryAt is not null
            && IsDue(health, now) => (health, new RepairStep.Fetch()),
        _ => (health, new RepairStep.Wait()),
    };

    private (CollectionHealth, RepairStep) Retry(CollectionHealth health, CollectionProblem problem, TimeSpan? atLeast, DateTimeOffset now)
    {
        var pause = ShortestPause * Math.Pow(2, Math.Min(health.Failures, 20));
        pause = (pause < LongestPause ? pause : LongestPause) * (0.5 + (nextDouble() / 2));
        var retry = health.Status is CollectionStatus.Healthy ? Enter(health, CollectionStatus.Retrying, problem, now) : health;
        return (
            retry with
            {
                Problem = problem,
                Failures = health.Failures + 1,
                RetryAt = now + (atLeast > pause ? atLeast.Value : pause),
            },
            new RepairStep.Wait());
    }

    private static (CollectionHealth, RepairStep) Resync(CollectionHealth health, CollectionProblem problem, DateTimeOffset now)
    {
        if (health.ResyncedAt is { } last && now - last < ResyncInterval)
        {
            return Recover(health, problem, now);
        }

        var resync = Enter(health, CollectionStatus.Resyncing, problem, now);
        return (resync with { WantsSnapshot = true, ResyncedAt = now, RetryAt = null }, new RepairStep.Fetch());
    }

    private static (CollectionHealth, RepairStep) Recover(CollectionHealth health, CollectionProblem problem, DateTimeOffset now)
    {
        if (health.RecoveryAskedAt is { } last && now - last < RecoveryInterval)
        {
            return GiveUp(health, CollectionStatus.RelinkRequired, problem, now);
        }

        var recovering = Enter(health, CollectionStatus.Recovering, problem, now);
        return (recovering with { RecoveryRequestId = null, RetryAt = null }, new RepairStep.AskForRecovery());
    }

    private static (CollectionHealth, RepairStep) GiveUp(
        CollectionHealth health, CollectionStatus status, CollectionProblem problem, DateTimeOffset now) =>
        (Enter(health, status, problem, now) with { RetryAt = now + SecondChance, WantsSnapshot = true }, new RepairStep.GiveUp());

    // What limits costly remedies stays: success may be short.
    private static CollectionHealth Healthy(CollectionHealth health, DateTimeOffset now) =>
        Enter(health, CollectionStatus.Healthy, CollectionProblem.None, now) with
        {
            SyncedAt = now,
            Failures = 0,
            RetryAt = null,
            WantsSnapshot = false,
            BlobRetries = 0,
            WasReset = false,
            MissingKeys = [],
            KeysAskedAt = null,
            RecoveryRequestId = null,
        };

    private static CollectionHealth Enter(CollectionHealth health, CollectionStatus status, CollectionProblem problem, DateTimeOffset now) =>
        health with { Status = status, Problem = problem, Since = health.Status == status ? health.Since ?? now : now };

    private static bool MayFetch(CollectionHealth health, DateTimeOffset now) =>
        health.Status != CollectionStatus.Recovering && IsDue(health, now);

    private static bool IsDue(CollectionHealth health, DateTimeOffset now) => health.RetryAt is not { } at || at <= now;
}
