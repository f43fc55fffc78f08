using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Notifications;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Finds the people whom a notification names by a short hash. There may be several, because the hash is short: what the
/// notification tells then counts for each, which costs a needless query and loses nothing. Such notifications are rare, so that
/// an index of all hashes is not worth its memory. Sync section 10.3.
/// </summary>
internal static class HashedPeople
{
    /// <summary>Replaces hashes by the addresses that are known to have them. A hash that nobody has stays.</summary>
    public static async ValueTask<Notification> ResolveAsync(
        IAccountStore store, Notification notification, CancellationToken cancellationToken)
    {
        var hashes = notification.Items.Select(item => WhoOf(item)?.Hash).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (hashes.Count == 0)
        {
            return notification;
        }

        var people = await FindAsync(store, hashes, cancellationToken).ConfigureAwait(false);
        var items = new List<NotificationItem>(notification.Items.Count);
        foreach (var item in notification.Items)
        {
            var found = WhoOf(item)?.Hash is { } hash ? people[hash].ToList() : [];
            items.AddRange(found.Count == 0 ? [item] : found.Select(jid => About(item, new ContactRef(jid, null), isSure: found.Count == 1)));
        }

        return notification with { Items = items };
    }

    private static async ValueTask<ILookup<string, Jid>> FindAsync(
        IAccountStore store, HashSet<string> hashes, CancellationToken cancellationToken)
    {
        var found = new HashSet<(string Hash, Jid Jid)>();
        await foreach (var contact in store.ReadContactsAsync(cancellationToken).ConfigureAwait(false))
        {
            Look(contact.Jid);
        }

        await foreach (var current in store.ReadPairsAsync(cancellationToken).ConfigureAwait(false))
        {
            Look(current.Pair.Phone);
            Look(current.Pair.Lid);
        }

        return found.ToLookup(match => match.Hash, match => match.Jid, StringComparer.Ordinal);

        void Look(Jid jid)
        {
            if (jid.User.Length <= ContactHash.LongestUser && ContactHash.Of(jid) is var hash && hashes.Contains(hash))
            {
                found.Add((hash, jid));
            }
        }
    }

    private static ContactRef? WhoOf(NotificationItem item) => item switch
    {
        NotificationItem.PictureSet set => set.Who,
        NotificationItem.PictureRemoved removed => removed.Who,
        NotificationItem.AboutChanged about => about.Who,
        NotificationItem.ContactChanged contact => contact.Who,
        NotificationItem.DevicesChanged devices => devices.Who,
        NotificationItem.BusinessNameChanged name => name.Who,
        NotificationItem.BusinessRemoved removed => removed.Who,
        NotificationItem.BusinessProfileChanged profile => profile.Who,
        _ => null,
    };

    private static NotificationItem About(NotificationItem item, ContactRef who, bool isSure) => item switch
    {
        // Whose the new value is of several, is not known: each has to be asked for it.
        NotificationItem.PictureSet or NotificationItem.AboutChanged or NotificationItem.BusinessNameChanged when !isSure =>
            new NotificationItem.ContactChanged(who),
        NotificationItem.PictureSet set => set with { Who = who },
        NotificationItem.PictureRemoved removed => removed with { Who = who },
        NotificationItem.AboutChanged about => about with { Who = who },
        NotificationItem.ContactChanged contact => contact with { Who = who },
        NotificationItem.DevicesChanged devices => devices with { Who = who },
        NotificationItem.BusinessNameChanged name => name with { Who = who },
        NotificationItem.BusinessRemoved removed => removed with { Who = who },
        NotificationItem.BusinessProfileChanged profile => profile with { Who = who },
        _ => item,
    };
}
