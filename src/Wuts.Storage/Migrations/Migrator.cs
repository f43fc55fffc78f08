using Microsoft.Extensions.Logging;
using Wuts.Storage.Sql;

namespace Wuts.Storage.Migrations;

/// <summary>
/// Brings a database to the schema of this program, in one transaction: of several processes that start together one does it
/// while the others wait.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="isPostgres">Whether it has to take turns with other processes.</param>
/// <param name="logger">For what was applied.</param>
/// <param name="table">Where it keeps what was applied.</param>
internal sealed partial class Migrator(Database database, bool isPostgres, ILogger logger, string table = "wuts_schema")
{
    // Any number that nothing else on the server uses.
    private const long LockNumber = 0x57555453_0001;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="StorageSetupException">The database was made by a newer program.</exception>
    public Task RunAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            session.IsPatient = true;
            if (isPostgres)
            {
                await session.ExecuteAsync("SELECT pg_advisory_xact_lock(@number)", ("number", LockNumber)).ConfigureAwait(false);
            }

            await session.ExecuteAsync($"""
                CREATE TABLE IF NOT EXISTS {table} (
                    version integer NOT NULL PRIMARY KEY,
                    name text NOT NULL,
                    applied_at bigint NOT NULL
                )
                """).ConfigureAwait(false);
            var present = await session.FirstAsync($"SELECT max(version) FROM {table}", row => row.OptionalNumber(0)).ConfigureAwait(false) ?? 0;
            var newest = migrations.Count == 0 ? 0 : migrations[^1].Version;
            if (present > newest)
            {
                throw new StorageSetupException(
                    $"The database has version {present} of the schema, and this program knows {newest}. Start the newer program.");
            }

            foreach (var migration in migrations.Where(migration => migration.Version > present))
            {
                foreach (var statement in migration.Statements)
                {
                    await session.ExecuteAsync(statement).ConfigureAwait(false);
                }

                await session.ExecuteAsync(
                    $"INSERT INTO {table} (version, name, applied_at) VALUES (@version, @name, {{now}})",
                    ("version", migration.Version), ("name", migration.Name)).ConfigureAwait(false);
                LogApplied(logger, migration.Version, migration.Name);
            }
        },
        cancellationToken);

    [LoggerMessage(3001, LogLevel.Information, "The schema of the database is at version {Version} ({Name})")]
    private static partial void LogApplied(ILogger logger, int version, string name);
}
