using System.Data.Common;
using Wuts.Storage;
using Wuts.Storage.Migrations;

namespace Wuts.Silo.Schema;

/// <summary>
/// The tables that only a cluster has: its membership, with the statements that Orleans runs on it and reads from a table of its
/// own at every start, and the directory of devices. Written for PostgreSQL, in numbered steps (<c>NNNN_name.sql</c> of this
/// folder); a step that has landed does not change.
/// </summary>
internal static class ClusterSchema
{
    /// <summary>Applies what is missing. Safe to run at every start of every process.</summary>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    /// <exception cref="StorageSetupException">The tables were made by a newer program.</exception>
    public static Task ApplyAsync(string connectionString, CancellationToken cancellationToken) =>
        SchemaSteps.ApplyAsync(connectionString, typeof(ClusterSchema).Assembly, "Wuts.Silo.Schema.", "wuts_cluster_schema", cancellationToken);
}
