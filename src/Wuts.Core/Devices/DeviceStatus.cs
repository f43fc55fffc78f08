using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Devices;

/// <summary>How a device is doing now.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Account">The linked account by phone number, without device part; <see langword="null"/> when it is not linked.</param>
/// <param name="Lid">The linked account by LID.</param>
/// <param name="PushName">Push name of the account.</param>
/// <param name="Platform">The phone's operating system as WhatsApp names it.</param>
/// <param name="LastSeen">When WhatsApp last proved to be there.</param>
/// <param name="Problem">Why it is not connected.</param>
/// <param name="Qr">The QR code that is shown now, while one is.</param>
public sealed record DeviceStatus(
    DeviceState State, Jid? Account, Jid? Lid, string? PushName, string? Platform, DateTimeOffset? LastSeen, DeviceProblem? Problem,
    QrCode? Qr)
{
    /// <summary>How the address book is doing: why it is incomplete, if it is.</summary>
    public CollectionHealth AddressBook { get; init; } = CollectionHealth.Unknown;

    /// <summary>Whether the history that the phone sends after linking has arrived.</summary>
    public bool HistoryDone { get; init; }

    /// <summary>Whether it is logged in.</summary>
    public bool IsConnected => State == DeviceState.Connected;

    /// <summary>
    /// Why it cannot be asked now: a device that only waits for the database is back as soon as that is, and nobody has to do anything.
    /// </summary>
    public Failure WhyNotConnected() => WhyNotConnected(State, Problem);

    internal static Failure WhyNotConnected(DeviceState state, DeviceProblem? problem) =>
        problem is { Kind: DeviceProblemKind.Storage } ? new Failure.Unavailable(Failures.StorageRetry) : new Failure.NotReady(state, problem);

    /// <summary>Whether it is linked to an account.</summary>
    public bool IsLinked => Account is not null;

    /// <inheritdoc/>
    public override string ToString() => $"{State}";
}

/// <summary>A QR code to be scanned.</summary>
/// <param name="Text">The text to encode. Whoever sees it can link the account: never log it.</param>
/// <param name="GeneratedAt">When WhatsApp gave it out.</param>
/// <param name="ExpiresAt">When it stops working.</param>
/// <param name="FromCache">Whether it was there before this call.</param>
public sealed record QrCode(string Text, DateTimeOffset GeneratedAt, DateTimeOffset ExpiresAt, bool FromCache)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(QrCode);
}

/// <summary>A code to be typed on the phone.</summary>
/// <param name="Code">8 characters. Never log it.</param>
/// <param name="ExpiresAt">When it stops working.</param>
/// <param name="FromCache">Whether it was there before this call.</param>
public sealed record PairCode(string Code, DateTimeOffset ExpiresAt, bool FromCache)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(PairCode);
}
