namespace Wuts.WhatsApp.Signal;

/// <summary>A one-time pre-key of somebody else.</summary>
/// <param name="Id">Its id, 24 bits.</param>
/// <param name="Key">The public key, bare.</param>
internal sealed record RemotePreKey(uint Id, byte[] Key);

/// <summary>
/// The public keys of a device that a session is started from. They are claims of the server until
/// <see cref="SessionCipher.Initiate"/> has checked the signature. Sync section 1.13 and protocol section 9.7.
/// </summary>
internal sealed record PreKeyBundle
{
    /// <summary>Registration id of the device.</summary>
    public required uint RegistrationId { get; init; }

    /// <summary>Identity key, bare.</summary>
    public required byte[] IdentityKey { get; init; }

    /// <summary>Id of the signed pre-key.</summary>
    public required uint SignedPreKeyId { get; init; }

    /// <summary>The signed pre-key, bare.</summary>
    public required byte[] SignedPreKey { get; init; }

    /// <summary>Signature of the identity key over the signed pre-key with its type byte.</summary>
    public required byte[] SignedPreKeySignature { get; init; }

    /// <summary>A one-time pre-key, or <see langword="null"/> when the device has none left.</summary>
    public RemotePreKey? OneTimePreKey { get; init; }

    /// <summary>The signed device identity of a companion; <see langword="null"/> for a phone.</summary>
    public byte[]? DeviceIdentity { get; init; }
}
