using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Wuts.Storage.Sql;

/// <summary>A connection inside a read or a write: runs the shared statements on either database. Not for several threads.</summary>
internal abstract class DbSession(SqlText texts, SqlDialect dialect, CancellationToken cancellationToken)
{
    /// <summary>Whether the write that this session belongs to is rolled back although nothing failed.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Whether statements may take as long as they take: those of migrations, and of deletions that nobody can foresee.</summary>
    public bool IsPatient { get; set; }

    /// <summary>Cancels what the session does.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Rolls the write back when its work returns, and still answers what the work returned.</summary>
    public void Abandon() => IsAbandoned = true;

    /// <summary>Runs a statement.</summary>
    /// <returns>Number of rows that it changed.</returns>
    public async Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        var command = Prepare(sql, null, parameters);
        await using (new Returning(this, command))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a statement for all rows of a batch, or not at all for an empty one.</summary>
    /// <returns>Number of rows that it changed.</returns>
    public async Task<int> ExecuteAsync(string sql, Batch rows, params (string Name, object? Value)[] parameters)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        if (!dialect.TakesArrays)
        {
            return ExecuteRows(texts.Expand(sql, rows), rows, parameters.Select(parameter => (parameter.Name, Convert(parameter.Value))));
        }

        var command = Prepare(sql, rows, parameters);
        await using (new Returning(this, command))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads all rows of a query.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        var command = Prepare(sql, null, parameters);
        var found = new List<T>();
        await using (new Returning(this, command))
        {
            await AppendAsync(command, map, found).ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>Reads all rows of a query over a batch.</summary>
    public async Task<List<T>> QueryAsync<T>(
        string sql, Batch rows, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        var found = new List<T>();
        if (rows.Count == 0)
        {
            return found;
        }

        var command = Prepare(sql, rows, parameters);
        await using (new Returning(this, command))
        {
            if (dialect.TakesArrays || rows.IsOneText)
            {
                await AppendAsync(command, map, found).ConfigureAwait(false);
                return found;
            }

            for (var row = 0; row < rows.Count; row++)
            {
                SetRow(command, rows, row);
                await AppendAsync(command, map, found).ConfigureAwait(false);
            }

            return found;
        }
    }

    /// <summary>Reads the first row of a query; the default of the type without one.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        var rows = await QueryAsync(sql, map, parameters).ConfigureAwait(false);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>Reads a query row by row, in one consistent state.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<DbDataReader, T> map, (string Name, object? Value)[] parameters, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var command = Prepare(sql, null, parameters);
        await using (new Returning(this, command))
        await using (var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                yield return map(reader);
            }
        }
    }

    /// <summary>Runs a statement once per row, on a database that takes no arrays.</summary>
    protected abstract int ExecuteRows(string text, Batch rows, IEnumerable<(string Name, object Value)> parameters);

    /// <summary>A command for a text that is filled in, ready to take parameters.</summary>
    protected abstract DbCommand CreateCommand(string text);

    /// <summary>Gives a command back after its use.</summary>
    protected virtual ValueTask ReturnAsync(DbCommand command) => command.DisposeAsync();

    /// <summary>The value that the driver is given for a value of ours.</summary>
    protected abstract object ToParameter(object value);

    private DbCommand Prepare(string sql, Batch? rows, (string Name, object? Value)[] parameters)
    {
        var command = CreateCommand(texts.Expand(sql, rows, isQuery: true));
        if (IsPatient)
        {
            command.CommandTimeout = 0;
        }

        foreach (var (name, value) in parameters)
        {
            Add(command, name, Convert(value));
        }

        for (var i = 0; rows is not null && i < rows.Names.Count; i++)
        {
            Add(command, rows.Names[i], dialect.ToParameter(rows, i));
        }

        return command;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private void SetRow(DbCommand command, Batch rows, int row)
    {
        var first = command.Parameters.Count - rows.Names.Count;
        for (var i = 0; i < rows.Names.Count; i++)
        {
            command.Parameters[first + i].Value = Convert(rows.Columns[i].GetValue(row));
        }
    }

    private object Convert(object? value) => value switch
    {
        null => DBNull.Value,
        string text => SqlText.Clean(text),
        DateTimeOffset time => StoredTime.ToNumber(time),
        _ => ToParameter(value),
    };

    private async Task AppendAsync<T>(DbCommand command, Func<DbDataReader, T> map, List<T> found)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(map(reader));
        }
    }

    private readonly struct Returning(DbSession session, DbCommand command) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => session.ReturnAsync(command);
    }
}
