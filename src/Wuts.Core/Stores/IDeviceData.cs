using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;

namespace Wuts.Core.Stores;

/// <summary>Opens what a device holds.</summary>
public interface IDeviceDataStore
{
    /// <summary>
    /// The data of one device. Opening costs nothing; reads need no lease, writes carry the fence that
    /// <paramref name="fence"/> returns at that moment and throw <see cref="LeaseLostException"/> when it is not the present one.
    /// </summary>
    IDeviceData Open(DeviceId device, Func<Fence> fence);
}

/// <summary>
/// What one device holds: credentials, pre-keys, the account, and on top of the mirror's rows what the gateway needs to list
/// them by version and to page through them.
/// </summary>
public interface IDeviceData : IWhatsAppStore
{
    /// <summary>Version of the address book: grows with every commit that changes a contact or a pair.</summary>
    ValueTask<long> GetBookVersionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The addresses whose contact or pair changed after a version, blank and ended ones too; <see langword="null"/> when the
    /// version is older than what is kept of deletions.
    /// </summary>
    ValueTask<IReadOnlyList<Jid>?> FindChangedAsync(long since, CancellationToken cancellationToken);

    /// <summary>Current pairs in the order of their LIDs.</summary>
    ValueTask<PairPage> ReadPairsAsync(int offset, int limit, CancellationToken cancellationToken);

    /// <summary>The pairs of an address now and before, the present one first.</summary>
    ValueTask<IReadOnlyList<PairHistory>> ReadPairHistoryAsync(Jid jid, CancellationToken cancellationToken);

    /// <summary>Adds or replaces an address-book change that has not reached WhatsApp yet, and the name in the local book, in one transaction.</summary>
    ValueTask SavePendingEditAsync(PendingEdit edit, ContactRecord contact, CancellationToken cancellationToken);

    /// <summary>
    /// Changes that have not reached WhatsApp yet, the oldest first. Readers of the book lay them over what is stored, which an
    /// earlier change of the same person may overwrite when it reaches WhatsApp.
    /// </summary>
    ValueTask<IReadOnlyList<PendingEdit>> LoadPendingEditsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A change has reached WhatsApp, or was given up. Another one for the same person is left alone. The person counts as changed
    /// when another name is stored than the one that was shown until now.
    /// </summary>
    ValueTask RemovePendingEditAsync(PendingEdit edit, CancellationToken cancellationToken);

    /// <summary>Registrations that were answered before.</summary>
    ValueTask<IReadOnlyList<Contacts.Registration>> FindRegistrationsAsync(IReadOnlyCollection<PhoneNumber> phones, CancellationToken cancellationToken);

    /// <summary>Keeps answers about registrations.</summary>
    ValueTask SaveRegistrationsAsync(IReadOnlyCollection<Contacts.Registration> registrations, CancellationToken cancellationToken);

    /// <summary>
    /// When numbers were checked for the first time, after a time, the oldest first: one entry per number. Later checks of the same
    /// number do not change it.
    /// </summary>
    ValueTask<IReadOnlyList<DateTimeOffset>> ReadFirstChecksAsync(DateTimeOffset after, CancellationToken cancellationToken);

    /// <summary>Deletes contacts, pairs, groups, pictures and caches, because the account was unlinked here. Keys are deleted by <see cref="IWhatsAppStore.DeleteKeysAsync"/>.</summary>
    ValueTask DeleteAccountDataAsync(CancellationToken cancellationToken);
}

/// <summary>An address-book change on its way to WhatsApp.</summary>
/// <param name="Person">Whose entry.</param>
/// <param name="FirstName">Given name.</param>
/// <param name="FullName">Full name.</param>
/// <param name="At">When it was asked for.</param>
public sealed record PendingEdit(Jid Person, string FirstName, string FullName, DateTimeOffset At)
{
    /// <summary>The names as an entry of the address book.</summary>
    public ContactNames Names => new(FullName, FirstName);

    /// <inheritdoc/>
    public override string ToString() => nameof(PendingEdit);
}
