using Wuts.Core.Devices;

namespace Wuts.Core;

/// <summary>
/// Why a question could not be answered: a closed set that every dialect maps to its own statuses and codes. No member holds a
/// name, a number or a secret.
/// </summary>
public abstract record Failure
{
    private Failure()
    {
    }

    /// <summary>The device is not connected now, so WhatsApp cannot be asked.</summary>
    /// <param name="State">What it is doing instead.</param>
    /// <param name="Problem">Why it is not connected, when that is known.</param>
    public sealed record NotReady(DeviceState State, DeviceProblem? Problem = null) : Failure;

    /// <summary>There is no such device, or not for this caller.</summary>
    public sealed record NoDevice : Failure;

    /// <summary>The device was destroyed for good.</summary>
    public sealed record DeviceDestroyed : Failure;

    /// <summary>What was asked for does not exist for this account.</summary>
    /// <param name="What">The kind of thing.</param>
    public sealed record NotFound(MissingThing What) : Failure;

    /// <summary>It exists, and WhatsApp does not let this account see or do it.</summary>
    public sealed record NotPermitted : Failure;

    /// <summary>A value of the request is not acceptable in this place, which only the device could tell.</summary>
    /// <param name="Field">Name of the field in the core's own words: <c>jid</c>, <c>phone</c>, <c>group</c>, <c>code</c>.</param>
    /// <param name="Reason">What is wrong, as a sentence that does not repeat the value.</param>
    public sealed record Invalid(string Field, string Reason) : Failure;

    /// <summary>The request does not fit the state of the device, for example a QR code for one that is linked.</summary>
    /// <param name="Kind">In which way.</param>
    public sealed record Conflict(ConflictKind Kind) : Failure;

    /// <summary>WhatsApp, or the budget that protects the account, does not allow more of this now.</summary>
    /// <param name="RetryAfter">When to ask again, as far as known.</param>
    /// <param name="IsOwnLimit">Whether the own budget said so, and WhatsApp was not asked.</param>
    public sealed record RateLimited(TimeSpan? RetryAfter, bool IsOwnLimit) : Failure;

    /// <summary>WhatsApp did not answer in time. That says nothing about the person or the group.</summary>
    public sealed record TimedOut : Failure;

    /// <summary>WhatsApp answered with an error that has no meaning of its own here.</summary>
    /// <param name="Code">Its code.</param>
    public sealed record Refused(int Code) : Failure;

    /// <summary>The device is being moved, or its owner was lost: the same request succeeds elsewhere or a moment later.</summary>
    /// <param name="RetryAfter">When to ask again.</param>
    public sealed record Unavailable(TimeSpan RetryAfter) : Failure;
}

/// <summary>Kinds of things that may be missing.</summary>
public enum MissingThing
{
    /// <summary>A person: the number is not on WhatsApp.</summary>
    Contact,

    /// <summary>A group, or one that this account is not in where that cannot be told apart.</summary>
    Group,

    /// <summary>A picture that nobody has set.</summary>
    Picture,

    /// <summary>A picture that the person does not show to this account.</summary>
    HiddenPicture,

    /// <summary>An invite code that does not lead to a group, or no longer.</summary>
    Invite,

    /// <summary>A verified link or a verification.</summary>
    Link,
}

/// <summary>In which way a request does not fit the state of a device or of a link.</summary>
public enum ConflictKind
{
    /// <summary>The device is linked to an account already.</summary>
    AlreadyLinked,

    /// <summary>A pairing is going on and may not be replaced yet.</summary>
    PairingInProgress,

    /// <summary>The device is not linked to an account.</summary>
    NotLinked,

    /// <summary>The account has as many linked devices as WhatsApp allows.</summary>
    TooManyDevices,

    /// <summary>Both addresses are linked to different people already; a person has to decide.</summary>
    AliasLinkedElsewhere,

    /// <summary>The verification was used, has expired, or had too many wrong tries.</summary>
    VerificationOver,
}
