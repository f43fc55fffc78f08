namespace Wuts.WhatsApp.History;

/// <summary>Which part of the phone's history a blob holds. The numbers are those of the wire. Sync section 2.2.</summary>
public enum HistorySyncType
{
    /// <summary>The most recent chats, and everything about the account.</summary>
    InitialBootstrap = 0,

    /// <summary>Status messages.</summary>
    InitialStatus = 1,

    /// <summary>Older chats.</summary>
    Full = 2,

    /// <summary>Further chats with messages.</summary>
    Recent = 3,

    /// <summary>The push names of everybody whom the phone has seen.</summary>
    PushName = 4,

    /// <summary>Past participants of groups, calls, settings.</summary>
    NonBlockingData = 5,

    /// <summary>The answer to a request of this device.</summary>
    OnDemand = 6,

    /// <summary>There is no history; only in notifications, which then have no blob.</summary>
    NoHistory = 7,

    /// <summary>State of message access; only in notifications, which then have no blob.</summary>
    MessageAccessStatus = 8,
}
