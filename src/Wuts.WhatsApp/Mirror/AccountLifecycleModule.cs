using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// What the mirror does around a login: loads what is stored, learns the own addresses, and takes up what was left undone.
/// </summary>
internal sealed class AccountLifecycleModule(
    ClientContext client, MirrorSession session, AccountMirror mirror, AppStateKeeper appState, AccountRefresh refresh, HistoryQueue history)
    : ClientModule
{
    private bool _loaded;

    /// <inheritdoc/>
    public override async Task PrepareAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        refresh.Use(connection);
        if (!_loaded)
        {
            await appState.LoadAsync(cancellationToken).ConfigureAwait(false);
            _loaded = true;
        }

        if (session.Own is { } own)
        {
            var seen = new Observation(own, ObservationSource.OwnAccount, client.TimeProvider.GetUtcNow());
            await mirror.LearnPairsAsync([seen], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task ActivatedAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        history.Wake(connection);
        appState.LoggedIn(connection);
        var needs = RefreshNeeds.None;
        if (await mirror.Store.LoadBlocklistAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            needs |= RefreshNeeds.Blocklist;
        }

        if (await refresh.AreGroupsDueAsync(cancellationToken).ConfigureAwait(false))
        {
            needs |= RefreshNeeds.Groups;
        }

        refresh.Wake(needs, connection);
    }
}
