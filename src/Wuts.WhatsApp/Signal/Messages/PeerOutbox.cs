using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>What has to happen for a peer message to leave. A closed set.</summary>
internal abstract record PeerEnvelope
{
    private PeerEnvelope()
    {
    }

    /// <summary>Send this stanza. State and plaintext are stored.</summary>
    /// <param name="Stanza">The stanza.</param>
    public sealed record Ready(Node Stanza) : PeerEnvelope;

    /// <summary>There is no session with the phone: fetch its bundle (<see cref="BundleQuery"/>) and try again with it.</summary>
    /// <param name="Phone">The own phone.</param>
    public sealed record NeedsBundle(Jid Phone) : PeerEnvelope;

    /// <summary>Nothing is to be sent.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Nothing(RetryIgnored Reason) : PeerEnvelope;
}

/// <summary>
/// Encrypts messages to the own phone and keeps them until they may be forgotten, so that a retry receipt can be answered. Knows
/// no socket. Sync sections 1.11 and 1.13.
/// </summary>
internal sealed class PeerOutbox(LocalDevice device, ISignalStore store, SignalGate gate, TimeProvider time, IEntropySource entropy)
{
    private DateTimeOffset? _lastRebuild;

    private SignalAddress Address => device.Account.PrimaryAddress;

    /// <summary>Encrypts a message for the first time.</summary>
    /// <param name="id">Its id, see <see cref="MessageIds"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="bundle">The phone's bundle when it had to be fetched; a session is started from it.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is committed then.</param>
    /// <exception cref="SignalException">The bundle is forged: wrong signature, or not the identity of the own phone.</exception>
    public async ValueTask<PeerEnvelope> SealAsync(
        string id, Message message, PushPriority priority, PreKeyBundle? bundle, CancellationToken cancellationToken)
    {
        using (await gate.EnterAsync([Address.User], cancellationToken).ConfigureAwait(false))
        {
            var transaction = await LoadAsync(id, cancellationToken).ConfigureAwait(false);
            var session = bundle is null ? LoadSession(transaction) : Start(transaction, bundle);
            if (session.Current is null)
            {
                return new PeerEnvelope.NeedsBundle(device.Account.PrimaryPhone);
            }

            var row = new SentMessageRow(device.Account.PrimaryPhone, message.ToByteArray(), time.GetUtcNow(), 0);
            return await SealAsync(transaction, session, id, row, priority, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Answers a retry receipt of the own phone.</summary>
    /// <param name="request">The receipt.</param>
    /// <param name="bundle">The phone's bundle when it had to be fetched.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is committed then.</param>
    /// <exception cref="SignalException">The keys are forged: wrong signature, or not the identity of the own phone.</exception>
    public async ValueTask<PeerEnvelope> AnswerAsync(
        RetryRequest request, PreKeyBundle? bundle, CancellationToken cancellationToken)
    {
        using (await gate.EnterAsync([Address.User], cancellationToken).ConfigureAwait(false))
        {
            var transaction = await LoadAsync(request.MessageId, cancellationToken).ConfigureAwait(false);
            transaction.SentMessages.TryGet(request.MessageId, out var sent);
            var answer = RetryAnswer.Decide(request, device.Account, sent, _lastRebuild, time.GetUtcNow());
            if (answer is RetryAnswer.Ignore ignored)
            {
                return new PeerEnvelope.Nothing(ignored.Reason);
            }

            var session = LoadSession(transaction);
            var fresh = answer switch
            {
                RetryAnswer.Rebuild rebuild => rebuild.Keys,
                RetryAnswer.Resend when session.Current is not null => null,
                _ => bundle,
            };
            if (fresh is not null)
            {
                session = Start(transaction, fresh);
            }
            else if (answer is RetryAnswer.Fetch || session.Current is null)
            {
                return new PeerEnvelope.NeedsBundle(device.Account.PrimaryPhone);
            }

            var row = sent! with { Resends = sent.Resends + 1 };
            var envelope = await SealAsync(
                transaction, session, request.MessageId, row, PushPriority.High, request.Attempt, cancellationToken).ConfigureAwait(false);
            _lastRebuild = fresh is null ? _lastRebuild : time.GetUtcNow();
            return envelope;
        }
    }

    private async ValueTask<PeerEnvelope> SealAsync(
        SignalTransaction transaction,
        SessionRecord session,
        string id,
        SentMessageRow row,
        PushPriority priority,
        int resend,
        CancellationToken cancellationToken)
    {
        var encrypted = SessionCipher.Encrypt(session, MessagePadding.Pad(row.Plaintext, entropy), device.Identity);
        transaction.Sessions.Set(Address, encrypted.After.Encode());
        transaction.SentMessages.Set(id, row);

        // Committed before it is sent: a message key must never be used for two messages.
        await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        return new PeerEnvelope.Ready(PeerMessages.Build(id, device, encrypted, priority, resend));
    }

    private SessionRecord Start(SignalTransaction transaction, PreKeyBundle bundle)
    {
        // What is stored does not matter for the own phone: its key is known from pairing.
        if (IdentityKeyPolicy.Decide(IdentityKeyOwner.OwnPhone, bundle.IdentityKey, default, device.PhoneIdentity, false)
            == IdentityKeyDecision.Refused)
        {
            SignalException.Throw(SignalFailure.UntrustedIdentity);
        }

        transaction.Identities.Set(Address, bundle.IdentityKey);
        return SessionCipher.Initiate(LoadSession(transaction), bundle, device.Identity, entropy);
    }

    private ValueTask<SignalTransaction> LoadAsync(string id, CancellationToken cancellationToken)
    {
        var query = new SignalQuery();
        query.Addresses.Add(Address);
        query.SentMessages.Add(id);
        return store.LoadAsync(query, cancellationToken);
    }

    private SessionRecord LoadSession(SignalTransaction transaction) =>
        transaction.Sessions.TryGet(Address, out var stored) ? SessionRecord.Decode(stored) : SessionRecord.Empty;
}
