using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Notifications about people, groups and the account. Sync section 10.</summary>
internal sealed class NotificationModule(
    ClientContext client, MirrorSession session, AccountMirror mirror, AppStateKeeper appState, AccountRefresh refresh) : ClientModule
{
    /// <inheritdoc/>
    public override bool Accepts(Node stanza) => stanza.Tag == "notification";

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var notification = await HashedPeople.ResolveAsync(mirror.Store, NotificationParser.Parse(stanza), cancellationToken)
            .ConfigureAwait(false);
        var needs = RefreshNeeds.None;
        await mirror.LearnAsync(
            new AccountDraft(),
            async draft =>
            {
                needs = await NotificationLearner.FillAsync(
                    mirror.Store, notification, mirror.Own, client.TimeProvider.GetUtcNow(), draft, cancellationToken).ConfigureAwait(false);
                Note(notification);
            },
            cancellationToken).ConfigureAwait(false);

        foreach (var item in notification.Items)
        {
            switch (item)
            {
                case NotificationItem.CollectionsChanged changed:
                    appState.Announced(changed.Versions.Keys, connection);
                    break;
                case NotificationItem.IdentityChanged changed when !session.Device.Account.Includes(changed.Who):
                    await ForgetAsync(changed.Who, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        refresh.Wake(needs, connection);
        return StanzaOutcome.Handled;
    }

    // Sessions are under the LID as soon as it is known, whatever the notification calls the person.
    private async Task ForgetAsync(Jid person, CancellationToken cancellationToken)
    {
        var pairs = await mirror.Store.FindPairsAsync([person], cancellationToken).ConfigureAwait(false);
        var other = pairs.Count == 0 ? default : person.IsLid ? pairs[0].Pair.Phone : pairs[0].Pair.Lid;
        await session.Decryptor.ForgetAsync(person, other, cancellationToken).ConfigureAwait(false);
    }

    // An answer that was asked for before is older than what this notification tells.
    private void Note(Notification notification)
    {
        foreach (var item in notification.Items)
        {
            switch (item)
            {
                case NotificationItem.GroupChanged changed:
                    refresh.Groups.Changed(changed.Group);
                    break;
                case NotificationItem.BlocklistModified or NotificationItem.BlocklistStale:
                    refresh.Blocklist.Changed();
                    break;
            }
        }
    }
}
