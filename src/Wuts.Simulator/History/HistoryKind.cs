namespace Wuts.Simulator;

/// <summary>The parts in which a phone tells its history. The numbers are those on the wire. Sync section 2.2.</summary>
public enum HistoryKind
{
    /// <summary>The latest chats, and what is known about people.</summary>
    InitialBootstrap = 0,

    /// <summary>Older chats, for devices that asked for everything.</summary>
    Full = 2,

    /// <summary>Further chats.</summary>
    Recent = 3,

    /// <summary>The names that people chose.</summary>
    PushName = 4,

    /// <summary>Who left groups, and pairs of addresses.</summary>
    NonBlockingData = 5,

    /// <summary>One chat that a device asked for.</summary>
    OnDemand = 6,
}

/// <summary>What a phone does when it is asked to upload a lost file again. Sync section 13.4.</summary>
public enum ReuploadAnswer
{
    /// <summary>It uploads the file again and tells where.</summary>
    Upload,

    /// <summary>It says that it does not have the file any more.</summary>
    NotFound,

    /// <summary>It says that something went wrong.</summary>
    Failed,

    /// <summary>It says nothing.</summary>
    Silent,
}
