using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Reads again what the server calls dirty, and says so when it is done. It waits for the end of the backlog, because what the
/// backlog tells is older than what is read. Sync section 10.8.
/// </summary>
internal sealed class DirtyModule(ClientContext client, AppStateKeeper appState, AccountRefresh refresh, ILogger logger) : ClientModule
{
    private readonly Lock _gate = new();
    private readonly List<(string Type, string? Timestamp)> _waiting = [];
    private IStanzaConnection? _connection;
    private bool _backlogDelivered;

    /// <inheritdoc/>
    public override bool Accepts(Node stanza) =>
        stanza.Tag == "ib" && (stanza.TryGetChild("dirty", out _) || stanza.TryGetChild("offline", out _));

    /// <inheritdoc/>
    public override Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        List<(string Type, string? Timestamp)> due = [];
        lock (_gate)
        {
            // The server marks before the backlog, and on every connection anew.
            if (_connection != connection)
            {
                _connection = connection;
                _backlogDelivered = false;
                _waiting.Clear();
            }

            foreach (var child in stanza.Children)
            {
                _backlogDelivered |= child.Tag == "offline";
                if (child.Tag == "dirty" && child["type"] is { Length: > 0 } type)
                {
                    _waiting.Add((type, child["timestamp"]));
                }
            }

            if (_backlogDelivered)
            {
                due.AddRange(_waiting);
                _waiting.Clear();
            }
        }

        foreach (var (type, timestamp) in due)
        {
            Background.Run(() => CleanAsync(type, timestamp, connection), connection, logger, client);
        }

        return Task.FromResult(StanzaOutcome.Handled);
    }

    private async Task CleanAsync(string type, string? timestamp, IStanzaConnection connection)
    {
        switch (type)
        {
            case "groups":
                await refresh.Groups.ReadAllOnceAsync(connection, connection.Ended).ConfigureAwait(false);
                break;
            case "account_sync":
                await refresh.Blocklist.ReadAsync(connection, connection.Ended).ConfigureAwait(false);
                break;
            case "syncd_app_state":
                appState.Wake(AppStateCollections.All, connection);
                return;
            default:
                return;
        }

        if (timestamp is not null)
        {
            var clean = DirtyQuery.BuildClean(connection.NextId(), type, timestamp);
            Iq.ThrowIfError(await connection.QueryAsync(clean, connection.Ended).ConfigureAwait(false), DirtyQuery.Xmlns);
        }
    }
}
