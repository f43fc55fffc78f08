namespace Wuts.WhatsApp.AppState;

/// <summary>How a collection is doing. The numbers are stored: they do not change, and new members are appended.</summary>
public enum CollectionStatus
{
    /// <summary>It was never read.</summary>
    NeverSynced = 0,

    /// <summary>It is as the phone has it, as far as is known.</summary>
    Healthy = 1,

    /// <summary>Reading it failed for a reason that passes; it is tried again at <see cref="CollectionHealth.RetryAt"/>.</summary>
    Retrying = 2,

    /// <summary>It cannot be decrypted before the phone shares keys. The phone must come online.</summary>
    BlockedOnKeys = 3,

    /// <summary>What was known does not fit what arrives; it is read anew from the server. Known contacts stay meanwhile.</summary>
    Resyncing = 4,

    /// <summary>The server cannot help either; the phone was asked for its copy. The phone must come online.</summary>
    Recovering = 5,

    /// <summary>Everything failed. Known contacts stay as they are; only linking the device again brings news.</summary>
    RelinkRequired = 6,

    /// <summary>The server refuses the collection.</summary>
    Refused = 7,
}

/// <summary>Why a collection is not healthy. The numbers are stored: they do not change, and new members are appended.</summary>
public enum CollectionProblem
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The server or a media host was not reached.</summary>
    Network = 1,

    /// <summary>The server answered with an error.</summary>
    ServerError = 2,

    /// <summary>Keys are missing.</summary>
    MissingKeys = 3,

    /// <summary>A patch is not authentic or not readable.</summary>
    PatchRejected = 4,

    /// <summary>A snapshot is not authentic or not readable.</summary>
    SnapshotRejected = 5,

    /// <summary>Patches were lost.</summary>
    Gap = 6,

    /// <summary>The hash is not the one that the phone has.</summary>
    HashMismatch = 7,

    /// <summary>A download is gone, damaged or too large.</summary>
    BlobUnavailable = 8,

    /// <summary>The phone's own copy is not usable.</summary>
    RecoveryRejected = 9,

    /// <summary>The phone did not send its copy.</summary>
    RecoveryTimedOut = 10,

    /// <summary>The server answered that it was asked too much.</summary>
    RateLimited = 11,
}

/// <summary>
/// What is known about the state of a collection's synchronisation, and what was already done about it. Stored beside the
/// collection, so that a restart neither forgets a problem nor repeats a costly remedy. Sync sections 3.9 to 3.11.
/// </summary>
public sealed record CollectionHealth
{
    /// <summary>The health of a collection that was never read.</summary>
    public static readonly CollectionHealth Unknown = new();

    private static readonly TimeSpan PatienceWithPhone = TimeSpan.FromMinutes(5);

    /// <summary>How it is doing.</summary>
    public CollectionStatus Status { get; init; }

    /// <summary>Why it is not doing well.</summary>
    public CollectionProblem Problem { get; init; }

    /// <summary>Since when it has the status.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it was last read successfully.</summary>
    public DateTimeOffset? SyncedAt { get; init; }

    /// <summary>Failures in a row that pass by themselves.</summary>
    public int Failures { get; init; }

    /// <summary>Not to be tried before; absent when nothing is to be tried by itself.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The next fetch asks for a snapshot instead of patches.</summary>
    public bool WantsSnapshot { get; init; }

    /// <summary>When a full resync last began: at most one per hour.</summary>
    public DateTimeOffset? ResyncedAt { get; init; }

    /// <summary>How often a download was asked for again because it was gone.</summary>
    public int BlobRetries { get; init; }

    /// <summary>The server refused the collection once, and it was asked for a snapshot in answer.</summary>
    public bool WasReset { get; init; }

    /// <summary>The keys that are missing.</summary>
    public IReadOnlyList<AppStateKeyId> MissingKeys { get; init; } = [];

    /// <summary>When the keys were last asked for.</summary>
    public DateTimeOffset? KeysAskedAt { get; init; }

    /// <summary>The message that asked the phone for its copy; an answer must name it.</summary>
    public string? RecoveryRequestId { get; init; }

    /// <summary>When the phone was last asked for its copy: at most once a day.</summary>
    public DateTimeOffset? RecoveryAskedAt { get; init; }

    /// <summary>Whether the user should be told to bring the phone online: it owes an answer for more than five minutes.</summary>
    public bool NeedsPhone(DateTimeOffset now) =>
        Status is CollectionStatus.BlockedOnKeys or CollectionStatus.Recovering && Since is { } since && now - since >= PatienceWithPhone;
}
