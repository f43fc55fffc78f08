using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Pairing;

/// <summary>How a device is linked to an account: a closed set. Protocol sections 7 and 8.</summary>
public abstract record PairingMethod
{
    private protected PairingMethod()
    {
    }

    /// <summary>
    /// The phone scans a QR code. The codes replace each other: the first is valid for 60 s, the following for 20 s each. After
    /// the last, some three minutes in all, the pairing fails with <see cref="PairingFailure.TimedOut"/>.
    /// </summary>
    /// <param name="OlderForm">Whether the text is of the older form, without prefix and client type. Both are understood.</param>
    public sealed record Qr(bool OlderForm = false) : PairingMethod;

    /// <summary>The user types a code of eight characters on the phone, within three minutes.</summary>
    /// <param name="Phone">The number of the account.</param>
    /// <param name="CustomCode">
    /// The code; <see langword="null"/> draws one. Eight characters out of <c>123456789ABCDEFGHJKLMNPQRSTVWXYZ</c>.
    /// </param>
    /// <param name="ShowPushNotification">Whether the phone shows a notification that leads to where the code is typed.</param>
    public sealed record Code(PhoneNumber Phone, string? CustomCode = null, bool ShowPushNotification = true) : PairingMethod
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(Code);
    }

    /// <summary>
    /// A passkey of the account vouches for the device. The server may demand it in the other ways, too; either way
    /// <see cref="PairingEvent.PasskeyRequired"/> says so.
    /// </summary>
    public sealed record Passkey : PairingMethod;
}
