using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Wuts.Storage.Tests.Schema;

/// <summary>Looks at a database from outside, with the drivers alone.</summary>
internal static class Dump
{
    public static async Task<List<string>> QueryAsync(StorageOptions options, string sql)
    {
        await using var connection = Connect(options);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        }

        return rows;
    }

    public static Task ExecuteAsync(StorageOptions options, string sql) => QueryAsync(options, sql);

    public static Task<List<string>> TablesAsync(StorageOptions options) => QueryAsync(options, options.Kind == StorageKind.Sqlite
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'wuts_%' ORDER BY name"
        : "SELECT tablename FROM pg_tables WHERE tablename LIKE 'wuts_%' ORDER BY tablename");

    /// <summary>Tables that have a column for the device.</summary>
    public static Task<List<string>> DeviceTablesAsync(StorageOptions options) => QueryAsync(options, options.Kind == StorageKind.Sqlite
        ? "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'device_id'"
        : "SELECT table_name FROM information_schema.columns WHERE column_name = 'device_id' AND table_schema = 'public'");

    /// <summary>Every row of every table as text; bytes as hexadecimal.</summary>
    public static async Task<string> RowsAsync(StorageOptions options)
    {
        var text = new StringBuilder();
        foreach (var table in await TablesAsync(options))
        {
            foreach (var row in await QueryAsync(options, $"SELECT * FROM {table}"))
            {
                text.Append(table).Append(' ').AppendLine(row);
            }
        }

        return text.ToString();
    }

    /// <summary>The schema as text that only changes when the schema does.</summary>
    public static async Task<string> SchemaAsync(StorageOptions options)
    {
        string[] queries = options.Kind == StorageKind.Sqlite
            ? ["SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"]
            :
            [
                """
                SELECT table_name || '.' || column_name || ' ' || data_type || coalesce(' collate ' || collation_name, '')
                    || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END || CASE is_identity WHEN 'YES' THEN ' identity' ELSE '' END
                FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name COLLATE "C", ordinal_position
                """,
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname COLLATE \"C\"",
                """
                SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE contype = 'f' ORDER BY conrelid::regclass::text COLLATE "C", conname COLLATE "C"
                """,
            ];
        var lines = new List<string>();
        foreach (var query in queries)
        {
            lines.AddRange(await QueryAsync(options, query));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static DbConnection Connect(StorageOptions options) => options.Kind == StorageKind.Sqlite
        ? new SqliteConnection($"Data Source={Path.Combine(options.DataDirectory, StorageOptions.DatabaseFileName)};Pooling=False")
        : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.ConnectionString) { Pooling = false }.ConnectionString);

    private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";
}
