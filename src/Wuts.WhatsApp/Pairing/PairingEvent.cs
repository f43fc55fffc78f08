using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// A step of a pairing: a closed set. The last one is <see cref="Connected"/> or <see cref="Failed"/>. Text forms reveal nothing:
/// whoever reads a code can take the pairing over.
/// </summary>
public abstract record PairingEvent
{
    private protected PairingEvent()
    {
    }

    /// <summary>Show this QR code in place of the one before. Any error correction level works.</summary>
    /// <param name="Text">What the QR code contains.</param>
    /// <param name="ValidFor">How long the server accepts it; the next code or the failure comes then.</param>
    public sealed record QrCode(string Text, TimeSpan ValidFor) : PairingEvent
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(QrCode);
    }

    /// <summary>Show this code; the user types it on the phone.</summary>
    /// <param name="Text">The code as <c>XXXX-XXXX</c>.</param>
    /// <param name="ExpiresAt">Until when it can be typed.</param>
    public sealed record Code(string Text, DateTimeOffset ExpiresAt) : PairingEvent
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(Code);
    }

    /// <summary>The code was typed. Whether it was the right one shows when <see cref="Paired"/> follows, within a minute.</summary>
    public sealed record CodeTyped : PairingEvent;

    /// <summary>
    /// The account wants a passkey. Have the user's authenticator answer the request, then hand the answer to
    /// <see cref="PairingSession.SubmitPasskeyAsync"/>. No further codes are shown.
    /// </summary>
    /// <param name="RequestOptionsJson">The options of the WebAuthn request, JSON; <c>rpId</c> is WhatsApp's.</param>
    public sealed record PasskeyRequired(string RequestOptionsJson) : PairingEvent;

    /// <summary>Show this code; the user compares it with the one on the phone and confirms there.</summary>
    /// <param name="Text">The code as <c>XXXX-XXXX</c>.</param>
    /// <param name="IsOptional">
    /// Whether the phone may go on without asking, because it was proved that this device shows the QR code that it scanned.
    /// </param>
    public sealed record CompareCode(string Text, bool IsOptional) : PairingEvent
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(CompareCode);
    }

    /// <summary>The phone cannot link devices of this kind: its owner has to update WhatsApp, then scan again.</summary>
    public sealed record PhoneTooOld : PairingEvent;

    /// <summary>The device is linked and everything is stored; the first login follows.</summary>
    /// <param name="Account">The account.</param>
    public sealed record Paired(LinkedAccount Account) : PairingEvent;

    /// <summary>The device is linked and logged in. The pairing is over; the client stays connected.</summary>
    public sealed record Connected : PairingEvent;

    /// <summary>The pairing has failed and is over.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(PairingFailure Failure) : PairingEvent;
}
