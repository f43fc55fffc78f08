using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Wuts.Storage.Sql;

/// <summary>
/// Runs a statement once per row of a batch, on SQLite's own interface: the driver looks every parameter up by its name for every
/// row, which costs more than the row itself.
/// </summary>
internal static class SqliteRows
{
    /// <summary>Runs the statement.</summary>
    /// <returns>Number of rows that it changed.</returns>
    /// <exception cref="SqliteException">It failed. The transaction around it is still there.</exception>
    public static int Execute(SqliteConnection connection, string text, Batch rows, IEnumerable<(string Name, object Value)> parameters)
    {
        var database = connection.Handle;
        Check(raw.sqlite3_prepare_v2(database, text, out var statement), database);
        using (statement)
        {
            foreach (var (name, value) in parameters)
            {
                if (raw.sqlite3_bind_parameter_index(statement, $"@{name}") is var at and > 0)
                {
                    Check(Bind(statement, at, value), database);
                }
            }

            var places = rows.Names.Select(name => raw.sqlite3_bind_parameter_index(statement, $"@{name}")).ToArray();
            var changed = 0;
            for (var row = 0; row < rows.Count; row++)
            {
                for (var i = 0; i < places.Length; i++)
                {
                    if (places[i] > 0)
                    {
                        Check(Bind(statement, places[i], rows.Columns[i], row), database);
                    }
                }

                if (raw.sqlite3_step(statement) is not raw.SQLITE_DONE and var failed)
                {
                    Check(failed, database);
                }

                changed += raw.sqlite3_changes(database);
                Check(raw.sqlite3_reset(statement), database);
            }

            return changed;
        }
    }

    private static int Bind(sqlite3_stmt statement, int at, Array column, int row) => column switch
    {
        string?[] texts => texts[row] is { } text ? raw.sqlite3_bind_text(statement, at, text) : raw.sqlite3_bind_null(statement, at),
        long[] numbers => raw.sqlite3_bind_int64(statement, at, numbers[row]),
        long?[] numbers => numbers[row] is { } number ? raw.sqlite3_bind_int64(statement, at, number) : raw.sqlite3_bind_null(statement, at),
        bool[] flags => raw.sqlite3_bind_int(statement, at, flags[row] ? 1 : 0),
        byte[]?[] blobs => blobs[row] is { } blob ? raw.sqlite3_bind_blob(statement, at, blob) : raw.sqlite3_bind_null(statement, at),
        Guid[] ids => raw.sqlite3_bind_text(statement, at, ids[row].ToString("D")),
        _ => throw new ArgumentException($"A column of {column.GetType().Name} cannot be bound.", nameof(column)),
    };

    private static int Bind(sqlite3_stmt statement, int at, object value) => value switch
    {
        DBNull => raw.sqlite3_bind_null(statement, at),
        string text => raw.sqlite3_bind_text(statement, at, text),
        byte[] blob => raw.sqlite3_bind_blob(statement, at, blob),
        bool flag => raw.sqlite3_bind_int(statement, at, flag ? 1 : 0),
        _ => raw.sqlite3_bind_int64(statement, at, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };

    private static void Check(int code, sqlite3? database)
    {
        if (code is not raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }
    }
}
