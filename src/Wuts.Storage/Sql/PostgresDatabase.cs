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

    private readonly NpgsqlDataSource _source;
    private readonly SqlText _texts = new(SqlDialect.Postgres);

    public PostgresDatabase(string connectionString, ILoggerFactory loggers)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!connectionString.Contains("Max Auto Prepare", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 2;
        }

        settings.ApplicationName ??= "wuts";
        settings.IncludeErrorDetail = false; // details hold values, and values are personal
        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(loggers).EnableParameterLogging(false).Build();
    }

    public override async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return await work(new Session(_texts, connection, null, cancellationToken)).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (e.IsTransient && attempt == 1)
            {
                // A pooled connection that the server closed meanwhile: reading again costs nothing.
            }
        }
    }

    public override async Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var transaction =
                    await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
                var session = new Session(_texts, connection, transaction, cancellationToken);
                var result = await work(session).ConfigureAwait(false);
                if (!session.IsAbandoned)
                {
                    // Not cancelled any more: the caller could not know what came of it.
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                }

                return result;
            }
            catch (PostgresException e) when (
                attempt < MaxAttempts && e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // Begins again with a new transaction.
            }
        }
    }

    public override async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<DbDataReader, T> map, [EnumeratorCancellation] CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var session = new Session(_texts, connection, null, cancellationToken);
        await foreach (var row in session.StreamAsync(sql, map, parameters, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private sealed class Session(SqlText texts, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
        : DbSession(texts, SqlDialect.Postgres, cancellationToken)
    {
        protected override int ExecuteRows(string text, Batch rows, IEnumerable<(string Name, object Value)> parameters) =>
            throw new NotSupportedException("PostgreSQL takes all rows at once.");

        protected override DbCommand CreateCommand(string text) => new NpgsqlCommand(text, connection, transaction);

        protected override object ToParameter(object value) => value is uint or ushort ? System.Convert.ToInt64(value, null) : value;
    }
}
