namespace Wuts.WhatsApp.Signal.Store;

/// <summary>
/// Moves what is kept under one name of a person to another: sessions, identities and sender keys of all devices, from the phone
/// number to the LID once the pair is known. Sync section 1.3.
/// </summary>
internal static class SessionMigration
{
    /// <summary>
    /// Moves every loaded row of a user. Where the new name has an entry already, that one stays and the old one is deleted: the
    /// LID wins. Doing it again changes nothing.
    /// </summary>
    /// <param name="transaction">Everything of both users has to be loaded.</param>
    /// <param name="from">The user to move, see <see cref="SignalAddress.User"/>.</param>
    /// <param name="to">The user to move to.</param>
    public static void Apply(SignalTransaction transaction, string from, string to)
    {
        var (sessions, identities, senderKeys) = (transaction.Sessions, transaction.Identities, transaction.SenderKeys);
        foreach (var old in sessions.Keys.Union(identities.Keys).Where(address => address.User == from).ToArray())
        {
            // Session and identity of a device belong together, so they move together or not at all.
            var target = old with { User = to };
            var isFree = !sessions.TryGet(target, out _) && !identities.TryGet(target, out _);
            Move(sessions, old, target, isFree);
            Move(identities, old, target, isFree);
        }

        foreach (var old in senderKeys.Keys.Where(name => name.Sender.User == from).ToArray())
        {
            var target = old with { Sender = old.Sender with { User = to } };
            Move(senderKeys, old, target, isFree: !senderKeys.TryGet(target, out _));
        }
    }

    /// <summary>
    /// Forgets a person who has installed anew: sessions, identities and sender keys of all devices. Sync section 1.12.
    /// </summary>
    /// <param name="transaction">Everything of the user has to be loaded.</param>
    /// <param name="user">The user, see <see cref="SignalAddress.User"/>.</param>
    public static void Forget(SignalTransaction transaction, string user)
    {
        Remove(transaction.Sessions, address => address.User == user);
        Remove(transaction.Identities, address => address.User == user);
        Remove(transaction.SenderKeys, name => name.Sender.User == user);
    }

    private static void Move<TKey>(RowSet<TKey, byte[]> rows, TKey old, TKey target, bool isFree)
        where TKey : notnull
    {
        if (rows.TryGet(old, out var row))
        {
            rows.Remove(old);
            if (isFree)
            {
                rows.Set(target, row);
            }
        }
    }

    private static void Remove<TKey>(RowSet<TKey, byte[]> rows, Predicate<TKey> matches)
        where TKey : notnull
    {
        foreach (var key in rows.Keys.Where(key => matches(key)).ToArray())
        {
            rows.Remove(key);
        }
    }
}
