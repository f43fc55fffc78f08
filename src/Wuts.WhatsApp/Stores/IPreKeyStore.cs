using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Stores;

/// <summary>
/// Keeps the one-time pre-keys of one device. A key is saved before it is uploaded, marked when the server has it, and removed
/// when a message has used it. Only the private half is worth keeping: the public half follows from it. Protocol section 9.
/// </summary>
public interface IPreKeyStore
{
    /// <summary>The greatest id in the order of generation, that is, the id of the key saved last; 0 when none was ever saved.</summary>
    ValueTask<uint> GetLastIdAsync(CancellationToken cancellationToken);

    /// <summary>Saves new keys, all or none.</summary>
    ValueTask AddAsync(IReadOnlyList<PreKey> keys, CancellationToken cancellationToken);

    /// <summary>Keys that the server does not have yet, the oldest first, at most <paramref name="count"/>.</summary>
    ValueTask<IReadOnlyList<PreKey>> LoadNotUploadedAsync(int count, CancellationToken cancellationToken);

    /// <summary>Marks keys as known to the server. Ids that are not there are ignored.</summary>
    ValueTask MarkUploadedAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken);

    /// <summary>The key with the given id; <see langword="null"/> when it was used up or never existed.</summary>
    ValueTask<PreKey?> FindAsync(uint id, CancellationToken cancellationToken);

    /// <summary>Those of the given keys that are there, in any order.</summary>
    ValueTask<IReadOnlyList<PreKey>> FindAsync(IReadOnlyCollection<uint> ids, CancellationToken cancellationToken);

    /// <summary>Removes a key that a message has used. An id that is not there is ignored.</summary>
    ValueTask RemoveAsync(uint id, CancellationToken cancellationToken);
}
