namespace Wuts.Simulator.Faults;

/// <summary>What can be wrong with an answer about a collection. Sync section 3.9.</summary>
public enum AppStateDefect
{
    /// <summary>One byte of a record's content is changed, so that its value MAC is wrong.</summary>
    ValueMac,

    /// <summary>One byte of a record's index MAC is changed.</summary>
    IndexMac,

    /// <summary>One byte of the MAC over a patch is changed. Patches only.</summary>
    PatchMac,

    /// <summary>The MAC over the collection is another one; a patch is signed again, so that only its hash is wrong.</summary>
    SnapshotMac,

    /// <summary>A record or mutation is left out, and nothing else.</summary>
    MissingRecord,

    /// <summary>A record or mutation stands there twice; everything is signed accordingly, so that it is right.</summary>
    DuplicateIndex,

    /// <summary>Patch or snapshot name a key that nobody has.</summary>
    UnknownKey,

    /// <summary>A record names a key that nobody has.</summary>
    UnknownRecordKey,

    /// <summary>The first patch is left out. Patches only.</summary>
    LostPatch,

    /// <summary>The first patch says that it is a later one. Patches only.</summary>
    WrongVersion,

    /// <summary>The first patch is marked as fatal by its writer. Patches only.</summary>
    FatalMarker,

    /// <summary>Bytes that are no protobuf, in place of the first patch or of the reference to the snapshot.</summary>
    Garbage,

    /// <summary>A file, properly encrypted, that holds no protobuf.</summary>
    GarbageFile,

    /// <summary>An error for this collection in place of an answer.</summary>
    Refused,
}

/// <summary>Which part of an answer about a collection is spoilt.</summary>
public enum AppStatePart
{
    /// <summary>The first patch if there is one, else the snapshot.</summary>
    Any,

    /// <summary>A patch.</summary>
    Patch,

    /// <summary>The snapshot.</summary>
    Snapshot,
}

/// <summary>What can be wrong with a download. Sync section 13.</summary>
public enum BlobDefect
{
    /// <summary>404.</summary>
    NotFound,

    /// <summary>410.</summary>
    Gone,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>The second half is missing.</summary>
    Truncated,

    /// <summary>One bit is changed.</summary>
    Corrupted,
}

/// <summary>What can be wrong with a piece of history.</summary>
public enum HistoryDefect
{
    /// <summary>It is no zlib stream.</summary>
    NotCompressed,

    /// <summary>The zlib stream ends in the middle.</summary>
    Truncated,

    /// <summary>The zlib stream holds no protobuf.</summary>
    NotProtobuf,

    /// <summary>Its announcement does not say with which key it is encrypted.</summary>
    NoKey,
}

/// <summary>What can be wrong with the encrypted part of a message. Sync section 1.4.</summary>
public enum MessageDefect
{
    /// <summary>One bit is changed.</summary>
    Corrupted,

    /// <summary>Random bytes.</summary>
    Garbage,

    /// <summary>It holds no protobuf.</summary>
    NotProtobuf,
}

/// <summary>What can be wrong with the answer to a request for keys. Sync section 3.10.</summary>
public enum KeyShareDefect
{
    /// <summary>There is none.</summary>
    Silent,

    /// <summary>The phone says that it has none of the keys.</summary>
    Orphan,
}

/// <summary>What can be wrong with the phone's copy of a collection. Sync section 3.11.</summary>
public enum RecoveryDefect
{
    /// <summary>There is no answer.</summary>
    Silent,

    /// <summary>The answer holds no copy.</summary>
    Empty,

    /// <summary>The copy is no protobuf.</summary>
    Garbage,

    /// <summary>The compressed copy ends in the middle.</summary>
    Truncated,

    /// <summary>The copy is that of another collection.</summary>
    WrongCollection,

    /// <summary>The hash has the wrong length.</summary>
    WrongHash,
}
