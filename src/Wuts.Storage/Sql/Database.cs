using System.Data.Common;

namespace Wuts.Storage.Sql;

/// <summary>
/// A database. Failures of the database itself come through as <see cref="DbException"/>, <see cref="TimeoutException"/> or
/// <see cref="WhatsApp.WhatsAppStoreException"/>, as the contract of the client's stores has it.
/// </summary>
internal abstract class Database : IAsyncDisposable
{
    /// <summary>Since when the server does not answer; <see langword="null"/> while it does, or when there is no server.</summary>
    public virtual DateTimeOffset? AwaySince => null;

    /// <summary>How often the server went away.</summary>
    public virtual long Outages => 0;

    /// <summary>Begins to watch whether the server answers, once it was found and its schema is there.</summary>
    public virtual void StartWatching()
    {
    }

    /// <summary>Runs queries.</summary>
    public abstract Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs queries and statements in one transaction. When it returns, everything is durable; when it throws, nothing was
    /// written, unless the connection broke while the commit was on its way. The work may be run again after a deadlock, so it
    /// does nothing but use its session.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Reads a query row by row, in one consistent state. The connection is held until the enumeration ends.</summary>
    public abstract IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters);

    /// <summary>Runs statements in one transaction.</summary>
    public Task WriteAsync(Func<DbSession, Task> work, CancellationToken cancellationToken) => WriteAsync(
        async session =>
        {
            await work(session).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
