namespace Wuts.Simulator;

/// <summary>What can happen on the server. New members are appended; the control API writes them in kebab case.</summary>
public enum SimulatorEventKind
{
    /// <summary>A client opened a WebSocket.</summary>
    Connected,

    /// <summary>A connection ended. Detail: why, from the server's view.</summary>
    Disconnected,

    /// <summary>A handshake ended well. Detail: <c>xx</c>, <c>ik</c> or <c>xx-fallback</c>.</summary>
    HandshakeCompleted,

    /// <summary>References for a QR code were sent. Detail: the references, separated by blanks.</summary>
    PairDeviceSent,

    /// <summary>The client was asked to renew its ADV secret (7.4).</summary>
    RefreshRequested,

    /// <summary>A client asked for pairing by code; the phone shows its prompt. Detail: the platform display name.</summary>
    CodeRequested,

    /// <summary>A client was asked for a passkey assertion (7.8).</summary>
    PasskeyRequested,

    /// <summary>The phone shows a code to compare with the client's. Detail: the code.</summary>
    PasskeyCodeShown,

    /// <summary>pair-success went to the client.</summary>
    PairSuccessSent,

    /// <summary>A device was linked: its pair reply was right.</summary>
    Linked,

    /// <summary>A device was unlinked. Detail: <c>logout</c>, <c>unlinked</c> or <c>account-deleted</c>.</summary>
    Unlinked,

    /// <summary>A linked device logged in.</summary>
    LoggedIn,

    /// <summary>A login was answered with a failure. Detail: the reason number.</summary>
    LoginRefused,

    /// <summary>A device left passive mode; its backlog follows.</summary>
    Active,

    /// <summary>The whole backlog is on its way. Detail: how many stanzas.</summary>
    OfflineDelivered,

    /// <summary>Pre-keys were uploaded. Detail: how many are in stock now.</summary>
    PreKeysUploaded,

    /// <summary>The stock of pre-keys of a device is low and the device was told. Detail: how many are left.</summary>
    PreKeysLow,

    /// <summary>A stanza went to a device and waits for its ack. Detail: class and id.</summary>
    StanzaSent,

    /// <summary>A stanza was acknowledged. Detail: class and id.</summary>
    StanzaAcknowledged,

    /// <summary>The oldest stanza was dropped from a device's full queue. Detail: class and id.</summary>
    StanzaDropped,

    /// <summary>A request has no handler and got an empty result. Detail: type, xmlns and child.</summary>
    RequestUnhandled,

    /// <summary>The server's ping was answered.</summary>
    PingAnswered,

    /// <summary>The client sent a message. Detail: its id.</summary>
    MessageReceived,

    /// <summary>Something was refused. Detail: the kind in kebab case and the reason.</summary>
    Refused,

    /// <summary>A fault took effect. Detail: its kind.</summary>
    FaultApplied,

    /// <summary>A phone sent an end-to-end message to a device. Detail: what it is about and its id.</summary>
    MessageSent,

    /// <summary>A phone read a message of a linked device. Detail: what it is about and its id.</summary>
    MessageOpened,

    /// <summary>A phone could not read a message of a linked device and asks for it again. Detail: why, and its id.</summary>
    MessageUnreadable,

    /// <summary>A device sent a receipt for a message. Detail: its type, <c>delivered</c> without one, and the id of the message.</summary>
    ReceiptReceived,

    /// <summary>A device fetched an app-state collection. Detail: collection, and <c>snapshot</c> or the version it had.</summary>
    AppStateFetched,

    /// <summary>An app-state collection changed. Detail: collection, new version, and <c>phone</c> or <c>device</c>.</summary>
    AppStateChanged,

    /// <summary>A media file was asked for. Detail: kind and HTTP status.</summary>
    MediaServed,

    /// <summary>A request stayed without answer, as on real servers. Detail: namespace and why.</summary>
    RequestIgnored,

    /// <summary>A picture was asked for over HTTP. Detail: the status.</summary>
    PictureServed,

    /// <summary>A device asked a phone to upload a lost file again. Detail: the answer and the id of the message.</summary>
    ReuploadRequested,

    /// <summary>A request was over a rate limit. Detail: the class.</summary>
    RateLimited,

    /// <summary>A device has handled a piece of history, as its delivery says from now on. Detail: the id of the message.</summary>
    HistoryHandled,

    /// <summary>A device said whether it is there. Detail: the type, and the push name when it says one.</summary>
    PresenceReceived,
}
