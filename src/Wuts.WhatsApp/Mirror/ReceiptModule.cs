using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Receipts for what this device sent: only the phone's word that it could not read a message matters. Sync section 1.11.</summary>
internal sealed class ReceiptModule(PeerMessenger phone) : ClientModule
{
    /// <inheritdoc/>
    public override bool Accepts(Node stanza) => stanza.Tag == "receipt";

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (RetryRequest.TryParse(stanza, out var request))
        {
            await phone.AnswerAsync(request, connection, cancellationToken).ConfigureAwait(false);
        }

        return StanzaOutcome.Handled;
    }
}
