using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// What own devices have to say: keys, history, recovered collections, the move to LIDs. What is stored and the fact that the
/// message was handled go into one commit. Sync section 1.9.
/// </summary>
internal sealed partial class PeerContentHandler(
    ClientContext client, AccountMirror mirror, AppStateKeeper appState, HistoryQueue history, ILogger logger)
{
    /// <summary>Handles one decrypted payload.</summary>
    public async Task HandleAsync(
        ReceivedPayload payload, MessageSource source, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var now = client.TimeProvider.GetUtcNow();
        switch (payload.Content)
        {
            case PeerContent.History piece:
                var task = history.Next(source.Id, piece.Notification.ToByteArray());
                await LearnAsync(payload, now, draft => draft.Add(new AccountWrite.HistoryQueued(task)), cancellationToken).ConfigureAwait(false);
                history.Wake(connection);
                break;
            case PeerContent.AppStateKeys(var share):
                await appState.SaveKeysAsync(share, cancellationToken).ConfigureAwait(false);
                await LearnAsync(payload, now, _ => { }, cancellationToken).ConfigureAwait(false);
                appState.KeysSaved(share, source.Sender, connection);
                break;
            case PeerContent.DataResponse response:
                await appState.RecoverAsync(response.Response, connection, cancellationToken).ConfigureAwait(false);
                await LearnAsync(payload, now, _ => { }, cancellationToken).ConfigureAwait(false);
                break;
            case PeerContent.LidPairs(var migration):
                await LearnMigrationAsync(payload, migration, now, cancellationToken).ConfigureAwait(false);
                break;
            case PeerContent.AppStateFailure failure:
                LogAppStateFailure(logger, client.Label, failure.Collections.Count);
                await LearnAsync(payload, now, _ => { }, cancellationToken).ConfigureAwait(false);
                break;
            case PeerContent.PhoneNumberShared:
                var person = source.Sender.ToBase();
                await LearnAsync(payload, now, draft => draft.Raise(new AccountEvent.ContactChanged(person)), cancellationToken)
                    .ConfigureAwait(false);
                break;
            case PeerContent.Forged forged:
                LogForged(logger, client.Label, forged.Type?.ToString() ?? "copy of a sent message");
                break;
        }
    }

    private async Task LearnMigrationAsync(
        ReceivedPayload payload, LidMigration migration, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var observations = migration.Pairs.Select(pair => new Observation(pair, ObservationSource.LidMigration, now)).ToList();
        await mirror.LearnAsync(
            new AccountDraft(Handled(payload, now)),
            async draft =>
            {
                await IdentityLearner.LearnAsync(mirror.Store, observations, mirror.Own, draft, cancellationToken).ConfigureAwait(false);
                if (migration.MigratedAt is { } at)
                {
                    draft.Add(new AccountWrite.Setting(
                        AccountSetting.LidMigratedAt, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private ValueTask LearnAsync(ReceivedPayload payload, DateTimeOffset now, Action<AccountDraft> fill, CancellationToken cancellationToken) =>
        mirror.LearnAsync(
            new AccountDraft(Handled(payload, now)),
            draft =>
            {
                fill(draft);
                return ValueTask.CompletedTask;
            },
            cancellationToken);

    private static SignalTransaction Handled(ReceivedPayload payload, DateTimeOffset now)
    {
        var transaction = new SignalTransaction();
        if (payload.Content.MustBeHandled)
        {
            transaction.Payloads.Set(payload.Id, new PayloadRow(null, now));
        }

        return transaction;
    }

    [LoggerMessage(1402, LogLevel.Warning, "{Device}: another own device gave up on {Count} app-state collections; the phone will unlink all devices")]
    private static partial void LogAppStateFailure(ILogger logger, string device, int count);

    [LoggerMessage(1403, LogLevel.Warning, "{Device}: somebody else sent what only an own device may send ({Type}); ignored")]
    private static partial void LogForged(ILogger logger, string device, string type);
}
