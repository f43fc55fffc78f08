using Npgsql;

namespace Wuts.Silo.Membership;

/// <summary>
/// The tables that Orleans keeps its membership in, and the statements that it runs on them, which it reads from a table of its own
/// at every start. Written for PostgreSQL against the documented contract of Orleans' ADO.NET clustering.
/// </summary>
internal static class MembershipSchema
{
    // Any number that nobody else uses on this database: the processes of a cluster start at the same time.
    private const long Lock = 0x57757473_4f726c65;

    /// <summary>Makes what is missing and brings the statements up to date. Safe to run at every start of every process.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var turn = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction))
        {
            turn.Parameters.Add(new NpgsqlParameter { Value = Lock });
            await turn.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var script = new NpgsqlCommand(ReadScript(), connection, transaction))
        {
            await script.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static string ReadScript()
    {
        using var stream = typeof(MembershipSchema).Assembly.GetManifestResourceStream("membership.sql")
            ?? throw new InvalidOperationException("The script is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
