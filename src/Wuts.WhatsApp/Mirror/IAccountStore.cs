using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Where one device keeps what it knows about its account. Reads may overlap; commits do not. What is secret or personal is
/// protected by the implementation. Nothing that a stanza taught is acknowledged before its commit has returned.
/// </summary>
public interface IAccountStore : ISignalStore, IAppStateStore
{
    /// <summary>Applies a commit completely or not at all, and returns when it is durable.</summary>
    /// <exception cref="WhatsAppException">The store cannot be written now, or this process no longer owns the device.</exception>
    ValueTask CommitAsync(AccountCommit commit, CancellationToken cancellationToken);

    /// <summary>The contacts with these addresses, as many of them as exist, in any order.</summary>
    ValueTask<IReadOnlyList<ContactRecord>> FindContactsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken);

    /// <summary>All contacts, in any order.</summary>
    IAsyncEnumerable<ContactRecord> ReadContactsAsync(CancellationToken cancellationToken);

    /// <summary>The pairs that hold now for any of these addresses, as many of them as exist, in any order.</summary>
    ValueTask<IReadOnlyList<CurrentPair>> FindPairsAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken);

    /// <summary>All pairs that hold now, in any order.</summary>
    IAsyncEnumerable<CurrentPair> ReadPairsAsync(CancellationToken cancellationToken);

    /// <summary>Phone numbers that the server has to be asked about, at most <paramref name="count"/>, in any order.</summary>
    ValueTask<IReadOnlyList<Jid>> LoadDueLookupsAsync(int count, CancellationToken cancellationToken);

    /// <summary>The token of a person, by the address it was stored under.</summary>
    ValueTask<PrivacyToken?> FindTokenAsync(Jid owner, CancellationToken cancellationToken);

    /// <summary>A group, with whether it is still joined and whether it is current.</summary>
    ValueTask<GroupRecord?> FindGroupAsync(Jid group, CancellationToken cancellationToken);

    /// <summary>All groups that were ever seen, in any order.</summary>
    IAsyncEnumerable<GroupRecord> ReadGroupsAsync(CancellationToken cancellationToken);

    /// <summary>The block list as it was last stored; <see langword="null"/> before the first time.</summary>
    ValueTask<Blocklist?> LoadBlocklistAsync(CancellationToken cancellationToken);

    /// <summary>A value of the account; <see langword="null"/> when it is not set.</summary>
    ValueTask<string?> FindSettingAsync(AccountSetting name, CancellationToken cancellationToken);

    /// <summary>History notifications that are not done, in their order.</summary>
    ValueTask<IReadOnlyList<HistoryTask>> LoadHistoryTasksAsync(CancellationToken cancellationToken);
}

/// <summary>A group in the store.</summary>
/// <param name="Info">Its last known state.</param>
/// <param name="IsJoined">Whether this account is in it.</param>
/// <param name="IsStale">Whether it has to be read again before it is shown as current.</param>
public sealed record GroupRecord(GroupInfo Info, bool IsJoined, bool IsStale);
