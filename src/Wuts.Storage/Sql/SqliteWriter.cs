using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Wuts.Storage.Sql;

/// <summary>
/// The one writer of an SQLite database. Writes that wait at the same time share a transaction, each behind a savepoint of its
/// own: the disk is waited for once, and one that fails takes none of the others with it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxGroup = 64;

    private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private readonly string _connectionString;
    private readonly Func<SqliteConnection, Dictionary<string, SqliteCommand>, CancellationToken, DbSession> _open;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Task _running;
    private SqliteConnection? _connection;

    public SqliteWriter(string connectionString, Func<SqliteConnection, Dictionary<string, SqliteCommand>, CancellationToken, DbSession> open)
    {
        _connectionString = connectionString;
        _open = open;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Runs work in a transaction, after everything that was asked for before.</summary>
    public Task<T> RunAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var job = new Job<T>(work, cancellationToken);
        return _jobs.Writer.TryWrite(job)
            ? job.Completion
            : Task.FromException<T>(new ObjectDisposedException(nameof(SqliteWriter)));
    }

    /// <summary>Finishes what was asked for, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        Close();
    }

    private async Task RunAsync()
    {
        while (await _jobs.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var group = new List<Job>();
            try
            {
                var connection = _connection ??= Connect();
                Execute(connection, "BEGIN IMMEDIATE");
                while (group.Count < MaxGroup && _jobs.Reader.TryRead(out var job))
                {
                    group.Add(job);
                    await RunAsync(job, connection).ConfigureAwait(false);
                }

                Execute(connection, "COMMIT");
                group.ForEach(job => job.Complete());
            }
            catch (Exception e)
            {
                // The transaction itself failed, so none of its members is stored. The next one begins on a new connection.
                Close();
                if (group.Count == 0 && _jobs.Reader.TryRead(out var first))
                {
                    group.Add(first);
                }

                group.ForEach(job => job.Fail(e));
            }
        }
    }

    private async Task RunAsync(Job job, SqliteConnection connection)
    {
        Execute(connection, "SAVEPOINT one");
        if (!await job.TryRunAsync(cancel => _open(connection, _commands, cancel)).ConfigureAwait(false))
        {
            Execute(connection, "ROLLBACK TO one");
        }

        Execute(connection, "RELEASE one");
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString + ";Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private void Execute(SqliteConnection connection, string sql)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        command.ExecuteNonQuery();
    }

    private void Close()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    private abstract class Job
    {
        public abstract Task<bool> TryRunAsync(Func<CancellationToken, DbSession> open);

        public abstract void Complete();

        public abstract void Fail(Exception cause);
    }

    private sealed class Job<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken) : Job
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _failure;
        private T? _result;

        public Task<T> Completion => _completion.Task;

        /// <returns>Whether there is something to keep.</returns>
        public override async Task<bool> TryRunAsync(Func<CancellationToken, DbSession> open)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var session = open(cancellationToken);
                _result = await work(session).ConfigureAwait(false);
                return !session.IsAbandoned;
            }
            catch (Exception e)
            {
                _failure = e;
                return false;
            }
        }

        public override void Complete()
        {
            if (_failure is { } failure)
            {
                Fail(failure);
            }
            else
            {
                _completion.TrySetResult(_result!);
            }
        }

        public override void Fail(Exception cause)
        {
            if ((_failure ?? cause) is OperationCanceledException)
            {
                _completion.TrySetCanceled(cancellationToken);
            }
            else
            {
                _completion.TrySetException(_failure ?? cause);
            }
        }
    }
}
