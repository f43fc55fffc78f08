namespace Wuts.WhatsApp;

/// <summary>How a connection was lost. See <see cref="DisconnectReason.Network"/>.</summary>
public enum NetworkFault
{
    /// <summary>The server could not be reached, or refused the WebSocket.</summary>
    Unreachable,

    /// <summary>The server did not answer while connecting, shaking hands or logging in.</summary>
    ConnectTimeout,

    /// <summary>The server closed the connection without giving a reason.</summary>
    Closed,

    /// <summary>The connection broke.</summary>
    Broken,

    /// <summary>Two pings in a row stayed unanswered.</summary>
    KeepAliveTimeout,
}

/// <summary>Which rule of the protocol was broken. See <see cref="DisconnectReason.ProtocolViolation"/>.</summary>
public enum ProtocolFault
{
    /// <summary>A frame did not decrypt: bytes were changed, lost or added on the way.</summary>
    UndecryptableFrame,

    /// <summary>A frame declared more bytes than are allowed.</summary>
    FrameTooLong,

    /// <summary>The server misses an acknowledgement; it delivers the stanza again on the next connection.</summary>
    AckMissing,

    /// <summary>The server could not read what this client sent.</summary>
    NotWellFormed,

    /// <summary>The server ended the stream with an error this version does not know.</summary>
    UnknownStreamError,
}

/// <summary>Why an account is banned for a while. Protocol section 6.9.</summary>
public enum BanCause
{
    /// <summary>The server named none, or one this version does not know.</summary>
    Unknown = 0,

    /// <summary>Too many messages to people who do not have the account in their contacts.</summary>
    MessagesToStrangers = 101,

    /// <summary>Too many people blocked the account.</summary>
    BlockedByMany = 102,

    /// <summary>Too many groups were made with people who do not have the account in their contacts.</summary>
    GroupsWithStrangers = 103,

    /// <summary>The same message was sent too often.</summary>
    RepeatedMessage = 104,

    /// <summary>Too many messages to broadcast lists.</summary>
    BroadcastLists = 106,
}
