using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>People who installed WhatsApp anew. Protocol section 9.4.</summary>
internal sealed class IdentityChangeModule(ClientContext context) : ClientModule
{
    // <notification from="15550009999@s.whatsapp.net" type="encrypt" id t lid?><identity/></notification>

    /// <inheritdoc/>
    public override bool Accepts(Node stanza) =>
        stanza.Tag == "notification" && stanza["type"] == "encrypt" && stanza.TryGetChild("identity", out _)
        && stanza.TryGetJid("from", out var from) && from.IsPerson;

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        // A companion that got a new identity says nothing about the person.
        if (stanza.TryGetJid("from", out var from) && from.Device == 0)
        {
            Jid? lid = stanza.TryGetJid("lid", out var known) && known.IsLid ? known.ToBase() : null;
            await context.Events.RaiseAsync(new WhatsAppEvent.IdentityChanged(from.ToBase(), lid), cancellationToken).ConfigureAwait(false);
        }

        return StanzaOutcome.Handled;
    }
}
