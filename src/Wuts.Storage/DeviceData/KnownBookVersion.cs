using Wuts.Core.Stores;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// The version of the address book, read from the database only after a write or a change of ownership: while a lease holds, nobody
/// else writes. Every answer that is kept somewhere is compared with it.
/// </summary>
internal sealed class KnownBookVersion(DeviceScope scope, BookRows book)
{
    private volatile Known? _known;

    /// <summary>The version.</summary>
    public async ValueTask<long> GetAsync(CancellationToken cancellationToken)
    {
        // Taken before reading: a write that ends meanwhile makes what was read old.
        var writes = scope.Writes;
        var fence = scope.Fence;
        if (fence is { } held && _known is { } known && known.Writes == writes && known.Fence == held)
        {
            return known.Version;
        }

        var version = await scope.ReadAsync(book.GetVersionAsync, cancellationToken).ConfigureAwait(false);
        _known = fence is { } owned ? new Known(version, writes, owned) : null;
        return version;
    }

    private sealed record Known(long Version, long Writes, Fence Fence);
}
