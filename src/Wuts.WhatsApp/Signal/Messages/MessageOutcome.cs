using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>A payload that was decrypted.</summary>
/// <param name="Id">Its name, for <see cref="MessageDecryptor.CompleteAsync"/>.</param>
/// <param name="Content">What it says.</param>
/// <param name="IsRepeated">Whether it was decrypted by an earlier delivery whose handling did not come to its end.</param>
internal sealed record ReceivedPayload(PayloadId Id, PeerContent Content, bool IsRepeated);

/// <summary>What became of a message stanza. All state that goes with it is stored. A closed set. Sync section 1.4.</summary>
internal abstract record MessageOutcome
{
    private MessageOutcome()
    {
    }

    /// <summary>
    /// The message was decrypted, now or by an earlier delivery. Handle the payloads, complete them, then send the receipts.
    /// </summary>
    /// <param name="Payloads">What there is to handle; empty when everything was handled before.</param>
    /// <param name="ChangedIdentity">The sender's address when it has a new identity key, otherwise <see langword="null"/>.</param>
    public sealed record Received(IReadOnlyList<ReceivedPayload> Payloads, SignalAddress? ChangedIdentity) : MessageOutcome;

    /// <summary>There is nothing for this device in it: send the delivery receipt.</summary>
    /// <param name="Reason">The kind the server gave, if any.</param>
    public sealed record NoPayload(string? Reason) : MessageOutcome;

    /// <summary>A part could not be decrypted: handle the payloads before it, then ask for the message again.</summary>
    /// <param name="Payloads">What was decrypted before the failure.</param>
    /// <param name="Failure">Why.</param>
    /// <param name="Attempt">
    /// Which attempt the retry receipt is. Above <see cref="RetryPolicy.MaxAttempts"/> there is none; acknowledge the message
    /// and raise the alarm if it was a peer message.
    /// </param>
    public sealed record Undecryptable(IReadOnlyList<ReceivedPayload> Payloads, SignalFailure Failure, int Attempt) : MessageOutcome
    {
        /// <summary>Whether the sender has been asked often enough.</summary>
        public bool IsFinal => Attempt > RetryPolicy.MaxAttempts;
    }

    /// <summary>The message will never be understood: acknowledge it with this code.</summary>
    /// <param name="Reason">The code.</param>
    public sealed record Rejected(NackReason Reason) : MessageOutcome;
}
