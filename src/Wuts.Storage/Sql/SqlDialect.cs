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
    public abstract string Rows(IReadOnlyList<string> columns);

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

        public override string Rows(IReadOnlyList<string> columns) =>
            $"unnest({string.Join(", ", columns.Select(column => $"@{column}"))}) AS r ({string.Join(", ", columns)})";
    }

    private sealed class SqliteDialect : SqlDialect
    {
        public override bool TakesArrays => false;

        // The clock of the process is the clock of the database: it serves one machine.
        public override string Fill(string sql) => sql
            .Replace("{now}", "@database_clock", StringComparison.Ordinal)
            .Replace("{lock}", "", StringComparison.Ordinal)
            .Replace("{differs}", "IS NOT", StringComparison.Ordinal)
            .Replace("{clustered}", " WITHOUT ROWID", StringComparison.Ordinal)
            .Replace("{ordinal}", "", StringComparison.Ordinal)
            .Replace("{identity}", "INTEGER PRIMARY KEY", StringComparison.Ordinal);

        public override string Rows(IReadOnlyList<string> columns) =>
            $"(SELECT {string.Join(", ", columns.Select(column => $"@{column} AS {column}"))}) AS r";
    }
}
