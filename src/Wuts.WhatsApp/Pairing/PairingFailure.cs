using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Pairing;

/// <summary>Why a pairing failed: a closed set. In every case a new pairing may be tried.</summary>
public abstract record PairingFailure
{
    private protected PairingFailure()
    {
    }

    /// <summary>Nobody scanned the last QR code, typed the code, or answered the passkey request in time.</summary>
    public sealed record TimedOut : PairingFailure;

    /// <summary>The code was typed, but the phone did not confirm: most likely it was typed wrongly.</summary>
    public sealed record NotConfirmed : PairingFailure;

    /// <summary>The application gave up.</summary>
    public sealed record Cancelled : PairingFailure;

    /// <summary>This side did not accept what the phone or the server sent, or could not store it.</summary>
    /// <param name="Fault">What was wrong.</param>
    public sealed record Rejected(PairingFault Fault) : PairingFailure;

    /// <summary>
    /// The server refused a step. 400 also stands for too many pairings by code for one number; wait for
    /// <see cref="QueryError.Backoff"/> if there is one.
    /// </summary>
    /// <param name="Error">What the server said.</param>
    public sealed record Refused(QueryError Error) : PairingFailure;

    /// <summary>The server wants another code.</summary>
    /// <param name="IsManual">Whether the user should ask for it, rather than the application by itself.</param>
    public sealed record NewCodeNeeded(bool IsManual) : PairingFailure;

    /// <summary>The connection was lost at a point from which the pairing cannot go on, or the server refused it.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Disconnected(DisconnectReason Reason) : PairingFailure;
}
