namespace Wuts.WhatsApp.Signal;

/// <summary>Why a Signal message could not be used. A closed set. Sync sections 1.7, 1.8 and 1.11.</summary>
public enum SignalFailure
{
    /// <summary>The bytes are not a message of the announced kind.</summary>
    Malformed = 1,

    /// <summary>The version byte names another version than 3.</summary>
    UnsupportedVersion = 2,

    /// <summary>No session, current or archived, can read the message.</summary>
    NoSession = 3,

    /// <summary>The message authentication code is wrong, or what it protects does not decrypt.</summary>
    InvalidMac = 4,

    /// <summary>The counter was used before: the message has been read, or its key was dropped. Not asked for again.</summary>
    Duplicate = 5,

    /// <summary>The counter is more than <see cref="SignalLimits.MaxSkip"/> ahead of the chain.</summary>
    TooFarInFuture = 6,

    /// <summary>The message names a one-time pre-key that is not, or no longer, here.</summary>
    UnknownPreKey = 7,

    /// <summary>The message names a signed pre-key that is not here.</summary>
    UnknownSignedPreKey = 8,

    /// <summary>The sender's identity key is not the one that must be behind this address.</summary>
    UntrustedIdentity = 9,

    /// <summary>A public key has the wrong type or no effect (small order).</summary>
    InvalidKey = 10,

    /// <summary>A signature does not verify: of a group message, or of a signed pre-key.</summary>
    InvalidSignature = 11,

    /// <summary>There is no sender key with this id for the sender in this group.</summary>
    NoSenderKey = 12,
}
