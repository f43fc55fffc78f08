using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wuts.Storage.Sql;

/// <summary>The few places where the two databases do not speak the same SQL.</summary>
internal abstract class SqlDialect
{
    /// <summary>PostgreSQL.</summary>
    public static readonly SqlDialect Postgres = new PostgresDialect();

    /// <summary>SQLite.</summary>
    public static readonly SqlDialect Sqlite = new SqliteDialect();

    /// <summary>Whether a statement takes all rows of a <see cref="Batch"/> at once.</summary>
    public abstract bool TakesArrays { get; }

    /// <summary>Fills in everything in braces but <c>{rows}</c>.</summary>
    public abstract string Fill(string sql);

    /// <summary>The table of parameters that stands for <c>{rows}</c>.</summary>
    public abstract string Rows(Batch rows, bool isQuery);

    /// <summary>The value of a column in a query: the whole column, or nothing yet when its rows come one by one.</summary>
    public abstract object ToParameter(Batch rows, int column);

    private sealed class PostgresDialect : SqlDialect
    {
        public override bool TakesArrays => true;

        public override string Fill(string sql) => sql
            .Replace("{now}", "(extract(epoch FROM clock_timestamp()) * 10000000)::bigint", StringComparison.Ordinal)
            .Replace("{lock}", "FOR NO KEY UPDATE", StringComparison.Ordinal)
            .Replace("{differs}", "IS DISTINCT FROM", StringComparison.Ordinal)
            .Replace("{clustered}", "", StringComparison.Ordinal)
            .Replace("{ordinal}", " COLLATE \"C\"", StringComparison.Ordinal)
            .Replace("{identity}", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal);

        public override string Rows(Batch rows, bool isQuery) =>
            $"unnest({string.Join(", ", rows.Names.Select(column => $"@{column}"))}) AS r ({string.Join(", ", rows.Names)})";

        public override object ToParameter(Batch rows, int column) => rows.Columns[column];
    }

    private sealed class SqliteDialect : SqlDialect
    {
        public override bool TakesArrays => false;

        // The clock of the process is the clock of the database: it serves one machine. CROSS JOIN keeps the order of the tables:
        // without it SQLite reads the whole table and looks each row up in the list.
        public override string Fill(string sql) => sql
            .Replace("{rows} JOIN", "{rows} CROSS JOIN", StringComparison.Ordinal)
            .Replace("{now}", "@database_clock", StringComparison.Ordinal)
            .Replace("{lock}", "", StringComparison.Ordinal)
            .Replace("{differs}", "IS NOT", StringComparison.Ordinal)
            .Replace("{clustered}", " WITHOUT ROWID", StringComparison.Ordinal)
            .Replace("{ordinal}", "", StringComparison.Ordinal)
            .Replace("{identity}", "INTEGER PRIMARY KEY", StringComparison.Ordinal);

        // A list of texts is a table when it comes as JSON; everything else comes row by row.
        public override string Rows(Batch rows, bool isQuery) => isQuery && rows.IsOneText
            ? $"(SELECT value AS {rows.Names[0]} FROM json_each(@{rows.Names[0]})) AS r"
            : $"(SELECT {string.Join(", ", rows.Names.Select(column => $"@{column} AS {column}"))}) AS r";

        public override object ToParameter(Batch rows, int column) =>
            rows.IsOneText ? JsonSerializer.Serialize(rows.Columns[column], TextListJson.Default.StringArray) : DBNull.Value;
    }
}

/// <summary>Lists of texts as JSON.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class TextListJson : JsonSerializerContext;
