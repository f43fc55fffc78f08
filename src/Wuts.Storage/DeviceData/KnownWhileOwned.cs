using Wuts.Core.Stores;
using Wuts.Storage.Sql;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// What every read of the address book needs, read from the database only after a write or a change of ownership: while a lease
/// holds, nobody else writes.
/// </summary>
internal sealed class KnownWhileOwned<T>(DeviceScope scope, Func<DbSession, Task<T>> read)
{
    private volatile Known? _known;

    /// <summary>The value.</summary>
    public async ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        // Taken before reading: a write that ends meanwhile makes what was read old.
        var writes = scope.Writes;
        var fence = scope.Fence;
        if (fence is { } held && _known is { } known && known.Writes == writes && known.Fence == held)
        {
            return known.Value;
        }

        var value = await scope.ReadAsync(read, cancellationToken).ConfigureAwait(false);
        _known = fence is { } owned ? new Known(value, writes, owned) : null;
        return value;
    }

    private sealed record Known(T Value, long Writes, Fence Fence);
}
