namespace Wuts.WhatsApp.AppState;

/// <summary>
/// What became of app state that arrived. Only <see cref="Applied"/> changes anything; every other outcome leaves version,
/// hash and records exactly as they were. Sync sections 3.7 to 3.10.
/// </summary>
public abstract record AppStateOutcome
{
    private AppStateOutcome()
    {
    }

    /// <summary>Everything was verified. The delta is complete and waits to be committed, or is committed already.</summary>
    public sealed record Applied(AppStateDelta Delta) : AppStateOutcome;

    /// <summary>There was nothing new.</summary>
    public sealed record UpToDate : AppStateOutcome;

    /// <summary>Keys are missing. Ask the phone for them and fetch again when they come.</summary>
    public sealed record BlockedOnKeys(IReadOnlyList<AppStateKeyId> Missing) : AppStateOutcome;

    /// <summary>What arrived is not authentic or not readable.</summary>
    public sealed record Rejected(AppStateSource What, AppStateFault Why) : AppStateOutcome;

    /// <summary>A patch does not follow the version that is known: patches were lost.</summary>
    public sealed record Gap(ulong Expected, ulong Received) : AppStateOutcome;

    /// <summary>An authentic patch does not lead to the state that its writer saw: the local state is not the phone's.</summary>
    public sealed record NeedsResync(ResyncReason Reason) : AppStateOutcome;
}

/// <summary>The form in which app state arrived.</summary>
public enum AppStateSource
{
    /// <summary>A complete state from the server.</summary>
    Snapshot = 0,

    /// <summary>A change from the server.</summary>
    Patch = 1,

    /// <summary>A complete state from the phone, on request.</summary>
    Recovery = 2,
}

/// <summary>Why app state was rejected.</summary>
public enum AppStateFault
{
    /// <summary>It does not have the form that the protocol gives it.</summary>
    Malformed = 0,

    /// <summary>The MAC over the patch is wrong: a value MAC, their order or the version was changed.</summary>
    PatchMac = 1,

    /// <summary>The MAC over the collection is wrong: records are missing, added or exchanged.</summary>
    SnapshotMac = 2,

    /// <summary>The MAC over a record's content is wrong.</summary>
    ValueMac = 3,

    /// <summary>A record is not named after the index inside it.</summary>
    IndexMac = 4,

    /// <summary>It is larger than the limit.</summary>
    TooLarge = 5,

    /// <summary>It belongs to another collection or another request.</summary>
    Unrelated = 6,
}

/// <summary>Why a full resync of a collection is necessary.</summary>
public enum ResyncReason
{
    /// <summary>The hash after an authentic patch is not the one its writer states ("mismatching LTHash").</summary>
    HashMismatch = 0,

    /// <summary>Another client marked the patch as fatal.</summary>
    FatalMarker = 1,
}
