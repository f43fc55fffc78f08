using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Core.Devices;

/// <summary>
/// Finds whom a notification may mean that names a person by hash only. Such notifications are rare and a hash is short, so no
/// index is kept: everybody who is known is hashed, and all who match count. Sync section 10.3.
/// </summary>
internal static class HashedPeople
{
    private const int LongestUser = 64;

    /// <summary>The addresses of contacts, of pairs and of the own account that have a hash.</summary>
    /// <param name="data">What the device holds; contacts and pairs are streamed.</param>
    /// <param name="own">The own addresses.</param>
    /// <param name="hash">The hash; its case counts.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<IReadOnlyCollection<Jid>> FindAsync(
        IDeviceData data, IEnumerable<Jid> own, string hash, CancellationToken cancellationToken)
    {
        var found = new HashSet<Jid>();
        void Try(Jid jid)
        {
            if (jid.IsPerson && jid.User.Length <= LongestUser && ContactHash.Of(jid) == hash)
            {
                found.Add(jid.ToBase());
            }
        }

        foreach (var jid in own)
        {
            Try(jid);
        }

        await foreach (var contact in data.Account.ReadContactsAsync(cancellationToken))
        {
            Try(contact.Jid);
        }

        await foreach (var row in data.Account.ReadPairsAsync(cancellationToken))
        {
            Try(row.Pair.Phone);
            Try(row.Pair.Lid);
        }

        return found;
    }
}
