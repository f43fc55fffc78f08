namespace Wuts.WhatsApp.Signal.Store;

/// <summary>What a transaction needs to see, so that a store can load it in one round trip.</summary>
public sealed class SignalQuery
{
    /// <summary>Addresses whose session and identity are needed.</summary>
    public ISet<SignalAddress> Addresses { get; } = new HashSet<SignalAddress>();

    /// <summary>
    /// Users (<see cref="SignalAddress.User"/>) of whom everything is needed: sessions and identities of all devices, and sender
    /// keys in all groups.
    /// </summary>
    public ISet<string> Users { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Sender keys.</summary>
    public ISet<SenderKeyName> SenderKeys { get; } = new HashSet<SenderKeyName>();

    /// <summary>Ids of own one-time pre-keys.</summary>
    public ISet<uint> PreKeys { get; } = new HashSet<uint>();

    /// <summary>Ids of own signed pre-keys.</summary>
    public ISet<uint> SignedPreKeys { get; } = new HashSet<uint>();

    /// <summary>Decrypted payloads.</summary>
    public ISet<PayloadId> Payloads { get; } = new HashSet<PayloadId>();

    /// <summary>Retry counts.</summary>
    public ISet<RetryKey> Retries { get; } = new HashSet<RetryKey>();

    /// <summary>Ids of own messages.</summary>
    public ISet<string> SentMessages { get; } = new HashSet<string>(StringComparer.Ordinal);
}
