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
    // What nobody asks for any more: a message comes again for as long as the server keeps it, a retry receipt within hours.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromDays(1);

    // The word of the account for this device: another pairing has another one.
    private ReadOnlyMemory<byte> _loadedFor;
    private DateTimeOffset? _cleanedAt;

    /// <inheritdoc/>
    public override async Task PrepareAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        refresh.Use(connection);
        if (client.Credentials.Account is { } account && !account.SignedIdentity.Span.SequenceEqual(_loadedFor.Span))
        {
            await appState.LoadAsync(cancellationToken).ConfigureAwait(false);
            _loadedFor = account.SignedIdentity;
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
        await refresh.LoggedInAsync(connection, cancellationToken).ConfigureAwait(false);
        await CleanAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = client.TimeProvider.GetUtcNow();
        if (_cleanedAt is not { } last || now - last >= CleaningInterval)
        {
            await mirror.Store.ForgetBeforeAsync(now - Remembered, cancellationToken).ConfigureAwait(false);
            _cleanedAt = now;
        }
    }
}
