using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Wuts.Storage.Sql;

/// <summary>
/// SQLite in write-ahead mode: any number of readers, and one writer that all writes queue for. A commit returns when it is on
/// the disk (<c>synchronous = FULL</c>).
/// </summary>
/// <remarks>The driver has no asynchronous calls of its own, so a read blocks its thread for as long as it takes.</remarks>
internal sealed class SqliteDatabase : Database
{
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly SqlText _texts = new(SqlDialect.Sqlite);
    private readonly SqliteWriter _writer;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    public SqliteDatabase(string path, TimeProvider time)
    {
        _time = time;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            Pooling = true,
            DefaultTimeout = 30, // seconds; only another process can make a statement wait
        }.ConnectionString;
        _writer = new SqliteWriter(_connectionString, (connection, commands, cancel) => new Session(this, connection, commands, cancel));
    }

    public override async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var connection = Open();
        return await work(new Session(this, connection, null, cancellationToken)).ConfigureAwait(false);
    }

    public override Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken) =>
        _writer.RunAsync(work, cancellationToken);

    public override async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<DbDataReader, T> map, [EnumeratorCancellation] CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters)
    {
        await using var connection = Open();
        var session = new Session(this, connection, null, cancellationToken);
        await foreach (var row in session.StreamAsync(sql, map, parameters, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    // With a cache, commands stay compiled on their connection: that is for the writer, whose connection stays open.
    private sealed class Session(
        SqliteDatabase database, SqliteConnection connection, Dictionary<string, SqliteCommand>? commands, CancellationToken cancellationToken)
        : DbSession(database._texts, SqlDialect.Sqlite, cancellationToken)
    {
        protected override int ExecuteRows(string text, Batch rows, IEnumerable<(string Name, object Value)> parameters) =>
            SqliteRows.Execute(connection, text, rows, [.. parameters, ("database_clock", StoredTime.ToNumber(database._time.GetUtcNow()))]);

        protected override DbCommand CreateCommand(string text)
        {
            if (commands is null || !commands.Remove(text, out var command))
            {
                command = connection.CreateCommand();
                command.CommandText = text;
            }

            if (text.Contains("@database_clock", StringComparison.Ordinal))
            {
                command.Parameters.AddWithValue("database_clock", StoredTime.ToNumber(database._time.GetUtcNow()));
            }

            return command;
        }

        protected override ValueTask ReturnAsync(DbCommand command)
        {
            if (commands is null)
            {
                return command.DisposeAsync();
            }

            command.Parameters.Clear();
            commands[command.CommandText] = (SqliteCommand)command;
            return ValueTask.CompletedTask;
        }

        protected override object ToParameter(object value) => value is Guid id ? id.ToString("D") : value;
    }
}
