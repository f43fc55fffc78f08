using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>Hands the stanzas of a logged-in client to its modules.</summary>
internal sealed partial class StanzaRouter(ClientContext context, ClientModule[] modules) : IStanzaSink
{
    private readonly DuplicateFilter _duplicates = new();

    /// <inheritdoc/>
    public Jid? OwnDevice => context.Credentials.Account?.Device;

    /// <inheritdoc/>
    public async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        // A lost acknowledgement makes the server deliver the stanza again: acknowledge it again, and that is all.
        var outcome = StanzaOutcome.Handled;
        if (!_duplicates.Contains(stanza))
        {
            outcome = await HandleByModulesAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
            _duplicates.Add(stanza);
        }

        foreach (var module in modules)
        {
            await module.HandledAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    private async Task<StanzaOutcome> HandleByModulesAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var outcome = StanzaOutcome.Handled;
        var accepted = false;
        foreach (var module in modules)
        {
            if (!module.Accepts(stanza))
            {
                continue;
            }

            accepted = true;
            var result = await module.HandleAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
            outcome = outcome == StanzaOutcome.Handled ? result : outcome;
        }

        if (!accepted)
        {
            LogNotHandled(context.ConnectionSettings.Logger, context.Label, stanza.Tag);
        }

        return outcome;
    }

    [LoggerMessage(1010, LogLevel.Debug, "{Device}: nobody handles this {Tag} stanza")]
    private static partial void LogNotHandled(ILogger logger, string device, string tag);
}
