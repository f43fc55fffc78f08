namespace Wuts.Simulator;

/// <summary>How an attempt to link a device ended, as the person with the phone would see it.</summary>
public enum PairingStatus
{
    /// <summary>The device is linked.</summary>
    Linked,

    /// <summary>The phone cannot read the QR or the code: it has no valid form.</summary>
    Unreadable,

    /// <summary>The server does not know the reference of the QR: it was never given, or its connection is gone.</summary>
    UnknownReference,

    /// <summary>The QR or the code is too old.</summary>
    Expired,

    /// <summary>The keys in the QR or the bundle are not those of the connection.</summary>
    KeyMismatch,

    /// <summary>The server asked the client for a renewed secret; scan the QR that it shows now.</summary>
    ScanAgain,

    /// <summary>The server asks the client for a passkey assertion first.</summary>
    PasskeyRequired,

    /// <summary>The account has as many linked devices as it may have.</summary>
    TooManyDevices,

    /// <summary>No client has asked for a pair code for this account.</summary>
    NoRequest,

    /// <summary>The typed code is not the one that the client shows.</summary>
    WrongCode,

    /// <summary>The code was tried three times.</summary>
    TooManyAttempts,

    /// <summary>The client refused the device identity.</summary>
    Rejected,

    /// <summary>The client's answer is wrong.</summary>
    BadReply,

    /// <summary>The client did not answer in time, or its connection ended.</summary>
    NoAnswer,
}

/// <summary>The end of an attempt to link a device.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Reason">In words.</param>
/// <param name="Device">Number of the new device, when it is linked.</param>
/// <param name="Jid">Its address by phone number, when it is linked.</param>
/// <param name="Lid">Its address by LID, when it is linked.</param>
public sealed record PairingOutcome(PairingStatus Status, string Reason, int? Device = null, string? Jid = null, string? Lid = null)
{
    /// <summary>Whether the device is linked.</summary>
    public bool IsLinked => Status == PairingStatus.Linked;
}
