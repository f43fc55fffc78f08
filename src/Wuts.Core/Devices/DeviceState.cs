namespace Wuts.Core.Devices;

/// <summary>What a device is doing. The numbers are stored: they do not change, and new members are appended.</summary>
public enum DeviceState
{
    /// <summary>It was never linked, and nobody is linking it.</summary>
    Created = 0,

    /// <summary>It shows a QR code or a code, and waits for the phone.</summary>
    Pairing = 1,

    /// <summary>The last pairing ended without a phone.</summary>
    PairingExpired = 2,

    /// <summary>It connects for the first time since it came to life.</summary>
    Connecting = 3,

    /// <summary>It is logged in, and WhatsApp answered a ping lately.</summary>
    Connected = 4,

    /// <summary>It lost its connection and makes a new one by itself.</summary>
    Reconnecting = 5,

    /// <summary>It is linked and stays disconnected until it is told otherwise.</summary>
    Disconnected = 6,

    /// <summary>It was unlinked, here or on the phone; only a new pairing connects it again.</summary>
    LoggedOut = 7,

    /// <summary>It was destroyed. Its id is never used again.</summary>
    Destroyed = 8,
}

/// <summary>Why a device is not connected, or will not be for long.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Until">When it ends by itself, as far as known.</param>
public sealed record DeviceProblem(DeviceProblemKind Kind, DateTimeOffset? Until = null);

/// <summary>Reasons why a device is not connected. The numbers are stored: they do not change, and new members are appended.</summary>
public enum DeviceProblemKind
{
    /// <summary>The network or WhatsApp is not reachable; it is tried again.</summary>
    Network = 0,

    /// <summary>The phone unlinked the device, or WhatsApp did.</summary>
    LoggedOut = 1,

    /// <summary>Another process uses the same identity. This one gave way.</summary>
    Replaced = 2,

    /// <summary>WhatsApp banned the account for some time, or for good when there is no end.</summary>
    Banned = 3,

    /// <summary>WhatsApp demands a newer client.</summary>
    ClientOutdated = 4,

    /// <summary>The account is locked.</summary>
    AccountLocked = 5,

    /// <summary>WhatsApp refused the login for another reason.</summary>
    Refused = 6,

    /// <summary>The database is not reachable, so nothing can be acknowledged; it is tried again.</summary>
    Storage = 7,

    /// <summary>The account has as many linked devices as WhatsApp allows.</summary>
    TooManyDevices = 8,
}
