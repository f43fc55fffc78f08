using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Sends messages to the own phone, fetching its keys first where there is no session yet. Sync section 1.13.</summary>
internal sealed class PeerMessenger(MirrorSession session, TimeProvider time)
{
    /// <summary>Sends a message and waits until the server has taken it.</summary>
    /// <returns>The id of the message; answers of the phone name it.</returns>
    /// <exception cref="QueryRefusedException">The server did not take the message, or gave no keys of the phone.</exception>
    /// <exception cref="SignalException">The keys that the server gave are not the phone's.</exception>
    public async Task<string> SendAsync(
        Message message, PushPriority priority, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var id = MessageIds.Create(session.Device.Account.Phone, time.GetUtcNow(), SystemEntropySource.Instance);
        var envelope = await session.Outbox.SealAsync(id, message, priority, null, cancellationToken).ConfigureAwait(false);
        if (envelope is PeerEnvelope.NeedsBundle needed)
        {
            var bundle = await FetchBundleAsync(needed.Phone, connection, cancellationToken).ConfigureAwait(false);
            envelope = await session.Outbox.SealAsync(id, message, priority, bundle, cancellationToken).ConfigureAwait(false);
        }

        await DeliverAsync(envelope, connection, cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>Answers the phone's word that it could not read a message.</summary>
    public async Task AnswerAsync(RetryRequest request, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var envelope = await session.Outbox.AnswerAsync(request, null, cancellationToken).ConfigureAwait(false);
        if (envelope is PeerEnvelope.NeedsBundle needed)
        {
            var bundle = await FetchBundleAsync(needed.Phone, connection, cancellationToken).ConfigureAwait(false);
            envelope = await session.Outbox.AnswerAsync(request, bundle, cancellationToken).ConfigureAwait(false);
        }

        await DeliverAsync(envelope, connection, cancellationToken).ConfigureAwait(false);
    }

    private static async Task DeliverAsync(PeerEnvelope envelope, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (envelope is not PeerEnvelope.Ready ready)
        {
            return;
        }

        var ack = await connection.QueryAsync(ready.Stanza, cancellationToken).ConfigureAwait(false);
        if (ack["error"] is { } text)
        {
            _ = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code);
            throw new QueryRefusedException("message", new QueryError(code, "message refused", null));
        }
    }

    private static async Task<PreKeyBundle> FetchBundleAsync(Jid phone, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var answer = await connection.QueryAsync(BundleQuery.Build(connection.NextId(), phone), cancellationToken).ConfigureAwait(false);
        Iq.ThrowIfError(answer, "encrypt");
        return BundleQuery.Parse(answer) switch
        {
            [BundleAnswer.Found found, ..] => found.Bundle,
            [BundleAnswer.Refused refused, ..] => throw new QueryRefusedException("encrypt", refused.Error),
            _ => throw new UnexpectedAnswerException("encrypt", "there is no bundle of the phone"),
        };
    }
}
