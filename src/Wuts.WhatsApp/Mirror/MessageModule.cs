using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Message stanzas: who wrote under which names, and what own devices have to say. Bodies are neither kept nor logged.
/// Sync section 1.
/// </summary>
internal sealed partial class MessageModule(
    ClientContext client, MirrorSession session, AccountMirror mirror, PeerContentHandler peers, RetryKeys retryKeys, ILogger logger)
    : ClientModule
{
    /// <inheritdoc/>
    public override bool Accepts(Node stanza) => stanza.Tag == "message";

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (!MessageSource.TryParse(stanza, session.Device.Account, out var source))
        {
            return StanzaOutcome.Rejected((int)NackReason.ParsingError);
        }

        // Pairs come first: they decide where the sender's session is kept.
        await LearnAsync(source, cancellationToken).ConfigureAwait(false);
        var outcome = await session.Decryptor.DecryptAsync(stanza, source, cancellationToken).ConfigureAwait(false);
        switch (outcome)
        {
            case MessageOutcome.Received received:
                await HandleAsync(received.Payloads, source, connection, cancellationToken).ConfigureAwait(false);
                await TellIdentityAsync(source, received.ChangedIdentity, cancellationToken).ConfigureAwait(false);
                break;
            case MessageOutcome.Undecryptable failed:
                await HandleAsync(failed.Payloads, source, connection, cancellationToken).ConfigureAwait(false);
                LogUndecryptable(logger, client.Label, failed.Failure, failed.Attempt, source.IsPeer);
                if (!failed.IsFinal)
                {
                    await AskAgainAsync(source, failed, connection, cancellationToken).ConfigureAwait(false);
                    return StanzaOutcome.Handled;
                }

                await TellLostAsync(source, cancellationToken).ConfigureAwait(false);
                break;
            case MessageOutcome.Rejected rejected:
                return StanzaOutcome.Rejected((int)rejected.Reason);
        }

        var receipt = Receipts.Delivery(source, session.Device.Account, isAvailable: false);
        await connection.SendAsync(receipt, cancellationToken).ConfigureAwait(false);
        return StanzaOutcome.Handled;
    }

    private async Task HandleAsync(
        IReadOnlyList<ReceivedPayload> payloads, MessageSource source, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        foreach (var payload in payloads)
        {
            await peers.HandleAsync(payload, source, connection, cancellationToken).ConfigureAwait(false);
        }
    }

    // A new key in a message tells as much as a notification, which may come later or not at all. Companions come and go. The message is
    // read by then: handled again it would not tell it once more.
    private Task TellIdentityAsync(MessageSource source, SignalAddress? changed, CancellationToken cancellationToken)
    {
        if (changed is not { Device: 0 } || source.IsFromMe)
        {
            return Task.CompletedTask;
        }

        var lid = source.Sender.IsLid ? source.Sender : source.SenderAlternative;
        var happened = new WhatsAppEvent.IdentityChanged(source.Sender.ToBase(), lid.IsLid ? lid.ToBase() : null);
        return StorageRetry.RunAsync(
            client.ConnectionSettings, () => client.Events.RaiseAsync(happened, cancellationToken).AsTask(), cancellationToken);
    }

    private ValueTask TellLostAsync(MessageSource source, CancellationToken cancellationToken)
    {
        if (!source.IsPeer || !session.Device.Account.Includes(source.Sender))
        {
            return ValueTask.CompletedTask;
        }

        LogLost(logger, client.Label);
        return mirror.RaiseAsync(new AccountEvent.OwnMessageLost(source.Sender), cancellationToken);
    }

    private ValueTask LearnAsync(MessageSource source, CancellationToken cancellationToken)
    {
        var now = client.TimeProvider.GetUtcNow();
        var at = source.Time is { } sent && sent < now ? sent : now;
        var observations = source.Pairs.Select(pair => new Observation(pair, ObservationSource.MessageHeader, at)).ToList();
        var names = source is { PushName: not null, IsFromMe: false, Kind: not (ChatKind.Newsletter or ChatKind.Bot) };
        if (observations.Count == 0 && !names)
        {
            return ValueTask.CompletedTask;
        }

        return mirror.LearnAsync(
            new AccountDraft(),
            async draft =>
            {
                await IdentityLearner.LearnAsync(mirror.Store, observations, mirror.Own, draft, cancellationToken).ConfigureAwait(false);
                if (names)
                {
                    var person = source.Sender.ToBase();
                    var editor = await ContactEditor.LoadAsync(mirror.Store, [person], cancellationToken).ConfigureAwait(false);
                    editor.PushName(person, source.PushName!, at);
                    editor.Finish(draft);
                }
            },
            cancellationToken);
    }

    private async Task AskAgainAsync(
        MessageSource source, MessageOutcome.Undecryptable failed, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var keys = RetryPolicy.IncludesKeys(failed.Failure, failed.Attempt)
            ? await retryKeys.TakeAsync(cancellationToken).ConfigureAwait(false)
            : [];
        var receipt = RetryReceipt.Build(
            source,
            failed.Attempt,
            session.Device.Identity.RegistrationId,
            RetryPolicy.ErrorOf(failed.Failure),
            keys);
        await connection.SendAsync(receipt, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1401, LogLevel.Information, "{Device}: a message cannot be decrypted ({Failure}, attempt {Attempt}, peer: {IsPeer})")]
    private static partial void LogUndecryptable(ILogger logger, string device, SignalFailure failure, int attempt, bool isPeer);

    [LoggerMessage(1405, LogLevel.Warning, "{Device}: a message of an own device is lost: it cannot be decrypted, however often it is sent")]
    private static partial void LogLost(ILogger logger, string device);
}
