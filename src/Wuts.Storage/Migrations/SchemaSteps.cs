using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Storage.Sql;

namespace Wuts.Storage.Migrations;

/// <summary>Numbered steps of others for the same PostgreSQL, applied as the stores' own are.</summary>
public static class SchemaSteps
{
    /// <summary>Applies what is missing. Safe to run at every start of every process.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="assembly">What the steps are embedded in: files <c>NNNN_name.sql</c>, numbered from 1 without a gap.</param>
    /// <param name="prefix">What their resource names begin with.</param>
    /// <param name="table">Where what was applied is kept.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="StorageSetupException">The tables were made by a newer program.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public static async Task ApplyAsync(
        string connectionString, Assembly assembly, string prefix, string table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        await using var database = new PostgresDatabase(connectionString, NullLoggerFactory.Instance);
        await new Migrator(database, isPostgres: true, NullLogger.Instance, table)
            .RunAsync(Migration.Load(assembly, prefix), cancellationToken).ConfigureAwait(false);
    }
}
