using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Wuts.Storage.Sql;

/// <summary>PostgreSQL. A write is one transaction at the level of committed reads; rows that decide are locked.</summary>
internal sealed class PostgresDatabase : Database
{
    // A deadlock ends one of two transactions before anything of it is stored, so it is safe to begin again.
    private const int MaxAttempts = 4;

    // The driver waits half a minute for a server that says nothing, and callers do not.
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 15;

    // A process that hangs in a transaction keeps its locks, among them the lease that the next owner of a device is waiting for: the
    // server ends the transaction before a lease of a cluster runs out.
    private const string IdleLimit = "idle_in_transaction_session_timeout";
    private const int IdleMilliseconds = 5000;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _single;
    private readonly SqlText _texts = new(SqlDialect.Postgres);
    private readonly DatabaseWatch _watch;
    private NpgsqlConnection? _asking;

    public PostgresDatabase(string connectionString, ILoggerFactory loggers, TimeProvider? time = null)
    {
        var settings = Complete(connectionString);
        _source = Build(settings, loggers);
        _single = Build(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, CancellationTimeout = -1 }, loggers);
        _watch = new DatabaseWatch(AskAsync, time ?? TimeProvider.System, loggers.CreateLogger<DatabaseWatch>());
    }

    public override DateTimeOffset? AwaySince => _watch.AwaySince;

    public override long Outages => _watch.Outages;

    public override void StartWatching() => _watch.Start();

    public override async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        _watch.Enter();
        return await _watch.GuardAsync(TryReadAsync(work, cancellationToken)).ConfigureAwait(false);
    }

    public override async Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        _watch.Enter();
        return await _watch.GuardAsync(TryWriteAsync(work, _watch.Away, cancellationToken)).ConfigureAwait(false);
    }

    public override async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<DbDataReader, T> map, [EnumeratorCancellation] CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters)
    {
        _watch.Enter();
        var rows = ReadRowsAsync(sql, map, parameters, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = Task.FromResult(false);
        try
        {
            while (true)
            {
                var moved = rows.MoveNextAsync();
                if (!moved.IsCompletedSuccessfully)
                {
                    next = moved.AsTask();
                    await _watch.GuardAsync(next).ConfigureAwait(false);
                }
                else
                {
                    next = Task.FromResult(moved.Result);
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                yield return rows.Current;
            }
        }
        finally
        {
            if (next.IsCompleted)
            {
                await rows.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                // The server is away, and the row that it owes may come at any time.
                _ = next.ContinueWith(_ => rows.DisposeAsync().AsTask(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        if (_asking is not null)
        {
            await _asking.DisposeAsync().ConfigureAwait(false);
        }

        await _single.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static NpgsqlConnectionStringBuilder Complete(string connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!connectionString.Contains("Max Auto Prepare", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 2;
        }

        if (!given.ContainsKey("No Reset On Close") && !given.ContainsKey("NoResetOnClose"))
        {
            // No session leaves anything behind that the next one would have to be saved from, and a reset costs more than most queries.
            settings.NoResetOnClose = true;
        }

        if (settings.Options?.Contains(IdleLimit, StringComparison.Ordinal) != true)
        {
            settings.Options = $"{settings.Options} -c {IdleLimit}={IdleMilliseconds}".TrimStart();
        }

        if (!given.ContainsKey("Timeout"))
        {
            settings.Timeout = ConnectSeconds;
        }

        if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout"))
        {
            settings.CommandTimeout = CommandSeconds;
        }

        settings.ApplicationName ??= "wuts";
        settings.IncludeErrorDetail = false; // details hold values, and values are personal
        return settings;
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, ILoggerFactory loggers) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(loggers).EnableParameterLogging(false).Build();

    private async Task<T> TryReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return await work(new Session(_texts, connection, null, cancellationToken)).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (IsSuspicious(e) && attempt == 1 && e.InnerException is not TimeoutException)
            {
                // A pooled connection that the server closed meanwhile: reading again costs nothing.
            }
        }
    }

    private async Task<T> TryWriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken away, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var transaction =
                    await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
                var session = new Session(_texts, connection, transaction, cancellationToken);
                var result = await work(session).ConfigureAwait(false);
                if (!session.IsAbandoned)
                {
                    // Whoever was told that the server is away must not be wrong because it woke up. Not cancelled any more: the caller
                    // could not know what came of it.
                    if (away.IsCancellationRequested)
                    {
                        throw DatabaseWatch.NotReachable();
                    }

                    committing = true;
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                }

                return result;
            }
            catch (PostgresException e) when (
                attempt < MaxAttempts && e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // Begins again with a new transaction.
            }
            catch (NpgsqlException e) when (
                IsSuspicious(e) && !committing && attempt == 1 && e.InnerException is not TimeoutException)
            {
                // A pooled connection that the server closed meanwhile; nothing was stored, since nobody asked for it yet.
            }
        }
    }

    private async IAsyncEnumerable<T> ReadRowsAsync<T>(
        string sql, Func<DbDataReader, T> map, (string Name, object? Value)[] parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var session = new Session(_texts, connection, null, cancellationToken);
        await foreach (var row in session.StreamAsync(sql, map, parameters, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    // Also lets the watch look whether the server is there: a connection broke, could not be made, or got no answer.
    private bool IsSuspicious(NpgsqlException failure)
    {
        var suspicious = failure.IsTransient
            && (failure.SqlState is null || failure.SqlState[..2] is "08" or "57");
        if (suspicious)
        {
            _watch.Suspect();
        }

        return suspicious;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        if (_asking is { } known)
        {
            try
            {
                await AskAsync(known, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException) when (!cancellationToken.IsCancellationRequested)
            {
                // The server may have been started again meanwhile: only a new connection tells.
            }
        }

        if (_asking is { } old)
        {
            _asking = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }

        var connection = await _single.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        _asking = connection;
        await AskAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private static async Task AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = (int)DatabaseWatch.Limit.TotalSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private sealed class Session(SqlText texts, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
        : DbSession(texts, SqlDialect.Postgres, cancellationToken)
    {
        protected override int ExecuteRows(string text, Batch rows, IEnumerable<(string Name, object Value)> parameters) =>
            throw new NotSupportedException("PostgreSQL takes all rows at once.");

        protected override DbCommand CreateCommand(string text) => new NpgsqlCommand(text, connection, transaction);

        protected override object ToParameter(object value) => value is uint or ushort ? System.Convert.ToInt64(value, null) : value;
    }
}
