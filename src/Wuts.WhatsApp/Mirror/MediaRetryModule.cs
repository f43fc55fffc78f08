using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>The phone's word about files that it was asked to upload again; only history is ever asked for. Sync section 13.4.</summary>
internal sealed class MediaRetryModule(HistoryQueue history) : ClientModule
{
    /// <inheritdoc/>
    public override bool Accepts(Node stanza) => stanza.Tag == "notification" && stanza["type"] == "mediaretry";

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await history.AnsweredAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
        return StanzaOutcome.Handled;
    }
}
