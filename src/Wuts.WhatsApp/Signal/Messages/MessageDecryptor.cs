using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// Takes in message stanzas: finds the sender's state, decrypts, and commits the new state together with what must not be lost,
/// before anything is acknowledged. Knows no socket. Sync section 1.4.
/// </summary>
/// <remarks>
/// <para>Every message is handled once, wherever the process ends. Before the commit nothing has happened, and the server
/// delivers again. After it the plaintext is kept, and the next delivery gives it out a second time, marked as repeated. After
/// <see cref="CompleteAsync"/> only its name is kept, and the next delivery has nothing left to handle.</para>
/// <para>For several threads; messages of one person wait for each other.</para>
/// </remarks>
internal sealed class MessageDecryptor(
    LocalDevice device, ISignalStore store, SignalGate gate, ILidDirectory directory, TimeProvider time, IEntropySource entropy)
{
    /// <summary>Decrypts one message stanza and commits what follows from it.</summary>
    /// <param name="stanza">The stanza.</param>
    /// <param name="source">What its attributes say.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is committed then.</param>
    /// <exception cref="SignalStateException">Stored state is damaged.</exception>
    /// <exception cref="WhatsAppException">The store failed; the message must not be acknowledged.</exception>
    public async ValueTask<MessageOutcome> DecryptAsync(Node stanza, MessageSource source, CancellationToken cancellationToken)
    {
        if (stanza.Child("enc") is null)
        {
            return stanza.TryGetChild("unavailable", out var unavailable) ? new MessageOutcome.NoPayload(unavailable["type"])
                : source.Kind == ChatKind.Newsletter ? new MessageOutcome.NoPayload(null)
                : new MessageOutcome.Rejected(NackReason.UnrecognizedStanza);
        }

        var known = await FindLidAsync(source, cancellationToken).ConfigureAwait(false);
        if (!SessionAddressing.TryResolve(source.Sender, source.SenderAlternative, known, out var addressing))
        {
            return new MessageOutcome.NoPayload(null);
        }

        var (address, moveFrom) = addressing;
        var parts = EncryptedPart.ReadAll(stanza, address);
        if (parts.Count == 0)
        {
            return new MessageOutcome.NoPayload(null);
        }

        string[] users = moveFrom is null ? [address.User] : [address.User, moveFrom];
        using (await gate.EnterAsync(users, cancellationToken).ConfigureAwait(false))
        {
            var transaction = await LoadAsync(source, addressing, parts, cancellationToken).ConfigureAwait(false);
            var decryption = new StanzaDecryption(
                device,
                transaction,
                source,
                address,
                stanza.Child("device-identity")?.ContentBytes ?? default,
                time.GetUtcNow(),
                entropy);
            var outcome = decryption.Run(parts);
            if (transaction.HasChanges)
            {
                await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            }

            return outcome;
        }
    }

    /// <summary>
    /// Records that payloads were handled; their plaintext is forgotten. A store that keeps both can do it in the transaction of
    /// the handler itself; then handling is exact, otherwise a handler may see a payload again after a crash.
    /// </summary>
    public async ValueTask CompleteAsync(IEnumerable<ReceivedPayload> payloads, CancellationToken cancellationToken)
    {
        var transaction = new SignalTransaction();
        foreach (var payload in payloads.Where(payload => payload.Content.MustBeHandled))
        {
            transaction.Payloads.Set(payload.Id, new PayloadRow(null, time.GetUtcNow()));
        }

        if (transaction.HasChanges)
        {
            await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Forgets a person who has installed anew: all devices, by either name. Does nothing when a companion has (its next message
    /// tells), or when it is the own account, whose identity only a new pairing changes. Sync section 1.12.
    /// </summary>
    /// <param name="person">The device that the server names, by phone number or LID.</param>
    /// <param name="alternative">The other name, or <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is committed then.</param>
    public async ValueTask ForgetAsync(Jid person, Jid alternative, CancellationToken cancellationToken)
    {
        if (person.Device != 0 || device.Account.Includes(person) || device.Account.Includes(alternative))
        {
            return;
        }

        List<string> users = [];
        foreach (var name in (ReadOnlySpan<Jid>)[person.ToBase(), alternative.ToBase()])
        {
            if (SignalAddress.TryFromJid(name, out var address))
            {
                users.Add(address.User);
            }
        }

        using (await gate.EnterAsync(users, cancellationToken).ConfigureAwait(false))
        {
            var query = new SignalQuery();
            query.Users.UnionWith(users);
            var transaction = await store.LoadAsync(query, cancellationToken).ConfigureAwait(false);
            users.ForEach(user => SessionMigration.Forget(transaction, user));
            if (transaction.HasChanges)
            {
                await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<Jid> FindLidAsync(MessageSource source, CancellationToken cancellationToken)
    {
        var phone = source.Sender.IsLid ? source.SenderAlternative : source.Sender;
        return device.Account.Includes(phone) ? device.Account.Lid.ToBase()
            : phone.IsPhone && !phone.IsBot ? await directory.FindLidAsync(phone.ToBase(), cancellationToken).ConfigureAwait(false)
            : default;
    }

    /// <summary>Loads what the parts need, and moves the sender's state to its address if it is still under another name.</summary>
    private async ValueTask<SignalTransaction> LoadAsync(
        MessageSource source, SessionAddressing addressing, IReadOnlyList<EncryptedPart> parts, CancellationToken cancellationToken)
    {
        var query = QueryFor(source, addressing, parts);
        if (addressing.MoveFrom is { } from)
        {
            query.Users.Add(from);
        }

        var transaction = await store.LoadAsync(query, cancellationToken).ConfigureAwait(false);
        if (addressing.MoveFrom is { } old && IsPresent(transaction, old))
        {
            // Rare, and once per person: now everything under the new name is needed as well, to see what is taken.
            query.Users.Add(addressing.Address.User);
            transaction = await store.LoadAsync(query, cancellationToken).ConfigureAwait(false);
            SessionMigration.Apply(transaction, old, addressing.Address.User);
        }

        return transaction;
    }

    private static SignalQuery QueryFor(MessageSource source, SessionAddressing addressing, IReadOnlyList<EncryptedPart> parts)
    {
        var query = new SignalQuery();
        query.Addresses.Add(addressing.Address);
        query.Retries.Add(new RetryKey(source.Id, addressing.Address));
        if (source.Kind is ChatKind.Group or ChatKind.Broadcast)
        {
            query.SenderKeys.Add(new SenderKeyName(source.Chat, addressing.Address));
        }

        foreach (var part in parts)
        {
            query.Payloads.Add(part.Id);
            if (part is EncryptedPart.Starting { Message: var message })
            {
                query.SignedPreKeys.Add(message.SignedPreKeyId);
                if (message.PreKeyId is { } id)
                {
                    query.PreKeys.Add(id);
                }
            }
        }

        return query;
    }

    private static bool IsPresent(SignalTransaction transaction, string user) =>
        transaction.Sessions.Keys.Any(address => address.User == user)
        || transaction.Identities.Keys.Any(address => address.User == user)
        || transaction.SenderKeys.Keys.Any(name => name.Sender.User == user);
}
