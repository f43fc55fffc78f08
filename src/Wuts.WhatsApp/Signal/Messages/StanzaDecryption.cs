using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// Decrypts the parts of one message stanza, from a loaded transaction to a changed one: the pure half of
/// <see cref="MessageDecryptor"/>. Sync section 1.4.
/// </summary>
internal sealed class StanzaDecryption(
    LocalDevice device,
    SignalTransaction transaction,
    MessageSource source,
    SignalAddress address,
    ReadOnlyMemory<byte> deviceIdentity,
    DateTimeOffset now,
    IEntropySource entropy) : IPreKeySource
{
    private readonly List<ReceivedPayload> _payloads = [];
    private SignalAddress? _changedIdentity;

    private RetryKey RetryKey => new(source.Id, address);

    private IdentityKeyOwner Owner => !device.Account.Includes(source.Sender) ? IdentityKeyOwner.Other
        : source.Sender.Device == 0 ? IdentityKeyOwner.OwnPhone
        : IdentityKeyOwner.OwnCompanion;

    /// <summary>Decrypts part after part, because the first often brings the sender key of the second, up to a failure.</summary>
    public MessageOutcome Run(IReadOnlyList<EncryptedPart> parts)
    {
        foreach (var part in parts)
        {
            try
            {
                if (!TryRun(part))
                {
                    return new MessageOutcome.Rejected(NackReason.InvalidProtobuf);
                }
            }
            catch (SignalException refused) when (refused.Failure == SignalFailure.Duplicate)
            {
                // Read before, and nothing in it waits to be handled: otherwise there would be a row for it.
                ForgetUsedPreKey(part);
            }
            catch (SignalException refused)
            {
                return Undecryptable(refused.Failure);
            }
        }

        if (transaction.Retries.TryGet(RetryKey, out _))
        {
            transaction.Retries.Remove(RetryKey);
        }

        return new MessageOutcome.Received(_payloads, _changedIdentity);
    }

    /// <inheritdoc />
    public bool TryGetPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair) => transaction.PreKeys.TryGet(id, out pair);

    /// <inheritdoc />
    public bool TryGetSignedPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair) => transaction.SignedPreKeys.TryGet(id, out pair);

    private bool TryRun(EncryptedPart part)
    {
        if (transaction.Payloads.TryGet(part.Id, out var row))
        {
            ForgetUsedPreKey(part);
            return row.Plaintext is null || TryAccept(part.Id, row.Plaintext, isRepeated: true);
        }

        var padded = part switch
        {
            EncryptedPart.Starting starting => Decrypt(starting.Message),
            EncryptedPart.InSession inSession => Decrypt(inSession.Message),
            EncryptedPart.ToGroup toGroup => Decrypt(toGroup.Message),
            EncryptedPart.Broken broken => throw new SignalException(broken.Failure),
            _ => throw new InvalidOperationException($"Unknown part {part.GetType().Name}."),
        };
        return MessagePadding.TryUnpad(padded, out var plaintext) && TryAccept(part.Id, plaintext, isRepeated: false);
    }

    // Pre-keys may be kept apart from the rest: a process that ended before it deleted the one that was used left it over.
    private void ForgetUsedPreKey(EncryptedPart part)
    {
        if (part is EncryptedPart.Starting { Message.PreKeyId: { } id } && transaction.PreKeys.TryGet(id, out _))
        {
            transaction.PreKeys.Remove(id);
        }
    }

    private byte[] Decrypt(PreKeySignalMessage message)
    {
        var hasIdentity = transaction.Identities.TryGet(address, out var identity);
        var decision = IdentityKeyPolicy.Decide(
            Owner,
            message.IdentityKey,
            hasIdentity ? identity : default,
            device.PhoneIdentity,
            Owner == IdentityKeyOwner.OwnCompanion
                && AdvSignatures.VerifyCompanion(deviceIdentity.Span, message.IdentityKey, device.PhoneIdentity));
        if (decision == IdentityKeyDecision.Refused)
        {
            SignalException.Throw(SignalFailure.UntrustedIdentity);
        }

        // Sessions with the identity before are of no more use.
        var before = decision == IdentityKeyDecision.Changed ? SessionRecord.Empty : LoadSession();
        var decrypted = SessionCipher.Decrypt(before, message, device.Identity, this, entropy);
        transaction.Sessions.Set(address, decrypted.After.Encode());
        if (decision != IdentityKeyDecision.Known)
        {
            transaction.Identities.Set(address, decrypted.RemoteIdentity);
        }

        if (decrypted.ConsumedPreKeyId is { } id)
        {
            transaction.PreKeys.Remove(id);
        }

        _changedIdentity = decision == IdentityKeyDecision.Changed ? address : _changedIdentity;
        return decrypted.Plaintext;
    }

    private byte[] Decrypt(SignalMessage message)
    {
        var decrypted = SessionCipher.Decrypt(LoadSession(), message, entropy);
        if (Owner == IdentityKeyOwner.OwnPhone && !decrypted.RemoteIdentity.AsSpan().SequenceEqual(device.PhoneIdentity))
        {
            SignalException.Throw(SignalFailure.UntrustedIdentity);
        }

        transaction.Sessions.Set(address, decrypted.After.Encode());
        return decrypted.Plaintext;
    }

    private byte[] Decrypt(SenderKeyMessage message)
    {
        var name = new SenderKeyName(source.Chat, address);
        var decrypted = GroupCipher.Decrypt(LoadSenderKey(name), message);
        transaction.SenderKeys.Set(name, decrypted.After.Encode());
        return decrypted.Plaintext;
    }

    private bool TryAccept(PayloadId id, ReadOnlySpan<byte> plaintext, bool isRepeated)
    {
        if (!MessageContent.TryRead(plaintext, source, out var content))
        {
            return false;
        }

        if (!isRepeated)
        {
            if (content.SenderKey is { } senderKey && !TryAccept(senderKey))
            {
                return false;
            }

            // Bodies of ordinary messages are not kept, not even for a moment.
            if (content.Content.MustBeHandled)
            {
                transaction.Payloads.Set(id, new PayloadRow(plaintext.ToArray(), now));
            }
        }

        _payloads.Add(new ReceivedPayload(id, content.Content, isRepeated));
        return true;
    }

    /// <summary>
    /// Takes in a sender key, for the chat of this stanza only: otherwise a member of one group could speak in another.
    /// </summary>
    private bool TryAccept(SenderKeyDistributionMessage senderKey)
    {
        if (source.Kind is not (ChatKind.Group or ChatKind.Broadcast) || senderKey.GroupId != source.Chat.ToString())
        {
            return true;
        }

        try
        {
            var name = new SenderKeyName(source.Chat, address);
            var distribution = SenderKeyDistribution.Parse(senderKey.AxolotlSenderKeyDistributionMessage.Span);
            transaction.SenderKeys.Set(name, GroupCipher.Process(LoadSenderKey(name), distribution).Encode());
            return true;
        }
        catch (SignalException)
        {
            return false;
        }
    }

    private MessageOutcome.Undecryptable Undecryptable(SignalFailure failure)
    {
        var attempt = transaction.Retries.TryGet(RetryKey, out var row) ? row.Count + 1 : 1;
        transaction.Retries.Set(RetryKey, new RetryRow(Math.Min(attempt, RetryPolicy.MaxAttempts + 1), now));
        return new MessageOutcome.Undecryptable(_payloads, failure, attempt);
    }

    private SessionRecord LoadSession() =>
        transaction.Sessions.TryGet(address, out var stored) ? SessionRecord.Decode(stored) : SessionRecord.Empty;

    private SenderKeyRecord LoadSenderKey(SenderKeyName name) =>
        transaction.SenderKeys.TryGet(name, out var stored) ? SenderKeyRecord.Decode(stored) : SenderKeyRecord.Empty;
}
