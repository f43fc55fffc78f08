using System.Globalization;
using System.Reflection;
using Npgsql;
using Wuts.Storage;

namespace Wuts.Silo.Schema;

/// <summary>
/// The tables that only a cluster has: its membership, with the statements that Orleans runs on it and reads from a table of its
/// own at every start, and the directory of devices. Written for PostgreSQL, in numbered steps (<c>NNNN_name.sql</c> of this
/// folder); a step that has landed does not change.
/// </summary>
internal static class ClusterSchema
{
    private const string Prefix = "Wuts.Silo.Schema.";

    // Any number that nobody else uses on this database: the processes of a cluster start at the same time.
    private const long Lock = 0x57757473_4f726c65;

    /// <summary>Applies what is missing. Safe to run at every start of every process.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    /// <exception cref="StorageSetupException">The tables were made by a newer program.</exception>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancellationToken, Lock);
        await RunAsync(
            connection,
            """
            CREATE TABLE IF NOT EXISTS wuts_cluster_schema (
                version    integer     PRIMARY KEY,
                name       text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now())
            """,
            cancellationToken);
        var steps = ReadSteps();
        var present = await ReadVersionAsync(connection, cancellationToken);
        if (present > steps.Count)
        {
            throw new StorageSetupException(
                $"The tables of the cluster have version {present}, and this program knows {steps.Count}. Start the newer program.");
        }

        for (var version = present + 1; version <= steps.Count; version++)
        {
            var (name, script) = steps[version - 1];
            await RunAsync(connection, script, cancellationToken);
            await RunAsync(connection, "INSERT INTO wuts_cluster_schema (version, name) VALUES ($1, $2)", cancellationToken, version, name);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM wuts_cluster_schema", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(text, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The steps in order; they are numbered from 1 without a gap.</summary>
    private static List<(string Name, string Script)> ReadSteps()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var steps = new List<(string, string)>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = resource[Prefix.Length..^".sql".Length];
            var number = int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            if (number != steps.Count + 1)
            {
                throw new InvalidOperationException($"Step {steps.Count + 1} of the schema is missing.");
            }

            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            steps.Add((name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..], reader.ReadToEnd()));
        }

        return steps;
    }
}
