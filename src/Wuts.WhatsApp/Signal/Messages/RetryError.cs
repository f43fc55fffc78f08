namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>Why a message is asked for again, as the sender is told. Sync section 1.11.</summary>
internal enum RetryError
{
    /// <summary>No reason given.</summary>
    Unknown = 0,

    /// <summary>There is no session, or no sender key.</summary>
    NoSession = 1,

    /// <summary>A key is not one.</summary>
    InvalidKey = 2,

    /// <summary>A pre-key is not here.</summary>
    InvalidKeyId = 3,

    /// <summary>The form is wrong.</summary>
    InvalidMessage = 4,

    /// <summary>A signature is wrong.</summary>
    InvalidSignature = 5,

    /// <summary>The counter is too far ahead.</summary>
    FutureMessage = 6,

    /// <summary>The MAC is wrong.</summary>
    BadMac = 7,

    /// <summary>The signed device identity of a companion does not fit.</summary>
    DeviceIdentity = 12,
}

/// <summary>What follows from a failure.</summary>
internal static class RetryPolicy
{
    /// <summary>How often one message is asked for.</summary>
    public const int MaxAttempts = 5;

    /// <summary>How often an own message is sent again when its receiver asks for it.</summary>
    public const int MaxResends = 5;

    /// <summary>The shortest time between two sessions that are made anew because one device asks for it.</summary>
    public static readonly TimeSpan RebuildInterval = TimeSpan.FromHours(1);

    /// <summary>The code for a failure.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A duplicate is never asked for again.</exception>
    public static RetryError ErrorOf(SignalFailure failure) => failure switch
    {
        SignalFailure.Malformed or SignalFailure.UnsupportedVersion => RetryError.InvalidMessage,
        SignalFailure.NoSession or SignalFailure.NoSenderKey => RetryError.NoSession,
        SignalFailure.InvalidMac => RetryError.BadMac,
        SignalFailure.TooFarInFuture => RetryError.FutureMessage,
        SignalFailure.UnknownPreKey or SignalFailure.UnknownSignedPreKey => RetryError.InvalidKeyId,
        SignalFailure.UntrustedIdentity => RetryError.DeviceIdentity,
        SignalFailure.InvalidKey => RetryError.InvalidKey,
        SignalFailure.InvalidSignature => RetryError.InvalidSignature,
        _ => throw new ArgumentOutOfRangeException(nameof(failure)),
    };

    /// <summary>
    /// Whether the receipt carries own keys, so that the sender can start a new session at once: on every attempt after the
    /// first, and on the first when it is certain that the sender's session is of no use.
    /// </summary>
    public static bool IncludesKeys(SignalFailure failure, int attempt) => attempt > 1
        || failure is SignalFailure.NoSession or SignalFailure.UnknownPreKey or SignalFailure.UnknownSignedPreKey;
}
