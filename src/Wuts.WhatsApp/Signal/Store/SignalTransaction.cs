using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal.Store;

/// <summary>
/// What was loaded to handle one stanza, and what handling it changed. Everything that changed is committed together or not at
/// all: ratchet state, identity, used pre-key, and the plaintext that may not be lost. Sync section 1.4.
/// </summary>
/// <remarks>Values are opaque to a store. Sessions, sender keys, pre-keys and payloads are secret: encrypt them.</remarks>
public sealed class SignalTransaction
{
    /// <summary>Sessions by address, in their stored form.</summary>
    public RowSet<SignalAddress, byte[]> Sessions { get; } = new();

    /// <summary>Identity keys by address: 32 bytes.</summary>
    public RowSet<SignalAddress, byte[]> Identities { get; } = new();

    /// <summary>Sender keys by group and sender, in their stored form.</summary>
    public RowSet<SenderKeyName, byte[]> SenderKeys { get; } = new();

    /// <summary>Own one-time pre-keys by id. They are made elsewhere; a transaction only deletes them.</summary>
    public RowSet<uint, KeyPair> PreKeys { get; } = new();

    /// <summary>Own signed pre-keys by id. Never changed here.</summary>
    public RowSet<uint, KeyPair> SignedPreKeys { get; } = new();

    /// <summary>Decrypted payloads by what they were decrypted from.</summary>
    public RowSet<PayloadId, PayloadRow> Payloads { get; } = new();

    /// <summary>How often messages were asked for again.</summary>
    public RowSet<RetryKey, RetryRow> Retries { get; } = new();

    /// <summary>Own messages that the receiver may ask for again, by message id.</summary>
    public RowSet<string, SentMessageRow> SentMessages { get; } = new();

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasChanges =>
        Sessions.Changes.Count + Identities.Changes.Count + SenderKeys.Changes.Count + PreKeys.Changes.Count
            + Payloads.Changes.Count + Retries.Changes.Count + SentMessages.Changes.Count > 0;
}
