using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Turns a notification into rows, and passes on what a cache of profiles needs to know. Sync sections 9.4 and 10.</summary>
internal static class NotificationLearner
{
    /// <summary>Adds to the draft what the notification tells.</summary>
    /// <returns>What has to be read again, because the notification says only that it changed.</returns>
    public static async ValueTask<RefreshNeeds> FillAsync(
        IAccountStore store, Notification notification, AddressPair? own, DateTimeOffset now, AccountDraft draft,
        CancellationToken cancellationToken)
    {
        var needs = RefreshNeeds.None;
        foreach (var item in notification.Items)
        {
            switch (item)
            {
                case NotificationItem.GroupChanged changed:
                    await GroupLearner.FillAsync(store, changed, own, draft, cancellationToken).ConfigureAwait(false);
                    needs |= draft.Commit.Writes.Any(w => w is AccountWrite.GroupStale) ? RefreshNeeds.StaleGroups : RefreshNeeds.None;
                    break;
                case NotificationItem.BlocklistModified modified:
                    needs |= await ModifyBlocklistAsync(store, modified, draft, cancellationToken).ConfigureAwait(false);
                    break;
                case NotificationItem.BlocklistStale:
                    draft.Add(BlocklistIsStale);
                    needs |= RefreshNeeds.Blocklist;
                    break;
                case NotificationItem.PrivacyTokenReceived token:
                    draft.Add(new AccountWrite.Token(token.Owner, token.Token));
                    draft.Raise(new AccountEvent.Notified(item));
                    break;
                case NotificationItem.OwnPushNameChanged name:
                    await OwnName.FillAsync(store, name.Name, draft, cancellationToken).ConfigureAwait(false);
                    break;
                case NotificationItem.BusinessNameChanged { Who.Jid: { } jid, Name: { Name.Length: > 0 } name }:
                    await EditAsync(store, jid, c => c.WithBusiness(name), draft, cancellationToken).ConfigureAwait(false);
                    draft.Raise(new AccountEvent.Notified(item));
                    break;
                case NotificationItem.BusinessRemoved { Who.Jid: { } jid }:
                    await EditAsync(store, jid, c => c with { BusinessName = null, BusinessIssuer = null }, draft, cancellationToken).ConfigureAwait(false);
                    draft.Raise(new AccountEvent.Notified(item));
                    break;
                case NotificationItem.CollectionsChanged or NotificationItem.PreKeysLeft or NotificationItem.KeyBundleCheckDue
                    or NotificationItem.IdentityChanged or NotificationItem.Other:
                    // Others handle these; a changed identity is an event of its own.
                    break;
                default:
                    draft.Raise(new AccountEvent.Notified(item));
                    break;
            }
        }

        var observations = notification.Pairs
            .Select(p => new Observation(p, ObservationSource.Notification, notification.Time is { } at && at < now ? at : now))
            .ToList();
        await IdentityLearner.LearnAsync(store, observations, own, draft, cancellationToken).ConfigureAwait(false);
        return needs;
    }

    // Stored with the acknowledgement in view: what has to be read is not forgotten when the process ends before it was read.
    private static AccountWrite BlocklistIsStale => new AccountWrite.Setting(AccountSetting.BlocklistIsStale, "1");

    private static async ValueTask EditAsync(
        IAccountStore store, Jid jid, Func<ContactRecord, ContactRecord> edit, AccountDraft draft, CancellationToken cancellationToken)
    {
        var editor = await ContactEditor.LoadAsync(store, [jid], cancellationToken).ConfigureAwait(false);
        editor.Edit(jid, edit);
        editor.Finish(draft);
    }

    private static async ValueTask<RefreshNeeds> ModifyBlocklistAsync(
        IAccountStore store, NotificationItem.BlocklistModified modified, AccountDraft draft, CancellationToken cancellationToken)
    {
        var known = await store.LoadBlocklistAsync(cancellationToken).ConfigureAwait(false);
        if (known is not null && modified.Hash.Length > 0 && known.Hash == modified.Hash)
        {
            return RefreshNeeds.None;
        }

        if (known is null || known.Hash != modified.PreviousHash)
        {
            draft.Add(BlocklistIsStale);
            return RefreshNeeds.Blocklist;
        }

        var people = known.People.Where(p => !modified.Unblocked.Any(u => IsSame(u, p))).ToList();
        people.AddRange(modified.Blocked.Where(b => !people.Exists(p => IsSame(b, p))));
        draft.Add(new AccountWrite.BlockedPeople(new Blocklist(people, modified.Hash)));
        draft.Raise(new AccountEvent.BlocklistChanged());
        return RefreshNeeds.None;
    }

    private static bool IsSame(BlockedPerson one, BlockedPerson other) =>
        (one.LidJid is { } lid && lid == other.LidJid) || (one.PhoneJid is { } phone && phone == other.PhoneJid);
}

/// <summary>What has to be read from the server again.</summary>
[Flags]
internal enum RefreshNeeds
{
    None = 0,
    Blocklist = 1,
    Groups = 2,
    StaleGroups = 4,
}
