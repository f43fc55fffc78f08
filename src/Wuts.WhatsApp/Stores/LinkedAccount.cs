using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Stores;

/// <summary>The account that a device is linked to, as the phone described it at pairing. Protocol section 7.5.</summary>
/// <remarks>The own phone number and LID belong together: this is the first pair that a device learns.</remarks>
public sealed record LinkedAccount
{
    /// <summary>This device by phone number, with its device number.</summary>
    public required Jid Device { get; init; }

    /// <summary>This device by LID, with its device number; <see langword="null"/> when the server did not say it yet.</summary>
    public Jid? Lid { get; init; }

    /// <summary>
    /// The complete <c>ADVSignedDeviceIdentity</c>: the account's word for this device, with both signatures and the account's
    /// key. It travels with the first message to every new peer.
    /// </summary>
    public required ReadOnlyMemory<byte> SignedIdentity { get; init; }

    /// <summary>
    /// The phone's Signal identity key, 32 bytes: the trusted identity of device 0 of <see cref="Lid"/> and of
    /// <see cref="Device"/>.
    /// </summary>
    public required ReadOnlyMemory<byte> PhoneIdentityKey { get; init; }

    /// <summary>The phone's operating system as the server names it, for example <c>android</c> or <c>smbi</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Name of the business, for business accounts.</summary>
    public string? BusinessName { get; init; }

    /// <summary>The account's own push name, once the server has said it.</summary>
    public string? PushName { get; init; }

    /// <summary>When the pairing took place.</summary>
    public required DateTimeOffset PairedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(LinkedAccount);
}
